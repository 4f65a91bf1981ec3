// The image that `flash` and the simulator put on a board, from the file that the command line names.

import { basename } from 'node:path';
import type { Board } from '../boards/index.js';
import { ExternalKind } from '../src/index.js';
import { buildProgram } from '../targets/board/build.js';
import type { BoardImage, StorageFile } from '../targets/board/image.js';
import { checkModuleName, programVariable } from '../targets/board/program-name.js';
import type { Tier } from '../targets/board/slice-fuel.js';
import type { External } from '../targets/module/description.js';
import { readModule } from '../targets/module/read-module.js';
import { CommandError, printWarnings, UsageError } from './errors.js';
import { readInputFile } from './input-file.js';
import type { Jit } from './jit-option.js';
import { readModuleFile } from './module-file.js';
import { ownImportsFor } from './own-imports.js';
import { chosenTier } from './program-options.js';

/** Characters of a file's name in Storage, less what is added for the list of a program's files. */
const LONGEST_NAME = 28 - '.files'.length;

export const isEspruinoProgram = (file: string) => /\.js$/i.test(file);

export interface ImageOptions {
  /** It is only found by `require`; nothing starts it. */
  asModule?: boolean;
  /** What the program is called on the board; by default, as the file. */
  name?: string;
  /** Behind a module's linear memory. */
  memoryBytes?: number;
  /** How a module is executed. Default: translated. */
  tier?: Tier;
  /** Whether it counts fuel. */
  fuel?: boolean;
  /** Optimise it first, where it is translated. */
  optimise?: boolean;
  jit?: Jit;
  /** A file that gives what the module imports. */
  imports?: string;
}

/** What goes onto the board, and what the module exports; a program for Espruino exports nothing that is known here. */
export interface LoadedImage {
  image: BoardImage;
  exports?: readonly External[];
}

/** Prints warnings. Throws a BuildError for what cannot be built. */
export async function imageOf(file: string, board: Board, options: ImageOptions = {}): Promise<LoadedImage> {
  const { asModule = false, memoryBytes, fuel, optimise, jit } = options;
  if (isEspruinoProgram(file) && options.imports !== undefined)
    throw new UsageError('--imports is for a module: a program for Espruino has what it needs');
  if (isEspruinoProgram(file)) return { image: programImage(file, board, options) };
  const tier = chosenTier(options);
  const read = readModule(await readModuleFile(file, file));
  const name = options.name ?? programName(file);
  const imports = options.imports === undefined ? undefined : await ownImportsFor(board, options.imports);
  const program = { board, name, memoryBytes, tier, fuel, optimise, jit, imports };
  const { image, warnings } = await buildProgram(read, program);
  printWarnings(warnings);
  const { exports } = read;
  if (asModule) return { image, exports };
  return { image: { ...image, files: [...image.files, starter(image, board, exports)] }, exports };
}

/** What a module's program is called on a board, unless the command line says otherwise. */
export const programName = (file: string) => (file === '-' ? 'app' : basename(file).replace(/\.\w+$/, ''));

/** What a program is, where it has no arguments. */
const STARTS = ['_start', 'main'];

/** Makes the module a global of its name, for the console too, and calls what starts a program. */
function starter({ name }: BoardImage, board: Board, exports: readonly External[]): StorageFile {
  const start = STARTS.map((each) => exports.find((external) => external.name === each)).find(
    (each) => each?.kind === ExternalKind.Function && each.parameters.length === 0,
  );
  const variable = programVariable(name);
  // In slices: a program that computes for long stops nothing else.
  const call = start ? `${variable}.${start.name}.async(function (error) { if (error) throw error; });\n` : '';
  const text = `var ${variable} = require(${JSON.stringify(name)});\n${call}`;
  return { name: startFile(name, board), bytes: Buffer.from(text, 'latin1') };
}

/** Where the firmware starts apps by itself, a program is an app; elsewhere it runs at each start. */
const startFile = (name: string, board: Board) => (board.name.startsWith('banglejs') ? `${name}.js` : '.bootcde');

/** A program for Espruino as it is. */
function programImage(file: string, board: Board, { asModule = false, name: given }: ImageOptions): BoardImage {
  const name = given ?? basename(file).replace(/\.js$/i, '').slice(0, LONGEST_NAME);
  const bytes = readProgram(file);
  if (asModule) checkModuleName(name, board);
  return { name, board: board.name, files: [{ name: asModule ? name : startFile(name, board), bytes }] };
}

function readProgram(file: string): Uint8Array {
  const bytes = readInputFile(file);
  if (bytes.length === 0) throw new CommandError('input', 1, `${file} is empty`, []);
  return bytes;
}
