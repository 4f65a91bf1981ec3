// What `flash` and the simulator put on a board, from the file that the command line names.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Board } from '../boards/index.js';
import type { BoardImage } from '../targets/board-image/image.js';
import { CommandError, UsageError } from './errors.js';

/** Characters of a file's name in Storage, less what is added for the list of a program's files. */
const LONGEST_NAME = 28 - '.files'.length;

export const isEspruinoProgram = (file: string) => /\.js$/i.test(file);

/** Throws a UsageError for what is no program. A module is only found by `require`; nothing starts it. */
export function imageOf(file: string, board: Board, asModule = false): BoardImage {
  if (isEspruinoProgram(file)) return programImage(file, board, asModule);
  throw new UsageError(`${file} is no program for Espruino`, ['its name ends with .js']);
}

/** A program for Espruino as it is. Where the firmware starts apps by itself, it is an app; else it runs at each start. */
function programImage(file: string, board: Board, asModule: boolean): BoardImage {
  const name = basename(file).replace(/\.js$/i, '').slice(0, LONGEST_NAME);
  const bytes = readProgram(file);
  const isApp = board.name.startsWith('banglejs');
  const stored = asModule ? name : isApp ? `${name}.js` : '.bootcde';
  return { name, board: board.name, files: [{ name: stored, bytes }] };
}

function readProgram(file: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new CommandError('input', 1, `cannot read ${file}: ${(error as Error).message}`, []);
  }
  if (bytes.length === 0) throw new CommandError('input', 1, `${file} is empty`, []);
  return bytes;
}
