// `tazzina build`: writes the files of a module for a board.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { Command } from 'commander';
import type { Board } from '../boards/index.js';
import { type BuiltProgram, buildProgram } from '../targets/board/build.js';
import { BuildError } from '../targets/board/build-error.js';
import { buildFullRuntime } from '../targets/board/loaded/build.js';
import { givable, missingHostFunctions } from '../targets/host-functions/missing-host-functions.js';
import { readModule } from '../targets/module/read-module.js';
import { programName } from './board-image.js';
import { projectBoards } from './configuration-file.js';
import { CommandError, printError, printWarnings, UsageError } from './errors.js';
import { explain } from './explanation.js';
import { explanationText } from './explanation-text.js';
import { readModuleFile } from './module-file.js';
import { boardList, namedBoard } from './named-board.js';
import { ownImportsFor, writeStub } from './own-imports.js';
import { printText } from './print.js';
import { addProgramOptions, moduleOptions, type ProgramOptions, runtimeCapacities } from './program-options.js';

interface BuildCommandOptions extends ProgramOptions {
  board?: string;
  output: string;
  name?: string;
  imports?: string;
  stub?: string;
  explain?: string;
  json?: boolean;
}

const DESCRIPTION = 'Builds a module for a board: writes the files that go into the Storage of the board.';

const DETAILS = `
The module is optimised and translated to JavaScript, which the board executes
directly from flash. The output folder contains the files for Storage under
their names on the board, TypeScript declarations of the exports, and
manifest.json, which lists the files, the program last. On the board:

  var app = require("app"); app.fib(20);

An i64 is passed as an array of its low and its high word.

With --fuel, a call can have a fuel limit. The program then counts the
instructions of the given module, so the module is not optimised. With
--optimise, the module is optimised, and the program counts what is left:

  app.fib.withFuel(100000, 20); app.fib.fuelUsed();

What the module imports besides docs/host-functions.md comes from a file of your
own, whose exports are objects of functions: export const env = { log(x) {} };
--stub writes a file to start from.

With --resumable, .async runs in slices. Timers, watches and the console are
served between two slices:

  app.fib.async(20).then(print);

With --tier interp, the board interprets the module. This is a tenth as fast,
but always runs in slices, and only memory limits the depth of calls. See
docs/tiers.md.

With --runtime full, no FILE is given. The command writes a runtime that loads
any module that the board receives, for example over Bluetooth. Its capacities
are fixed here:

  var tazzina = require("tazzina");
  var app = tazzina.load(require("Storage").readArrayBuffer("app.wasm"));

Exit codes: 0 success; 1 the module cannot be built for the board; 2 the command
line is wrong.

Examples:
  tazzina build app.wasm --board puckjs -o dist/
  tazzina build app.wasm --board banglejs2 --memory 8192
  tazzina build app.wasm --board banglejs2 --tier interp
  tazzina build app.wasm --board banglejs2 --explain sort
  tazzina build app.wasm --board banglejs2 --jit
  tazzina build --runtime full --board banglejs2 --capacity codeWords=8192`;

/** The command; `ended` gets the exit code. */
export function createBuildCommand(ended: (exitCode: number) => void): Command {
  const command = new Command('build')
    .summary('write the files that run a module on a board')
    .description(DESCRIPTION)
    .usage('[FILE] --board NAME [-o FOLDER]')
    .argument('[file]', 'the module: .wasm or .wat, or - for standard input')
    .option('-b, --board <name>', 'the board to build for');
  return addProgramOptions(command)
    .option('-o, --output <folder>', 'folder to write into', 'dist')
    .option('--name <name>', 'name of the program for require (default: the name of the file)')
    .option('--imports <file>', 'JavaScript that gives what the module imports')
    .option('--stub <file>', 'write a file for --imports to start from, and nothing else')
    .option('--explain <function>', 'write no files; print the translation of a function and its cost')
    .option('--json', 'print the output of --explain as one line of JSON')
    .addHelpText('after', DETAILS)
    .action(async (file: string | undefined, options: BuildCommandOptions) => ended(await build(file, options)));
}

async function build(file: string | undefined, options: BuildCommandOptions): Promise<number> {
  const shown = file === undefined ? 'the full runtime' : file === '-' ? 'standard input' : file;
  try {
    const boards = await projectBoards();
    if (options.board === undefined) throw new UsageError('which board? give --board NAME', [boardList(boards)]);
    const board = namedBoard(options.board, boards);
    if (options.json && options.explain === undefined) throw new UsageError('--json is for --explain');
    if (options.explain !== undefined) {
      printText(1, await explained(file, options.explain, board, options));
      return 0;
    }
    if (options.stub !== undefined) return await stub(file, options.stub, board);
    const built =
      options.runtime === 'full' ? await buildFull(file, board, options) : await buildOne(file, board, options);
    printWarnings(built.warnings ?? []);
    writeFiles(options.output, built);
    printText(1, summary(built, options.output, board.freeJsVars));
    return 0;
  } catch (error) {
    const known = error instanceof BuildError ? new CommandError('build', 1, error.message, error.notes) : error;
    return printError(known, { file: shown });
  }
}

