// Espruino Pico: the facts of boards/PICO_R1_3.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const espruino_pico = defineBoard({
  name: 'espruino_pico',
  firmware: 'PICO_R1_3',
  title: 'Espruino Pico',
  chip: 'STM32F401CDU6',
  core: 'cortex-m4f',
  clock: 84_000_000,
  ram: 96 * 1024,
  jsVars: 5100,
  storage: { bytes: 3 * 16384, location: 'internal', executableInPlace: true },
  flash: 384 * 1024,
  cStack: { bytes: 26_624, known: 'exactly' },
  missing: [
    'exact Math.sin, cos, tan, atan, atan2 (SAVE_ON_FLASH_MATH)',
    'dates over the full range (ESPR_LIMIT_DATE_RANGE)',
    'Bangle',
    'g',
  ],
  nativeCalls: true,
  sources: [
    { fact: 'firmware', where: 'boards/PICO_R1_3.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/PICO_R1_3.py:62: chip.part' },
    { fact: 'core', where: 'make/family/STM32F4.make:3: -mcpu=cortex-m4 -mfpu=fpv4-sp-d16' },
    { fact: 'clock', where: 'boards/PICO_R1_3.py:67: chip.speed' },
    { fact: 'ram', where: 'boards/PICO_R1_3.py:65: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/PICO_R1_3.py:24: info.variables' },
    { fact: 'cStack', where: '_estack - _end of the linked firmware of Espruino 2v29.277' },
    { fact: 'storage.bytes', where: 'boards/PICO_R1_3.py:73: chip.saved_code' },
    { fact: 'storage.location', where: 'boards/PICO_R1_3.py: saved_code.address is in the flash of the chip' },
    { fact: 'storage.executableInPlace', where: 'targets/stm32/jshardware.c: jshFlashGetMemMapAddress' },
    { fact: 'flash', where: 'boards/PICO_R1_3.py:66: chip.flash' },
    {
      fact: 'nativeCalls',
      where: 'src/jswrap_espruino.c:286: E.nativeCall, without SAVE_ON_FLASH; the processor is an ARM',
    },
    { fact: 'missing', where: 'boards/PICO_R1_3.py:50: SAVE_ON_FLASH_MATH, with src/jswrap_math.c:41' },
    { fact: 'missing', where: 'boards/PICO_R1_3.py:52: ESPR_LIMIT_DATE_RANGE' },
    { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
    { fact: 'missing', where: 'boards/PICO_R1_3.py: it has no screen of its own' },
  ],
});
