// The name of a program on a board: the name of its file in Storage, which `require` finds, and of the variable that holds its
// exports.

import { isFirmwareGlobal, isReservedWord } from '../../boards/firmware-globals.js';
import type { Board } from '../../boards/index.js';
import { BuildError } from './build-error.js';

/** Storage gives a file 28 characters; the longest suffix has 5, and an upload under another name 3. */
export const LONGEST_NAME = 20;

/** The variable that `flash` starts a program in. */
export const programVariable = (name: string) => name.replace(/\W/g, '_').replace(/^(?=\d)/, '_');

const REMEDY = 'give it another name: --name app';

/** Throws a BuildError where `require(name)` would not find the program, or the firmware no longer what it has under that name. */
export function checkModuleName(name: string, board: Board): void {
  if (board.modules.includes(name)) {
    throw new BuildError(
      `${name} is a module of the firmware of ${board.name}: require would load that module instead of a program with this name`,
      [REMEDY],
    );
  }
}

/** Throws a BuildError if a program cannot have the name on a board. */
export function checkProgramName(name: string, board: Board): void {
  if (!/^[A-Za-z0-9_-]+$/.test(name) || name.length > LONGEST_NAME) {
    throw new BuildError(`${JSON.stringify(name)} cannot be the name of a program`, [
      `take letters, digits, - and _, at most ${LONGEST_NAME}: --name app`,
    ]);
  }
  checkModuleName(name, board);
  const variable = programVariable(name);
  if (isReservedWord(variable)) {
    throw new BuildError(`${variable} is a reserved word, and cannot be the name of a program`, [REMEDY]);
  }
  if (isFirmwareGlobal(variable)) {
    throw new BuildError(`${variable} is a global of Espruino, and a program of that name would take its place`, [
      REMEDY,
    ]);
  }
}

/** Whether a program can have the name on a board. */
export function fitsName(name: string, board: Board): boolean {
  try {
    checkProgramName(name, board);
    return true;
  } catch (error) {
    if (error instanceof BuildError) return false;
    throw error;
  }
}
