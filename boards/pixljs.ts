// Pixl.js: the facts of boards/PIXLJS.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const pixljs = defineBoard({
  name: 'pixljs',
  firmware: 'PIXLJS',
  title: 'Pixl.js',
  chip: 'NRF52832',
  core: 'cortex-m4f',
  clock: 64_000_000,
  ram: 64 * 1024,
  jsVars: 2950,
  storage: { bytes: 9 * 4096, location: 'internal', executableInPlace: true },
  flash: 512 * 1024,
  cStack: { bytes: 7_688, known: 'exactly' },
  missing: ['exact Math.sin, cos, tan, atan, atan2 (SAVE_ON_FLASH_MATH)', 'Bangle'],
  nativeCalls: true,
  sources: [
    { fact: 'firmware', where: 'boards/PIXLJS.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/PIXLJS.py:76: chip.part' },
    { fact: 'core', where: 'make/family/NRF52.make:100-101: -mcpu=cortex-m4 -mfpu=fpv4-sp-d16' },
    { fact: 'clock', where: 'boards/PIXLJS.py:81: chip.speed' },
    { fact: 'ram', where: 'boards/PIXLJS.py:79: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/PIXLJS.py:26: info.variables' },
    { fact: 'cStack', where: '_estack - _end of the linked firmware of Espruino 2v29.277' },
    { fact: 'storage.bytes', where: 'boards/PIXLJS.py:87: chip.saved_code' },
    { fact: 'storage.location', where: 'boards/PIXLJS.py: saved_code.address is in the flash of the chip' },
    { fact: 'storage.executableInPlace', where: 'targets/nrf5x/jshardware.c: jshFlashGetMemMapAddress' },
    { fact: 'flash', where: 'boards/PIXLJS.py:80: chip.flash' },
    {
      fact: 'nativeCalls',
      where: 'src/jswrap_espruino.c:286: E.nativeCall, without SAVE_ON_FLASH; the processor is an ARM',
    },
    { fact: 'missing', where: 'boards/PIXLJS.py:60: SAVE_ON_FLASH_MATH, with src/jswrap_math.c:41' },
    { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
  ],
});
