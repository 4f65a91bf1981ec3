// ESP32S3: the facts of boards/ESP32S3_IDF4.py in the sources of Espruino 2v29.

import { defineBoard } from './define-board.js';

export const esp32s3 = defineBoard({
  name: 'esp32s3',
  firmware: 'ESP32S3_IDF4',
  title: 'ESP32S3',
  chip: 'ESP32S3',
  core: 'xtensa-lx7',
  clock: 240_000_000,
  ram: 512 * 1024,
  jsVars: 16383,
  usedAtBoot: 128,
  storage: { bytes: 224 * 4096, location: 'spi', executableInPlace: false },
  cStack: { bytes: 25_000, known: 'exactly' },
  missing: ['"jit"', 'Bangle', 'g'],
  nativeCalls: false,
  sources: [
    { fact: 'firmware', where: 'boards/ESP32S3_IDF4.py: its name, as scripts/build_platform_config.py:182 has it' },
    { fact: 'chip', where: 'boards/ESP32S3_IDF4.py:93: chip.part' },
    { fact: 'core', where: 'from the datasheet: ESP32-S3 Series Datasheet, Espressif' },
    { fact: 'clock', where: 'boards/ESP32S3_IDF4.py:98: chip.speed' },
    { fact: 'ram', where: 'boards/ESP32S3_IDF4.py:96: chip.ram' },
    { fact: 'jsVars.count', where: 'boards/ESP32S3_IDF4.py:65: info.variables' },
    { fact: 'jsVars.count', where: 'targets/esp32/main.c:96: fewer, if the heap at boot has no room for all' },
    { fact: 'cStack', where: 'boards/ESP32S3_IDF4.py:83: ESP_STACK_SIZE' },
    { fact: 'storage.bytes', where: 'boards/ESP32S3_IDF4.py:104: chip.saved_code' },
    {
      fact: 'storage.location',
      where: 'from the datasheet: ESP32-S3 Series Datasheet, Espressif: flash is outside the processor',
    },
    { fact: 'storage.executableInPlace', where: 'there is no native code: see nativeCalls' },
    { fact: 'nativeCalls', where: 'the processor is no ARM' },
    { fact: 'missing', where: 'boards/ESP32S3_IDF4.py:70: no JIT in info.build.libraries' },
    { fact: 'freeJsVars', where: 'an estimate: 128 are taken at boot; Espruino issue 1777 has 106 of an ESP32' },
    { fact: 'missing', where: 'libs/banglejs/jswrap_bangle.c: Bangle is in the firmware of Bangle.js only' },
    { fact: 'missing', where: 'boards/ESP32S3_IDF4.py: it has no screen of its own' },
  ],
});
