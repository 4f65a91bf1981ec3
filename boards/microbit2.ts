// BBC micro:bit 2: the facts of boards/MICROBIT2.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const microbit2 = defineBoard({
  name: 'microbit2',
  firmware: 'MICROBIT2',
  title: 'BBC micro:bit 2',
  chip: 'NRF52833',
  core: 'cortex-m4f',
  clock: 64_000_000,
  ram: 128 * 1024,
  jsVars: 6000,
  storage: { bytes: 10 * 4096, location: 'internal', executableInPlace: true },
  flash: 512 * 1024,
  cStack: { bytes: 40_000, known: 'as a bound' },
  modules: ['Flash', 'heatshrink', 'neopixel', 'Storage', 'tensorflow', 'timer'],
  missing: ['Bangle', 'g'],
  nativeCalls: true,
  sources: [
    { fact: 'firmware', where: 'boards/MICROBIT2.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/MICROBIT2.py:65: chip.part and its comment' },
    { fact: 'core', where: 'make/family/NRF52.make:100-101: -mcpu=cortex-m4 -mfpu=fpv4-sp-d16' },
    { fact: 'clock', where: 'boards/MICROBIT2.py:70: chip.speed' },
    { fact: 'ram', where: 'boards/MICROBIT2.py:68: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/MICROBIT2.py:32: info.variables' },
    { fact: 'modules', where: 'boards/MICROBIT2.py: info.build.libraries and makefile; Makefile:355-664' },
    {
      fact: 'cStack',
      where: 'boards/MICROBIT2.py: chip.ram less the JsVars and the RAM of the SoftDevice: an upper bound',
    },
    { fact: 'storage.bytes', where: 'boards/MICROBIT2.py:76: chip.saved_code' },
    { fact: 'storage.location', where: 'boards/MICROBIT2.py: saved_code.address is in the flash of the chip' },
    { fact: 'storage.executableInPlace', where: 'targets/nrf5x/jshardware.c: jshFlashGetMemMapAddress' },
    { fact: 'flash', where: 'boards/MICROBIT2.py:69: chip.flash' },
    {
      fact: 'nativeCalls',
      where: 'src/jswrap_espruino.c:286: E.nativeCall, without SAVE_ON_FLASH; the processor is an ARM',
    },
    { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
    { fact: 'missing', where: 'boards/MICROBIT2.py: it has no screen of its own' },
  ],
});
