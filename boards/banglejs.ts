// Bangle.js: the facts of boards/BANGLEJS.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const banglejs = defineBoard({
  name: 'banglejs',
  firmware: 'BANGLEJS',
  title: 'Bangle.js',
  chip: 'NRF52832',
  core: 'cortex-m4f',
  clock: 64_000_000,
  ram: 64 * 1024,
  jsVars: 2584,
  storage: { bytes: 1024 * 4096, location: 'spi', executableInPlace: false },
  flash: 512 * 1024,
  cStack: { bytes: 10_000, known: 'as an estimate' },
  modules: ['Flash', 'heatshrink', 'locale', 'Storage', 'tensorflow', 'timer'],
  missing: [
    'E.enableWatchdog',
    'E.dumpStr, E.dumpFragmentation, E.setBootCode, E.getClock',
    'the timer library',
    'OneWire',
    'exact Math.sin, cos, tan, atan, atan2 (SAVE_ON_FLASH_MATH)',
    'I2C1',
    'SPI1',
  ],
  nativeCalls: true,
  sources: [
    { fact: 'firmware', where: 'boards/BANGLEJS.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/BANGLEJS.py:86: chip.part' },
    { fact: 'core', where: 'make/family/NRF52.make:100-101: -mcpu=cortex-m4 -mfpu=fpv4-sp-d16' },
    { fact: 'clock', where: 'boards/BANGLEJS.py:91: chip.speed' },
    { fact: 'ram', where: 'boards/BANGLEJS.py:89: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/BANGLEJS.py:23: info.variables' },
    { fact: 'modules', where: 'boards/BANGLEJS.py: info.build.libraries and makefile; Makefile:355-664' },
    { fact: 'cStack', where: 'an estimate between Puck.js and Pixl.js, which have the same chip' },
    { fact: 'storage.bytes', where: 'boards/BANGLEJS.py:97: chip.saved_code' },
    { fact: 'storage.location', where: 'boards/BANGLEJS.py:156: devices.SPIFLASH' },
    { fact: 'storage.executableInPlace', where: 'targets/nrf5x/jshardware.c: jshFlashGetMemMapAddress' },
    { fact: 'flash', where: 'boards/BANGLEJS.py:90: chip.flash' },
    {
      fact: 'nativeCalls',
      where: 'src/jswrap_espruino.c:286: E.nativeCall, without SAVE_ON_FLASH; the processor is an ARM',
    },
    { fact: 'missing', where: 'boards/BANGLEJS.py:54: SAVE_ON_FLASH_MATH, with src/jswrap_math.c:41' },
    { fact: 'missing', where: 'boards/BANGLEJS.blocklist' },
    { fact: 'missing', where: 'boards/BANGLEJS.py: chip.i2c and chip.spi are 0' },
  ],
});
