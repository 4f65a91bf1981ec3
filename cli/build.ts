// `tazzina build`: writes the files of a module for a board.

import { Command } from 'commander';
import type { Board } from '../boards/index.js';
import { BuildError } from '../targets/board/build-error.js';
import type { FunctionWithReason, JittedFunction } from '../targets/board/image.js';
import { readModule } from '../targets/module/read-module.js';
import { writeApp } from './app-loader.js';
import { nameOnDisk, writeBuiltFolder } from './built-folder.js';
import { buildCommandError, printWarnings, UsageError } from './command-error.js';
import { projectBoards } from './configuration-file.js';
import { printError } from './errors.js';
import { explain } from './explanation.js';
import { explanationText } from './explanation-text.js';
import { cpuOption, writeFirmware } from './firmware.js';
import { readModuleFile } from './module-file.js';
import { boardList, namedBoard } from './named-board.js';
import { printText } from './print.js';
import { programOf } from './program.js';
import { addProgramOptions, type ProgramOptions } from './program-options.js';
import type { Program } from './program-parts.js';
import { stubOption, writeStub } from './stub.js';
import { watch } from './watch.js';
import { watchOption } from './watch-option.js';

interface BuildCommandOptions extends ProgramOptions {
  cpu?: string;
  board?: string;
  output: string;
  stub?: string;
  explain?: string;
  json?: boolean;
  watch?: boolean;
  appLoader?: boolean;
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

With --tier native, the module is compiled to machine code, which the firmware
calls: on boards with a Cortex-M processor. See docs/native.md.

With --cpu, no board is needed: the command writes machine code for a processor,
a header and a source, which any firmware in C can call. See docs/native.md.

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
  tazzina build app.wasm --cpu cortex-m4f -o out/
  tazzina build --runtime full --board banglejs2 --capacity codeWords=8192`;

/** The command; `ended` gets the exit code. */
export function createBuildCommand(ended: (exitCode: number) => void): Command {
  const command = new Command('build')
    .description(DESCRIPTION)
    .usage('[FILE] --board NAME | --cpu NAME [-o FOLDER]')
    .argument('[FILE]', 'a module: .wasm, .wat, or - for standard input; or a program: .js')
    .option('-b, --board <name>', 'the board to build for')
    .addOption(cpuOption());
  return addProgramOptions(command)
    .option('-o, --output <folder>', 'folder to write into', 'dist')
    .option('--app-loader', 'write the folder of an app for the Bangle.js App Loader: apps/NAME')
    .addOption(stubOption())
    .addOption(watchOption())
    .option('--explain <function>', 'write no files; print the translation of a function and its cost')
    .option('-j, --json', 'print one line of JSON')
    .addHelpText('after', DETAILS)
    .action(async (file: string | undefined, options: BuildCommandOptions) =>
      ended(await build(file, options, command)),
    );
}

async function build(file: string | undefined, options: BuildCommandOptions, command: Command): Promise<number> {
  const shown = file === undefined ? 'the full runtime' : file === '-' ? 'standard input' : file;
  try {
    if (options.watch) return await watch(file, options);
    const { cpu } = options;
    if (cpu !== undefined) {
      await writeFirmware(file, { ...options, cpu }, command);
      return 0;
    }
    const boards = await projectBoards();
    if (options.board === undefined) throw new UsageError('which board? Give --board NAME', [boardList(boards)]);
    const board = namedBoard(options.board, boards);
    if (options.explain !== undefined) {
      printText(1, await explained(file, options.explain, board, options));
      return 0;
    }
    if (options.stub !== undefined) {
      await writeStub(file, options.stub, board, options);
      return 0;
    }
    const program = await programOf(file, board, options);
    if (!options.json) printWarnings([...program.warnings, ...program.cautions]);
    if (options.appLoader) {
      const app = writeApp(options.output, program, board);
      printText(
        1,
        options.json ? `${JSON.stringify({ ok: true, ...app })}\n` : `${app.path}: ${app.files.join(', ')}\n`,
      );
      return 0;
    }
    writeBuiltFolder(options.output, program);
    printText(1, options.json ? jsonLine(program, options.output) : summary(program, options.output, board.freeJsVars));
    return 0;
  } catch (error) {
    const known = error instanceof BuildError ? buildCommandError(error) : error;
    return printError(known, { json: options.json, file: shown });
  }
}

/** `wanted` is a name or an index. */
async function explained(
  file: string | undefined,
  wanted: string,
  board: Board,
  { tier, memory: memoryBytes, json, optimise, fuel, jit }: BuildCommandOptions,
): Promise<string> {
  if (file === undefined) throw new UsageError('which module? Give a file');
  if (tier !== undefined && tier !== 'js')
    throw new UsageError(`--explain is for translated programs: leave out --tier ${tier}`);
  const read = readModule((await readModuleFile(file, file === '-' ? 'standard input' : file)).bytes);
  const explanation = await explain(read, wanted, { board, name: 'app', memoryBytes, optimise, fuel, jit });
  return json ? `${JSON.stringify(explanation)}\n` : explanationText(explanation, process.stdout.columns ?? 80);
}

function jsonLine(
  { image, jsVars, bufferJsVars, warnings, cautions, jitted, notJitted }: Program,
  folder: string,
): string {
  const { name, board } = image;
  const files = image.files.map((each) => ({
    name: each.name,
    file: nameOnDisk(each.name, name),
    bytes: each.bytes.length,
  }));
  const line = {
    ok: true,
    name,
    board,
    folder,
    files,
    jsVars,
    bufferJsVars,
    jitted,
    notJitted,
    warnings: [...warnings, ...cautions],
  };
  return `${JSON.stringify(line)}\n`;
}

function summary(
  { image, exports, jsVars, bufferJsVars, jitted, notJitted }: Program,
  folder: string,
  free: number,
): string {
  const rows = image.files.map(({ name, bytes }) => [nameOnDisk(name, image.name), String(bytes.length)]);
  const width = Math.max(...rows.map(([name]) => name.length));
  const digits = Math.max(...rows.map(([, size]) => size.length));
  const files = rows.map(([name, size]) => `  ${name.padEnd(width)}  ${size.padStart(digits)} bytes`);
  const besides = exports === undefined ? ' besides what the program itself takes' : '';
  return `${image.name} for ${image.board}, in ${folder}:
${files.join('\n')}
  about ${jsVars} of ${free} free JsVars, ${bufferJsVars} of them for memory and stacks${besides}
${jitSummary(jitted)}${notJittedLines(notJitted)}`;
}

function jitSummary(jitted: readonly JittedFunction[]): string {
  if (jitted.length === 0) return '';
  const total = jitted.reduce((sum, { bytes }) => sum + bytes, 0);
  const each = jitted.map(({ index, name, bytes }) => `${name === '' ? index : `${index} (${name})`}: ${bytes}`);
  return `  compiled on the board, about ${total} bytes of RAM: function ${each.join(', ')}\n`;
}

function notJittedLines(functions: readonly FunctionWithReason[]): string {
  return functions
    .map(({ index, name, why }) => `  not compiled: function ${name === '' ? index : `${index} (${name})`}: ${why}\n`)
    .join('');
}
