// Makes a board's program from the FILE of the command line: the program of a module, a program for Espruino with the modules that it
// requires, or the runtime that loads modules. `build`, `flash` and `run --board` share it, so that they agree.

import type { Board } from '../boards/index.js';
import { ExternalKind } from '../src/types.js';
import type { BoardImage, StorageFile } from '../targets/board/image.js';
import { programVariable } from '../targets/board/program-name.js';
import type { BoundFunction, BoundModule } from '../targets/interfaces/bind.js';
import { UsageError } from './command-error.js';
import { chosenName } from './program-name.js';
import { runtimeCapacities } from './program-options.js';
import { figuresOf, givenFiles, type Program, type ProgramRequest, startFile } from './program-parts.js';
import { isEspruinoProgram, programWithModules } from './program-with-modules.js';

/** Throws a UsageError, a BuildError for what cannot be built, and a CommandError for what cannot be read. */
export async function programOf(file: string | undefined, board: Board, request: ProgramRequest): Promise<Program> {
  if (request.runtime === 'full') return loadingRuntime(file, board, request);
  if (file === undefined) throw new UsageError('which module? Give a file, or --runtime full to write none');
  if (isEspruinoProgram(file)) return programWithModules(file, board, request);
  if (request.module) throw new UsageError('--module is for a program for Espruino that requires it: give main.js');
  // The compilers are loaded where there is a module.
  const { moduleProgram } = await import('./module-program.js');
  const { built, read, typed, inputs } = await moduleProgram(file, board, request);
  return {
    ...figuresOf([built]),
    image: built.image,
    exports: read.exports,
    typed,
    bytes: read.bytes,
    declarations: [{ name: `${built.image.name}.d.ts`, text: built.declarations }],
    inputs: [...inputs, ...givenFiles(request)],
  };
}

async function loadingRuntime(file: string | undefined, board: Board, request: ProgramRequest): Promise<Program> {
  if (file !== undefined) {
    throw new UsageError('the full runtime loads modules on the board: give no file', [
      `to put ${file} there, write its bytes to Storage`,
    ]);
  }
  if (request.imports !== undefined)
    throw new UsageError('the full runtime gets imports on the board, from load: leave out --imports');
  if (request.wit !== undefined) throw new UsageError('--wit is for a module: the full runtime takes any module');
  const name = request.name ?? 'tazzina';
  const { buildFullRuntime } = await import('../targets/board/loaded/build.js');
  const { image, jsVars, bufferJsVars, declarations } = await buildFullRuntime({
    board,
    name: chosenName(name, name, board),
    capacities: runtimeCapacities(request),
  });
  return {
    image,
    exports: [],
    declarations: [{ name: `${image.name}.d.ts`, text: declarations }],
    jsVars,
    bufferJsVars,
    warnings: [],
    cautions: [],
    jitted: [],
    notJitted: [],
    inputs: [],
  };
}

/** Exports that start a module without arguments. */
const STARTS = ['_start', 'main'];
/** The function `run` of the interface `wasi:cli/run`. It ends by an error if it exits. */
const COMPONENT_START = 'run.run';

/** Returns the name of the exported function that starts a component; undefined if there is none. */
export function componentStart({ exports }: BoundModule): string | undefined {
  const isRun = ({ interface: { name } }: BoundFunction) => name.startsWith('wasi:cli/run@');
  return exports.some(isRun) ? COMPONENT_START : undefined;
}

/** The function that starts a module, or a component with `wasi:cli/run`, as the program has it: if there is one. */
export function startOf({ exports = [], typed }: Pick<Program, 'exports' | 'typed'>): string | undefined {
  if (typed !== undefined) return componentStart(typed.bound);
  const found = STARTS.map((name) => exports.find((each) => each.name === name));
  return found.find((each) => each?.kind === ExternalKind.Function && each.parameters.length === 0)?.name;
}

/** The image of a module with a program that makes it a global of its name, for the console too, and calls what starts it. */
export function startedImage(image: BoardImage, board: Board, start: string | undefined): BoardImage {
  const { name } = image;
  const variable = programVariable(name);
  // In slices: a program that computes for long stops nothing else.
  const thrown = start === COMPONENT_START ? 'error && error.message !== "exit 0"' : 'error';
  const call = start ? `${variable}.${start}.async(function (error) { if (${thrown}) throw error; });\n` : '';
  const text = `var ${variable} = require(${JSON.stringify(name)});\n${call}`;
  const starter: StorageFile = { name: startFile(name, board), bytes: Buffer.from(text, 'latin1') };
  return { ...image, files: [...image.files, starter] };
}

/** Returns the image that is put on a board to start the program. */
export function imageToStart(program: Program, board: Board): BoardImage {
  const { image, exports } = program;
  return exports === undefined ? image : startedImage(image, board, startOf(program));
}
