// Raspberry Pi Pico 2: the facts of boards/RP2350_PICO2.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const rpi_pico2 = defineBoard({
  name: 'rpi_pico2',
  firmware: 'RP2350_PICO2',
  title: 'Raspberry Pi Pico 2',
  chip: 'RP2350',
  core: 'cortex-m33',
  clock: 150_000_000,
  ram: 520 * 1024,
  jsVars: 16000,
  storage: { bytes: 768 * 4096, location: 'spi', executableInPlace: true },
  flash: 4096 * 1024,
  cStack: { bytes: 285_000, known: 'as a bound' },
  modules: ['Flash', 'heatshrink', 'Storage', 'timer'],
  missing: ['Bangle', 'g'],
  nativeCalls: true,
  sources: [
    { fact: 'firmware', where: 'boards/RP2350_PICO2.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/RP2350_PICO2.py:46: chip.part' },
    { fact: 'core', where: 'from the datasheet: RP2350 Datasheet, Raspberry Pi' },
    { fact: 'clock', where: 'boards/RP2350_PICO2.py:51: chip.speed' },
    { fact: 'ram', where: 'boards/RP2350_PICO2.py:49: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/RP2350_PICO2.py:27: info.variables' },
    { fact: 'modules', where: 'boards/RP2350_PICO2.py: info.build.libraries and makefile; Makefile:355-664' },
    {
      fact: 'cStack',
      where: 'boards/RP2350_PICO2.py: its comment on RAM: about 285 KB, which the heap shares: an upper bound',
    },
    { fact: 'storage.bytes', where: 'boards/RP2350_PICO2.py:57: chip.saved_code' },
    {
      fact: 'storage.location',
      where: 'from the datasheet: RP2350 Datasheet, Raspberry Pi: QSPI flash, mapped into memory',
    },
    { fact: 'storage.executableInPlace', where: 'targets/rp2xxx/jshardware.c: jshFlashGetMemMapAddress' },
    { fact: 'flash', where: 'boards/RP2350_PICO2.py:50: chip.flash' },
    {
      fact: 'nativeCalls',
      where: 'src/jswrap_espruino.c:286: E.nativeCall, without SAVE_ON_FLASH; the processor is an ARM',
    },
    { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
    { fact: 'missing', where: 'boards/RP2350_PICO2.py: it has no screen of its own' },
  ],
});
