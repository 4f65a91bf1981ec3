// A simulated board as Espruino for Linux is one: without a screen, with more memory than any board.

import { banglejs2 } from '../../boards/index.js';
import { SimulatedBoard } from '../../sim/index.js';
import type { SimulatorOptions } from '../../sim/simulated-board.js';
import { Flash } from '../../sim/storage/flash.js';
import { Storage } from '../../sim/storage/storage.js';

const LINUX = {
  ...banglejs2,
  name: 'linux',
  firmware: 'LINUX',
  modules: [...banglejs2.modules, 'net', 'http', 'dgram'],
  jsVars: { count: 16_000, bytes: 14 },
  freeJsVars: 15_960,
};
const STORAGE_BYTES = 1024 * 1024;
const PAGE_BYTES = 1024;
/** Seconds of the board's time. */
const MOST_BLOCKED_SECONDS = 3600;

/** `options` are for a board with more than Espruino for Linux has by itself. */
export function linuxBoard(options: SimulatorOptions = {}): SimulatedBoard {
  const storage = new Storage(STORAGE_BYTES, new Flash(STORAGE_BYTES, PAGE_BYTES));
  return new SimulatedBoard(LINUX, { mostBlockedSeconds: MOST_BLOCKED_SECONDS, storage, ...options });
}
