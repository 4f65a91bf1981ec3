// Raspberry Pi Pico (RP2040): the facts of boards/RP2040_PICO.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const rpi_pico = defineBoard({
  name: 'rpi_pico',
  firmware: 'ESPR_RP2040_PICO',
  title: 'Raspberry Pi Pico (RP2040)',
  chip: 'RP2040',
  core: 'cortex-m0plus',
  clock: 133_000_000,
  ram: 264 * 1024,
  jsVars: 12000,
  storage: { bytes: 64 * 4096, location: 'spi', executableInPlace: true },
  flash: 2048 * 1024,
  cStack: { bytes: 100_000, known: 'as a bound' },
  modules: ['Flash', 'heatshrink', 'Storage', 'timer'],
  missing: ['"jit"', 'Bangle', 'g'],
  nativeCalls: true,
  sources: [
    { fact: 'firmware', where: 'boards/RP2040_PICO.py:16: info.boardname' },
    { fact: 'chip', where: 'boards/RP2040_PICO.py:35: chip.part' },
    { fact: 'core', where: 'from the datasheet: RP2040 Datasheet, Raspberry Pi' },
    { fact: 'clock', where: 'boards/RP2040_PICO.py:40: chip.speed' },
    { fact: 'ram', where: 'boards/RP2040_PICO.py:38: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/RP2040_PICO.py:18: info.variables' },
    { fact: 'modules', where: 'boards/RP2040_PICO.py: info.build.libraries and makefile; Makefile:355-664' },
    { fact: 'cStack', where: 'boards/RP2040_PICO.py: chip.ram less the JsVars: an upper bound' },
    { fact: 'storage.bytes', where: 'boards/RP2040_PICO.py:46: chip.saved_code' },
    {
      fact: 'storage.location',
      where: 'from the datasheet: RP2040 Datasheet, Raspberry Pi: QSPI flash, mapped into memory',
    },
    { fact: 'storage.executableInPlace', where: 'targets/rp2xxx/jshardware.c: jshFlashGetMemMapAddress' },
    { fact: 'flash', where: 'boards/RP2040_PICO.py:39: chip.flash' },
    {
      fact: 'nativeCalls',
      where: 'src/jswrap_espruino.c:286: E.nativeCall, without SAVE_ON_FLASH; the processor is an ARM',
    },
    { fact: 'missing', where: 'boards/RP2040_PICO.py:23: no JIT in info.build.libraries' },
    { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
    { fact: 'missing', where: 'boards/RP2040_PICO.py: it has no screen of its own' },
  ],
});
