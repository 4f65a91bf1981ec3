// Builds the program of one module for the commands that write, flash or run it, from the options of the command line.

import type { Board } from '../boards/index.js';
import { type BuildOptions, type BuiltProgram, buildProgram } from '../targets/board/build.js';
import type { BoardImage, FunctionWithReason, JittedFunction } from '../targets/board/image.js';
import type { TypedInterface } from '../targets/board/typed/typed-program.js';
import type { BoundModule } from '../targets/interfaces/bind.js';
import type { External } from '../targets/module/description.js';
import { type ReadModule, readModule } from '../targets/module/read-module.js';
import { readModuleFile } from './module-file.js';
import { ownImportsFor } from './own-imports.js';
import { chosenName, derivedName } from './program-name.js';
import { moduleOptions, type ProgramOptions } from './program-options.js';
import { boundModule, typedImportsFor } from './typed-interface.js';

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

/** A module, how it is built, and the files that were read. Throws a UsageError or BuildError for a name that it cannot have. */
export async function moduleRequest(
  file: string,
  board: Board,
  request: ProgramRequest,
): Promise<{ read: ReadModule; how: BuildOptions; inputs: string[] }> {
  const options = moduleOptions(request);
  const { bytes, world, inputs } = await readModuleFile(file, file === '-' ? 'standard input' : file, request);
  const read = readModule(bytes);
  // A description of the file says more than the error that its name cannot be a program's.
  const isDerived = request.derivesName && request.name === undefined;
  const name = isDerived ? derivedName(file, board) : chosenName(file, request.name, board);
  const given = await importsFor(board, boundModule(read, request, world), request.imports);
  return { read, how: { ...options, board, name, ...given }, inputs };
}

/** The program of one module. Throws what `moduleRequest` throws, and a BuildError for what cannot be built. */
export async function moduleProgram(file: string, board: Board, request: ProgramRequest): Promise<BuiltModule> {
  const { read, how, inputs } = await moduleRequest(file, board, request);
  return { read, built: await buildProgram(read, how), typed: how.typed, inputs };
}

/** Returns the user's imports for a module, from the file `imports`, and its world; `bound` if it has one. */
export async function importsFor(
  board: Board,
  bound: BoundModule | undefined,
  imports: string | undefined,
): Promise<Pick<BuildOptions, 'imports' | 'typed'>> {
  if (bound) return typedImportsFor(board, imports, bound);
  return { imports: imports === undefined ? undefined : await ownImportsFor(board, imports) };
}

/** Files that a program is made of besides its modules, and their types. */
export const givenFiles = ({ imports, wit }: Pick<ProgramRequest, 'imports' | 'wit'>): string[] =>
  [imports, wit].filter((each) => each !== undefined);

export interface BuiltModule {
  read: ReadModule;
  built: BuiltProgram;
  typed?: TypedInterface;
  /** Files of the module and of its types. */
  inputs: string[];
}

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
