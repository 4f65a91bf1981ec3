// What a board's program consists of, whether a module or JavaScript has become it: its files, figures and inputs.

import type { Board } from '../boards/index.js';
import type { BuiltProgram } from '../targets/board/build.js';
import type { BoardImage, FunctionWithReason, JittedFunction } from '../targets/board/image.js';
import type { TypedInterface } from '../targets/board/typed/typed-program.js';
import type { External } from '../targets/module/description.js';
import type { ReadModule } from '../targets/module/read-module.js';
import type { ProgramOptions } from './program-options.js';

export interface ProgramRequest extends ProgramOptions {
  /** The program does not start by itself: only `require` finds it. */
  asModule?: boolean;
  /** A file name that cannot be a program's name is changed, and not refused: nothing is written under it. */
  derivesName?: boolean;
}

/** TypeScript declarations, and the name of their file. */
export interface DeclarationsFile {
  name: string;
  text: string;
}

export interface Program {
  image: BoardImage;
  /** Exports of the module. Exports of a program for Espruino are unknown. */
  exports?: readonly External[];
  /** The module's world. */
  typed?: TypedInterface;
  /** The module, of a program of one module. */
  bytes?: Uint8Array;
  declarations: DeclarationsFile[];
  /** That it takes on the board; 0 if only the program itself knows. */
  jsVars: number;
  bufferJsVars: number;
  warnings: string[];
  /** Warnings for the user before the program is flashed. */
  cautions: string[];
  jitted: JittedFunction[];
  notJitted: FunctionWithReason[];
  /** Files that it was made of. */
  inputs: string[];
}

export interface BuiltModule {
  read: ReadModule;
  built: BuiltProgram;
  typed?: TypedInterface;
  /** Files of the module and of its types. */
  inputs: string[];
}

/** Files that a program is made of besides its modules, and their types. */
export const givenFiles = ({ imports, wit }: Pick<ProgramRequest, 'imports' | 'wit'>): string[] =>
  [imports, wit].filter((each) => each !== undefined);

/** The sums over several modules. */
export function figuresOf(
  built: readonly BuiltProgram[],
): Pick<Program, 'jsVars' | 'bufferJsVars' | 'warnings' | 'cautions' | 'jitted' | 'notJitted'> {
  return {
    jsVars: built.reduce((sum, each) => sum + each.jsVars, 0),
    bufferJsVars: built.reduce((sum, each) => sum + each.bufferJsVars, 0),
    warnings: built.flatMap(({ warnings }) => warnings),
    cautions: [...new Set(built.flatMap(({ cautions }) => cautions))],
    jitted: built.flatMap(({ jitted = [] }) => jitted),
    notJitted: built.flatMap(({ notJitted = [] }) => notJitted),
  };
}

/** Returns the file that starts the program. If the firmware starts apps, the program is an app; otherwise it runs at each start. */
export const startFile = (name: string, board: Board) =>
  board.name.startsWith('banglejs') ? `${name}.js` : '.bootcde';
