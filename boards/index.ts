// All boards, and finding one by its name.

import { banglejs } from './banglejs.js';
import { banglejs2 } from './banglejs2.js';
import type { Board } from './board.js';
import { esp32 } from './esp32.js';
import { esp32c3 } from './esp32c3.js';
import { esp32s3 } from './esp32s3.js';
import { esp8266 } from './esp8266.js';
import { espruino_original } from './espruino_original.js';
import { espruino_pico } from './espruino_pico.js';
import { espruino_wifi } from './espruino_wifi.js';
import { findNamed } from './find-named.js';
import { joltjs } from './joltjs.js';
import { mdbt42q } from './mdbt42q.js';
import { microbit1 } from './microbit1.js';
import { microbit2 } from './microbit2.js';
import { nrf54l15dk } from './nrf54l15dk.js';
import { nrf52840dk } from './nrf52840dk.js';
import { pixljs } from './pixljs.js';
import { puckjs } from './puckjs.js';
import { rpi_pico } from './rpi_pico.js';
import { rpi_pico2 } from './rpi_pico2.js';
import { stm32f4discovery } from './stm32f4discovery.js';

export type { Board, Core, JsVars, Source, Storage } from './board.js';
export { capacitiesFor, capacitiesForJsVars } from './capacities-for.js';
export {
  type BoardConfiguration,
  type Configuration,
  ConfigurationError,
  configuredBoards,
  defineConfig,
  type ProjectConfiguration,
  projectOf,
} from './configuration.js';
export { type BoardFacts, defineBoard } from './define-board.js';
export { findNamed, nearestNames, UnknownNameError } from './find-named.js';
export { jsVarsOf, jsVarsOfFootprint } from './js-vars.js';
export { sliceMilliseconds, statementSeconds } from './slice.js';
export {
  banglejs,
  banglejs2,
  esp32,
  esp32c3,
  esp32s3,
  esp8266,
  espruino_original,
  espruino_pico,
  espruino_wifi,
  joltjs,
  mdbt42q,
  microbit1,
  microbit2,
  nrf54l15dk,
  nrf52840dk,
  pixljs,
  puckjs,
  rpi_pico,
  rpi_pico2,
  stm32f4discovery,
};

export const boards: readonly Board[] = [
  banglejs,
  banglejs2,
  puckjs,
  pixljs,
  mdbt42q,
  joltjs,
  espruino_pico,
  espruino_wifi,
  espruino_original,
  microbit1,
  microbit2,
  esp32,
  esp32c3,
  esp32s3,
  esp8266,
  rpi_pico,
  rpi_pico2,
  stm32f4discovery,
  nrf52840dk,
  nrf54l15dk,
];

/**
 * The board with this name or firmware; case, `-`, `_`, `.` and spaces make no difference. Throws an UnknownNameError
 * with the nearest names and all of them.
 */
export function findBoard(name: string): Board {
  return findNamed(name, boards);
}
