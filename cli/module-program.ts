// Builds the program of one module for the commands that write, flash or run it, from the options of the command line.

import type { Board } from '../boards/index.js';
import { type BuildOptions, buildProgram } from '../targets/board/build.js';
import type { BoundModule } from '../targets/interfaces/bind.js';
import { type ReadModule, readModule } from '../targets/module/read-module.js';
import { readModuleFile } from './module-file.js';
import { ownImportsFor } from './own-imports.js';
import { chosenName, derivedName } from './program-name.js';
import { moduleOptions } from './program-options.js';
import type { BuiltModule, ProgramRequest } from './program-parts.js';
import { boundModule, typedImportsFor } from './typed-interface.js';

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
