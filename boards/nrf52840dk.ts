// nRF52840 Development Kit: the facts of boards/NRF52840DK.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const nrf52840dk = defineBoard({
  name: 'nrf52840dk',
  firmware: 'NRF52840DK',
  title: 'nRF52840 Development Kit',
  chip: 'NRF52840',
  core: 'cortex-m4f',
  clock: 64_000_000,
  ram: 256 * 1024,
  jsVars: 12500,
  storage: { bytes: 10 * 4096, location: 'internal', executableInPlace: true },
  flash: 1024 * 1024,
  cStack: { bytes: 72_000, known: 'as a bound' },
  modules: ['dgram', 'Flash', 'heatshrink', 'http', 'neopixel', 'net', 'NetworkJS', 'Storage', 'timer'],
  missing: ['Bangle', 'g'],
  nativeCalls: true,
  sources: [
    { fact: 'firmware', where: 'boards/NRF52840DK.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/NRF52840DK.py:61: chip.part' },
    { fact: 'core', where: 'make/family/NRF52.make:100-101: -mcpu=cortex-m4 -mfpu=fpv4-sp-d16' },
    { fact: 'clock', where: 'boards/NRF52840DK.py:66: chip.speed' },
    { fact: 'ram', where: 'boards/NRF52840DK.py:64: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/NRF52840DK.py:27: info.variables' },
    { fact: 'modules', where: 'boards/NRF52840DK.py: info.build.libraries and makefile; Makefile:355-664' },
    {
      fact: 'cStack',
      where: 'boards/NRF52840DK.py: chip.ram less the JsVars and the RAM of the SoftDevice: an upper bound',
    },
    { fact: 'storage.bytes', where: 'boards/NRF52840DK.py:72: chip.saved_code' },
    { fact: 'storage.location', where: 'boards/NRF52840DK.py: saved_code.address is in the flash of the chip' },
    { fact: 'storage.executableInPlace', where: 'targets/nrf5x/jshardware.c: jshFlashGetMemMapAddress' },
    { fact: 'flash', where: 'boards/NRF52840DK.py:65: chip.flash' },
    {
      fact: 'nativeCalls',
      where: 'src/jswrap_espruino.c:286: E.nativeCall, without SAVE_ON_FLASH; the processor is an ARM',
    },
    { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
    { fact: 'missing', where: 'boards/NRF52840DK.py: it has no screen of its own' },
  ],
});
