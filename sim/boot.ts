// The files of Storage that a board runs when it starts. Sources: `jsiSemiInit`, src/jsinteractive.c, and `jsfLoadBootCodeFromFlash`,
// src/jsflash.c of Espruino 2v29.

import { SimulationError } from './simulation-error.js';
import type { Storage } from './storage/storage.js';

/** The causes of a start, which decide what runs. */
export enum Start {
  /** Storage that is not valid is erased. */
  Power,
  /** `load()`: without the first check. */
  Load,
  /** `reset()`, or `load(name)` before that file is run: without the program. */
  Reset,
}

export interface BootBoard {
  readonly storage: Storage;
  /** Runs a file of Storage. Returns false if there is none. */
  load(name: string): boolean;
  print(text: string): void;
}

/** Runs the files that run at each start, `.boot0` to `.boot3`, and then the program. */
export function boot(board: BootBoard, start: Start): void {
  const { storage } = board;
  if (start === Start.Power) {
    if (!storage.isValid()) {
      board.print('Storage is corrupt.\nErasing Storage Area...\n');
      storage.eraseAll();
      board.print('Erase complete.\n');
    }
    load(board, '.bootPowerOn');
  }
  for (const number of [0, 1, 2, 3]) load(board, `.boot${number}`);
  if (!load(board, '.bootrst') && start !== Start.Reset) load(board, '.bootcde');
}

/** Kinds of findings: what cannot be parsed, and bytes that were never written, which look like letters. */
const UNPARSABLE = new Set(['syntax', 'unicode name']);

/** A file that cannot be parsed is no reason not to run the next. */
function load(board: BootBoard, name: string): boolean {
  try {
    return board.load(name);
  } catch (error) {
    if (!(error instanceof SimulationError && UNPARSABLE.has(error.finding.what))) throw error;
    board.print(`Uncaught SyntaxError: ${error.finding.what} in ${name}\n`);
    return true;
  }
}
