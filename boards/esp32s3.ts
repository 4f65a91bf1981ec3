// ESP32S3: the facts of boards/ESP32S3_IDF4.py in the sources of Espruino 2v29.

import { defineEsp32 } from './define-esp32.js';

export const esp32s3 = defineEsp32({
  name: 'esp32s3',
  firmware: 'ESP32S3_IDF4',
  chip: 'ESP32S3',
  core: 'xtensa-lx7',
  datasheet: 'ESP32-S3',
  clock: 240_000_000,
  ram: 512 * 1024,
  jsVars: 16383,
  cStack: { bytes: 25_000, known: 'exactly' },
  modules: ['TelnetServer'],
  lines: { chip: 93, clock: 98, ram: 96, jsVars: 65, storage: 104, noJit: 70 },
  stackLine: 'boards/ESP32S3_IDF4.py:83',
});
