// Bangle.js 2: the facts of boards/BANGLEJS2.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const banglejs2 = defineBoard({
  name: 'banglejs2',
  firmware: 'BANGLEJS2',
  title: 'Bangle.js 2',
  chip: 'NRF52840',
  core: 'cortex-m4f',
  clock: 64_000_000,
  ram: 256 * 1024,
  jsVars: 12000,
  storage: { bytes: 2048 * 4096, location: 'spi', executableInPlace: false },
  flash: 1024 * 1024,
  cStack: { bytes: 38_000, known: 'as an estimate' },
  modules: ['crypto', 'Flash', 'heatshrink', 'Layout', 'locale', 'Storage', 'tensorflow', 'timer'],
  missing: [],
  nativeCalls: true,
  sources: [
    { fact: 'firmware', where: 'boards/BANGLEJS2.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/BANGLEJS2.py:109: chip.part' },
    { fact: 'core', where: 'make/family/NRF52.make:100-101: -mcpu=cortex-m4 -mfpu=fpv4-sp-d16' },
    { fact: 'clock', where: 'boards/BANGLEJS2.py:114: chip.speed' },
    { fact: 'ram', where: 'boards/BANGLEJS2.py:112: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/BANGLEJS2.py:27: info.variables' },
    { fact: 'modules', where: 'boards/BANGLEJS2.py: info.build.libraries and makefile; Makefile:355-664' },
    { fact: 'cStack', where: 'boards/BANGLEJS2.py:28: "around 38k of free stack"' },
    { fact: 'storage.bytes', where: 'boards/BANGLEJS2.py:120: chip.saved_code' },
    { fact: 'storage.location', where: 'boards/BANGLEJS2.py:189: devices.SPIFLASH' },
    { fact: 'storage.executableInPlace', where: 'targets/nrf5x/jshardware.c: jshFlashGetMemMapAddress' },
    { fact: 'flash', where: 'boards/BANGLEJS2.py:113: chip.flash' },
    {
      fact: 'nativeCalls',
      where: 'src/jswrap_espruino.c:286: E.nativeCall, without SAVE_ON_FLASH; the processor is an ARM',
    },
  ],
});
