// ESP8266: the facts of boards/ESP8266_4MB.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const esp8266 = defineBoard({
  name: 'esp8266',
  firmware: 'ESP8266_4MB',
  title: 'ESP8266',
  chip: 'ESP8266',
  core: 'xtensa-lx106',
  clock: 160_000_000,
  ram: 80 * 1024,
  jsVars: 1600,
  storage: { bytes: 48 * 4096, location: 'spi', executableInPlace: false },
  cStack: { bytes: 10_000, known: 'as an estimate' },
  missing: ['"jit"', 'E.FFT', 'Bangle', 'g'],
  nativeCalls: false,
  sources: [
    { fact: 'firmware', where: 'boards/ESP8266_4MB.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/ESP8266_4MB.py:42: chip.part' },
    { fact: 'core', where: 'from the datasheet: ESP8266EX Datasheet, Espressif' },
    { fact: 'clock', where: 'boards/ESP8266_4MB.py:47: chip.speed' },
    { fact: 'ram', where: 'boards/ESP8266_4MB.py:45: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/ESP8266_4MB.py:22: info.variables' },
    { fact: 'cStack', where: 'an estimate: src/jsutils.c:965 checks no stack there' },
    { fact: 'storage.bytes', where: 'boards/ESP8266_4MB.py:53: chip.saved_code' },
    {
      fact: 'storage.location',
      where: 'from the datasheet: ESP8266EX Datasheet, Espressif: flash is outside the processor',
    },
    { fact: 'storage.executableInPlace', where: 'there is no native code: see nativeCalls' },
    { fact: 'nativeCalls', where: 'the processor is no ARM' },
    { fact: 'missing', where: 'boards/ESP8266_4MB.py:25: no JIT in info.build.libraries' },
    { fact: 'missing', where: 'boards/ESP8266.blocklist' },
    { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
    { fact: 'missing', where: 'boards/ESP8266_4MB.py: it has no screen of its own' },
  ],
});
