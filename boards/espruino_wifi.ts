// Espruino WiFi: the facts of boards/ESPRUINOWIFI.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const espruino_wifi = defineBoard({
  name: 'espruino_wifi',
  firmware: 'ESPRUINOWIFI',
  title: 'Espruino WiFi',
  chip: 'STM32F411CEU6',
  core: 'cortex-m4f',
  clock: 100_000_000,
  ram: 128 * 1024,
  jsVars: 8190,
  storage: { bytes: 1 * 65536, location: 'internal', executableInPlace: true },
  flash: 512 * 1024,
  cStack: { bytes: 24_600, known: 'as a bound' },
  missing: ['Bangle', 'g'],
  nativeCalls: true,
  sources: [
    { fact: 'firmware', where: 'boards/ESPRUINOWIFI.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/ESPRUINOWIFI.py:57: chip.part' },
    { fact: 'core', where: 'make/family/STM32F4.make:3: -mcpu=cortex-m4 -mfpu=fpv4-sp-d16' },
    { fact: 'clock', where: 'boards/ESPRUINOWIFI.py:62: chip.speed' },
    { fact: 'ram', where: 'boards/ESPRUINOWIFI.py:60: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/ESPRUINOWIFI.py:24: info.variables' },
    { fact: 'cStack', where: 'boards/ESPRUINOWIFI.py: chip.ram less the JsVars: an upper bound' },
    { fact: 'storage.bytes', where: 'boards/ESPRUINOWIFI.py:68: chip.saved_code' },
    { fact: 'storage.location', where: 'boards/ESPRUINOWIFI.py: saved_code.address is in the flash of the chip' },
    { fact: 'storage.executableInPlace', where: 'targets/stm32/jshardware.c: jshFlashGetMemMapAddress' },
    { fact: 'flash', where: 'boards/ESPRUINOWIFI.py:61: chip.flash' },
    {
      fact: 'nativeCalls',
      where: 'src/jswrap_espruino.c:286: E.nativeCall, without SAVE_ON_FLASH; the processor is an ARM',
    },
    { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
    { fact: 'missing', where: 'boards/ESPRUINOWIFI.py: it has no screen of its own' },
  ],
});
