// Original Espruino Board: the facts of boards/ESPRUINOBOARD.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const espruino_original = defineBoard({
  name: 'espruino_original',
  firmware: 'ESPRUINOBOARD',
  title: 'Original Espruino Board',
  chip: 'STM32F103RCT6',
  core: 'cortex-m3',
  clock: 72_000_000,
  ram: 48 * 1024,
  jsVars: 2756,
  storage: { bytes: 10 * 2048, location: 'internal', executableInPlace: true },
  flash: 256 * 1024,
  cStack: { bytes: 10_780, known: 'exactly' },
  modules: ['crypto', 'Flash', 'fs', 'heatshrink', 'neopixel', 'Storage', 'timer'],
  missing: ['"jit"', 'exact Math.sin, cos, tan, atan, atan2 (SAVE_ON_FLASH_MATH)', 'Bangle', 'g'],
  nativeCalls: true,
  sources: [
    { fact: 'firmware', where: 'boards/ESPRUINOBOARD.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/ESPRUINOBOARD.py:55: chip.part' },
    { fact: 'core', where: 'make/family/STM32F1.make:3: -mcpu=cortex-m3' },
    { fact: 'clock', where: 'boards/ESPRUINOBOARD.py:60: chip.speed' },
    { fact: 'ram', where: 'boards/ESPRUINOBOARD.py:58: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/ESPRUINOBOARD.py:24: info.variables' },
    { fact: 'modules', where: 'boards/ESPRUINOBOARD.py: info.build.libraries and makefile; Makefile:355-664' },
    { fact: 'cStack', where: '_estack - _end of the linked firmware of Espruino 2v29.277' },
    { fact: 'storage.bytes', where: 'boards/ESPRUINOBOARD.py:66: chip.saved_code' },
    { fact: 'storage.location', where: 'boards/ESPRUINOBOARD.py: saved_code.address is in the flash of the chip' },
    { fact: 'storage.executableInPlace', where: 'targets/stm32/jshardware.c: jshFlashGetMemMapAddress' },
    { fact: 'flash', where: 'boards/ESPRUINOBOARD.py:59: chip.flash' },
    {
      fact: 'nativeCalls',
      where: 'src/jswrap_espruino.c:286: E.nativeCall, without SAVE_ON_FLASH; the processor is an ARM',
    },
    { fact: 'missing', where: 'boards/ESPRUINOBOARD.py:35: no JIT in info.build.libraries' },
    { fact: 'missing', where: 'boards/ESPRUINOBOARD.py:46: SAVE_ON_FLASH_MATH, with src/jswrap_math.c:41' },
    { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
    { fact: 'missing', where: 'boards/ESPRUINOBOARD.py: it has no screen of its own' },
  ],
});
