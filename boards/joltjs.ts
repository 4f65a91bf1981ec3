// Jolt.js: the facts of boards/JOLTJS.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const joltjs = defineBoard({
  name: 'joltjs',
  firmware: 'JOLTJS',
  title: 'Jolt.js',
  chip: 'NRF52840',
  core: 'cortex-m4f',
  clock: 64_000_000,
  ram: 256 * 1024,
  jsVars: 12000,
  storage: { bytes: 100 * 4096, location: 'internal', executableInPlace: true },
  flash: 1024 * 1024,
  cStack: { bytes: 78_000, known: 'as a bound' },
  modules: ['Flash', 'heatshrink', 'neopixel', 'Storage', 'timer'],
  missing: ['Bangle', 'g'],
  nativeCalls: true,
  sources: [
    { fact: 'firmware', where: 'boards/JOLTJS.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/JOLTJS.py:65: chip.part' },
    { fact: 'core', where: 'make/family/NRF52.make:100-101: -mcpu=cortex-m4 -mfpu=fpv4-sp-d16' },
    { fact: 'clock', where: 'boards/JOLTJS.py:70: chip.speed' },
    { fact: 'ram', where: 'boards/JOLTJS.py:68: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/JOLTJS.py:23: info.variables' },
    { fact: 'modules', where: 'boards/JOLTJS.py: info.build.libraries and makefile; Makefile:355-664' },
    {
      fact: 'cStack',
      where: 'boards/JOLTJS.py: chip.ram less the JsVars and the RAM of the SoftDevice: an upper bound',
    },
    { fact: 'storage.bytes', where: 'boards/JOLTJS.py:76: chip.saved_code' },
    { fact: 'storage.location', where: 'boards/JOLTJS.py: saved_code.address is in the flash of the chip' },
    { fact: 'storage.executableInPlace', where: 'targets/nrf5x/jshardware.c: jshFlashGetMemMapAddress' },
    { fact: 'flash', where: 'boards/JOLTJS.py:69: chip.flash' },
    {
      fact: 'nativeCalls',
      where: 'src/jswrap_espruino.c:286: E.nativeCall, without SAVE_ON_FLASH; the processor is an ARM',
    },
    { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
    { fact: 'missing', where: 'boards/JOLTJS.py: it has no screen of its own' },
  ],
});
