// ESP32: the facts of boards/ESP32.py in the sources of Espruino 2v29.

import { defineEsp32 } from './define-esp32.js';

export const esp32 = defineEsp32({
  name: 'esp32',
  firmware: 'ESP32',
  chip: 'ESP32',
  core: 'xtensa-lx6',
  datasheet: 'ESP32',
  clock: 240_000_000,
  ram: 512 * 1024,
  jsVars: 16383,
  cStack: { bytes: 25_000, known: 'exactly' },
  modules: ['TelnetServer'],
  lines: { chip: 80, clock: 85, ram: 83, jsVars: 53, storage: 91, noJit: 58 },
  stackLine: 'boards/ESP32_IDF4.py:73',
});
