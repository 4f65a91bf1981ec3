// nRF54L15 Development Kit: the facts of boards/NRF54L15DK.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const nrf54l15dk = defineBoard({
  name: 'nrf54l15dk',
  firmware: 'NRF54L15DK',
  title: 'nRF54L15 Development Kit',
  chip: 'NRF54L15',
  core: 'cortex-m33',
  clock: 128_000_000,
  ram: 256 * 1024,
  jsVars: 2630,
  storage: { bytes: 2048 * 4096, location: 'spi', executableInPlace: false },
  flash: 1536 * 1024,
  cStack: { bytes: 12_288, known: 'exactly' },
  modules: ['Flash', 'heatshrink', 'Storage', 'timer'],
  missing: ['"jit"', 'Bangle', 'g', 'I2C1', 'SPI1'],
  nativeCalls: false,
  sources: [
    { fact: 'firmware', where: 'boards/NRF54L15DK.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/NRF54L15DK.py:39: chip.part' },
    { fact: 'core', where: 'from the datasheet: nRF54L15 Datasheet, Nordic Semiconductor' },
    { fact: 'clock', where: 'boards/NRF54L15DK.py:44: chip.speed' },
    { fact: 'ram', where: 'boards/NRF54L15DK.py:42: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/NRF54L15DK.py:24: info.variables' },
    { fact: 'modules', where: 'boards/NRF54L15DK.py: info.build.libraries and makefile; Makefile:355-664' },
    {
      fact: 'cStack',
      where: 'targets/zephyr/prj.conf:6: CONFIG_MAIN_STACK_SIZE; src/jsutils.c:965 checks no stack there',
    },
    { fact: 'storage.bytes', where: 'boards/NRF54L15DK.py:50: chip.saved_code' },
    { fact: 'storage.location', where: 'boards/NRF54L15DK.py:69: devices.SPIFLASH' },
    { fact: 'storage.executableInPlace', where: 'targets/zephyr/jshardware.c: jshFlashGetMemMapAddress' },
    { fact: 'flash', where: 'boards/NRF54L15DK.py:43: chip.flash' },
    {
      fact: 'nativeCalls',
      where:
        'E.nativeCall is there, but Zephyr makes RAM not executable (CONFIG_ARM_MPU), as targets/zephyr/prj.conf:33 leaves it',
    },
    { fact: 'missing', where: 'the code that "jit" makes is in RAM: as for nativeCalls' },
    { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
    { fact: 'missing', where: 'boards/NRF54L15DK.py: it has no screen of its own' },
    { fact: 'missing', where: 'boards/NRF54L15DK.py: chip.i2c and chip.spi are 0' },
  ],
});
