// Chooses the program's name on a board: the value of --name, or the name of the file.

import { basename } from 'node:path';
import type { Board } from '../boards/index.js';
import { BuildError } from '../targets/board/build-error.js';
import { checkProgramName, fitsName, LONGEST_NAME } from '../targets/board/program-name.js';
import { UsageError } from './command-error.js';

/** The name of the file, without its ending: `.component.wasm` is one, too. */
export const programName = (file: string) =>
  file === '-' ? 'app' : basename(file).replace(/(?:\.component)?\.\w+$/, '');

/** The name of the file, or one like it that a program can have. */
export function derivedName(file: string, board: Board): string {
  const name = programName(file);
  if (fitsName(name, board)) return name;
  const near = name
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, LONGEST_NAME);
  return [near, `${near}_app`, 'app'].find((each) => fitsName(each, board))!;
}

/** Throws a UsageError for a name of the command line, and a BuildError for one of a file, that a program cannot have. */
export function chosenName(file: string, given: string | undefined, board: Board): string {
  const name = given ?? programName(file);
  try {
    checkProgramName(name, board);
    return name;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    if (given !== undefined) throw new UsageError(error.message, error.notes);
    throw new BuildError(error.message, [`give it a name: --name ${derivedName(file, board)}`]);
  }
}
