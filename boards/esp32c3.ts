// ESP32C3: the facts of boards/ESP32C3_IDF4.py in the sources of Espruino 2v29.

import { defineEsp32 } from './define-esp32.js';

export const esp32c3 = defineEsp32({
  name: 'esp32c3',
  firmware: 'ESP32C3_IDF4',
  chip: 'ESP32C3',
  core: 'riscv32imc',
  datasheet: 'ESP32-C3',
  clock: 160_000_000,
  ram: 400 * 1024,
  jsVars: 4095,
  cStack: { bytes: 15_000, known: 'exactly' },
  lines: { chip: 95, clock: 100, ram: 98, jsVars: 65, storage: 106, noJit: 70 },
  stackLine: 'boards/ESP32C3_IDF4.py:84',
});
