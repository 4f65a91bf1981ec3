// MDBT42Q Module: the facts of boards/MDBT42Q.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const mdbt42q = defineBoard({
  name: 'mdbt42q',
  firmware: 'MDBT42Q',
  title: 'MDBT42Q Module',
  chip: 'NRF52832',
  core: 'cortex-m4f',
  clock: 64_000_000,
  ram: 64 * 1024,
  jsVars: 2950,
  storage: { bytes: 10 * 4096, location: 'internal', executableInPlace: true },
  flash: 512 * 1024,
  cStack: { bytes: 7_672, known: 'exactly' },
  modules: ['crypto', 'dgram', 'Flash', 'fs', 'heatshrink', 'http', 'neopixel', 'net', 'NetworkJS', 'Storage', 'timer'],
  missing: ['Bangle', 'g'],
  nativeCalls: true,
  sources: [
    { fact: 'firmware', where: 'boards/MDBT42Q.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/MDBT42Q.py:62: chip.part' },
    { fact: 'core', where: 'make/family/NRF52.make:100-101: -mcpu=cortex-m4 -mfpu=fpv4-sp-d16' },
    { fact: 'clock', where: 'boards/MDBT42Q.py:67: chip.speed' },
    { fact: 'ram', where: 'boards/MDBT42Q.py:65: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/MDBT42Q.py:26: info.variables' },
    { fact: 'modules', where: 'boards/MDBT42Q.py: info.build.libraries and makefile; Makefile:355-664' },
    { fact: 'cStack', where: '_estack - _end of the linked firmware of Espruino 2v29.277' },
    { fact: 'storage.bytes', where: 'boards/MDBT42Q.py:73: chip.saved_code' },
    { fact: 'storage.location', where: 'boards/MDBT42Q.py: saved_code.address is in the flash of the chip' },
    { fact: 'storage.executableInPlace', where: 'targets/nrf5x/jshardware.c: jshFlashGetMemMapAddress' },
    { fact: 'flash', where: 'boards/MDBT42Q.py:66: chip.flash' },
    {
      fact: 'nativeCalls',
      where: 'src/jswrap_espruino.c:286: E.nativeCall, without SAVE_ON_FLASH; the processor is an ARM',
    },
    { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
    { fact: 'missing', where: 'boards/MDBT42Q.py: it has no screen of its own' },
  ],
});
