// Puck.js: the facts of boards/PUCKJS.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const puckjs = defineBoard({
  name: 'puckjs',
  firmware: 'PUCKJS',
  title: 'Puck.js',
  chip: 'NRF52832',
  core: 'cortex-m4f',
  clock: 64_000_000,
  ram: 64 * 1024,
  jsVars: 2630,
  storage: { bytes: 10 * 4096, location: 'internal', executableInPlace: true },
  flash: 512 * 1024,
  cStack: { bytes: 12_320, known: 'exactly' },
  modules: ['crypto', 'Flash', 'heatshrink', 'neopixel', 'Storage', 'timer'],
  missing: ['Bangle', 'g'],
  nativeCalls: true,
  sources: [
    { fact: 'firmware', where: 'boards/PUCKJS.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/PUCKJS.py:71: chip.part' },
    { fact: 'core', where: 'make/family/NRF52.make:100-101: -mcpu=cortex-m4 -mfpu=fpv4-sp-d16' },
    { fact: 'clock', where: 'boards/PUCKJS.py:76: chip.speed' },
    { fact: 'ram', where: 'boards/PUCKJS.py:74: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/PUCKJS.py:29: info.variables' },
    { fact: 'modules', where: 'boards/PUCKJS.py: info.build.libraries and makefile; Makefile:355-664' },
    { fact: 'cStack', where: '_estack - _end of the linked firmware of Espruino 2v29.277' },
    { fact: 'storage.bytes', where: 'boards/PUCKJS.py:82: chip.saved_code' },
    { fact: 'storage.location', where: 'boards/PUCKJS.py: saved_code.address is in the flash of the chip' },
    { fact: 'storage.executableInPlace', where: 'targets/nrf5x/jshardware.c: jshFlashGetMemMapAddress' },
    { fact: 'flash', where: 'boards/PUCKJS.py:75: chip.flash' },
    {
      fact: 'nativeCalls',
      where: 'src/jswrap_espruino.c:286: E.nativeCall, without SAVE_ON_FLASH; the processor is an ARM',
    },
    { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
    { fact: 'missing', where: 'boards/PUCKJS.py: it has no screen of its own' },
  ],
});