/** `wanted` is a name or an index. */
async function explained(
  file: string | undefined,
  wanted: string,
  board: Board,
  { tier, memory: memoryBytes, json, optimise, fuel, jit }: BuildCommandOptions,
): Promise<string> {
  if (file === undefined) throw new UsageError('which module? give a file');
  if (tier === 'interp') throw new UsageError('--explain is for translated programs: leave out --tier interp');
  const read = readModule(await readModuleFile(file, file === '-' ? 'standard input' : file));
  const explanation = await explain(read, wanted, { board, name: 'app', memoryBytes, optimise, fuel, jit });
  return json ? `${JSON.stringify(explanation)}\n` : explanationText(explanation, process.stdout.columns ?? 80);
}

/** Writes a file that gives what nothing on the board does. */
async function stub(file: string | undefined, to: string, board: Board): Promise<number> {
  if (file === undefined) throw new UsageError('which module? give a file');
  const read = readModule(await readModuleFile(file, file === '-' ? 'standard input' : file));
  const unknown = givable(missingHostFunctions(read, board));
  if (unknown.length === 0)
    throw new UsageError(`there is nothing to give: ${board.name} has all that ${file} imports`);
  writeStub(to, unknown);
  printText(
    1,
    `${to} gives ${unknown.length === 1 ? '1 import' : `${unknown.length} imports`}: fill it in, and build with --imports ${to}\n`,
  );
  return 0;
}

type Built = Pick<BuiltProgram, 'image' | 'declarations' | 'jsVars' | 'bufferJsVars'> &
  Partial<Pick<BuiltProgram, 'warnings' | 'jitted' | 'notJitted'>>;

async function buildOne(file: string | undefined, board: Board, options: BuildCommandOptions): Promise<Built> {
  if (file === undefined) throw new UsageError('which module? give a file, or --runtime full to write none');
  const how = moduleOptions(options);
  const name = options.name ?? programName(file);
  const read = readModule(await readModuleFile(file, file === '-' ? 'standard input' : file));
  const imports = options.imports === undefined ? undefined : await ownImportsFor(board, options.imports);
  return buildProgram(read, { board, name, ...how, imports });
}

async function buildFull(file: string | undefined, board: Board, options: BuildCommandOptions): Promise<Built> {
  if (file !== undefined) {
    throw new UsageError('the full runtime loads modules on the board: give no file', [
      `to put ${file} there, write its bytes to Storage`,
    ]);
  }
  if (options.imports !== undefined)
    throw new UsageError('the full runtime gets imports on the board, from load: leave out --imports');
  return buildFullRuntime({ board, name: options.name ?? 'tazzina', capacities: runtimeCapacities(options) });
}

function writeFiles(folder: string, { image, declarations, jsVars }: Built): void {
  const manifest = {
    name: image.name,
    board: image.board,
    jsVars,
    files: image.files.map(({ name, bytes }) => ({
      name,
      file: onDisk(name, image.name),
      bytes: bytes.length,
      crc32: crc32(bytes),
    })),
  };
  try {
    mkdirSync(folder, { recursive: true });
    for (const { name, bytes } of image.files) writeFileSync(join(folder, onDisk(name, image.name)), bytes);
    writeFileSync(join(folder, `${image.name}.d.ts`), declarations);
    writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  } catch (error) {
    throw new CommandError('output', 1, `cannot write to ${folder}: ${(error as Error).message}`, []);
  }
}

/** The program itself has no suffix in Storage, where `require` looks for it. */
const onDisk = (name: string, program: string) => (name === program ? `${name}.js` : name);

function summary(
  { image, jsVars, bufferJsVars, jitted = [], notJitted = [] }: Built,
  folder: string,
  free: number,
): string {
  const rows = image.files.map(({ name, bytes }) => [onDisk(name, image.name), String(bytes.length)]);
  const width = Math.max(...rows.map(([name]) => name.length));
  const digits = Math.max(...rows.map(([, size]) => size.length));
  const files = rows.map(([name, size]) => `  ${name.padEnd(width)}  ${size.padStart(digits)} bytes`);
  return `${image.name} for ${image.board}, in ${folder}:
${files.join('\n')}
  about ${jsVars} of ${free} free JsVars, ${bufferJsVars} of them for memory and stacks
${jitSummary(jitted)}${notJittedLines(notJitted)}`;
}

function jitSummary(jitted: NonNullable<Built['jitted']>): string {
  if (jitted.length === 0) return '';
  const total = jitted.reduce((sum, { bytes }) => sum + bytes, 0);
  const each = jitted.map(({ index, name, bytes }) => `${name === '' ? index : `${index} (${name})`}: ${bytes}`);
  return `  compiled on the board, about ${total} bytes of RAM: function ${each.join(', ')}\n`;
}

function notJittedLines(functions: NonNullable<Built['notJitted']>): string {
  return functions
    .map(({ index, name, why }) => `  not compiled: function ${name === '' ? index : `${index} (${name})`}: ${why}\n`)
    .join('');
}
