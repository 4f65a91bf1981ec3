// Runs on a simulated board the same files that `flash` writes to a real one.

import type { Board } from '../boards/index.js';
import {
  InputError,
  type InputEvent,
  type Outlines,
  SimulatedBoard,
  SimulationError,
  Start,
  screenOf,
  valueChangeDump,
} from '../sim/index.js';
import { WasmTrap } from '../src/errors.js';
import type { VerificationLevel } from '../src/safety/index.js';
import { Trap } from '../src/trap.js';
import { BuildError } from '../targets/board/build-error.js';
import type { BoardImage } from '../targets/board/image.js';
import type { Tier } from '../targets/board/slice-fuel.js';
import { ExitError } from '../targets/node/exit-error.js';
import { builtImage, isBuiltFolder } from './built-folder.js';
import { buildCommandError, CommandError, printWarnings, UsageError } from './command-error.js';
import { projectBoards } from './configuration-file.js';
import { eventsIn } from './events-option.js';
import { engineOptions, refuse } from './given-options.js';
import { readInputFile } from './input-file.js';
import type { Result } from './invocation.js';
import type { Jit } from './jit-option.js';
import { boardList, namedBoard, withArticle } from './named-board.js';
import { printText } from './print.js';
import { imageToStart, programOf, startedImage } from './program.js';
import { ProgramOutput } from './program-output.js';
import type { Program } from './program-parts.js';
import { isEspruinoProgram } from './program-with-modules.js';
import { readStoredFiles, store } from './stored-file.js';
import type { BoardCall } from './typed-board-call.js';
import { outlinesIn } from './vector-font-option.js';
import { blockLimits } from './watchdog-option.js';
import { writeOutput } from './write-output.js';

export interface BoardRunOptions {
  board?: string;
  /** Seconds that it may block the board. */
  watchdog?: number;
  /** Duration in the board's time, during which timers run. */
  seconds?: number;
  json?: boolean;
  /** A function of a module that is called, and its result printed; nothing is started. */
  invoke?: string;
  /** The program's name on the board. */
  name?: string;
  /** Bytes behind a module's linear memory. */
  memory?: number;
  /** The tier of a module. */
  tier?: Tier;
  /** Fuel of the call, in the js tier. */
  fuel?: number;
  verification?: VerificationLevel;
  /** Functions that run in slices: all, or by name. */
  resumable?: true | string[];
  /** Optimise it first, where it is translated. */
  optimise?: boolean;
  jit?: Jit;
  /** Exported functions check their arguments. */
  debug?: boolean;
  /** A file that gives what a module imports. */
  imports?: string;
  /** The module's interface in WIT, and which of its worlds. */
  wit?: string;
  world?: string;
  /** A declaration that `asc --bindings` wrote. */
  types?: string;
  /** Modules that a program for Espruino requires. */
  module?: string[];
  /** Files that are in Storage besides, as NAME=FILE. */
  put?: Record<string, string>;
  /** A file with readings of the accelerometer, one line `x,y,z` each, in g. */
  accelerometer?: string;
  /** Of what happens outside the board. */
  events?: string;
  /** A file with the outlines of the vector font. */
  vectorFont?: string;
  /** Files to write: the screen, and what happened on the pins. */
  png?: string;
  waveform?: string;
}

export interface ImageRunOptions extends Pick<BoardRunOptions, 'watchdog' | 'seconds'> {
  /** Run instead of what starts the program. */
  call?: BoardCall;
  /** Gets an error of the simulator; returns whether it has handled the error. */
  handles?: (error: string) => boolean;
  /** Each is a reading of the accelerometer, in g. */
  readings?: number[][];
  events?: readonly InputEvent[];
  vectorFont?: Outlines;
}

/** Matches the error with which a WASI program on a board ends with an exit code. */
const EXIT = /^Error: exit (-?\d+)$/;

/** Interval of readings on a Bangle.js, in milliseconds. */
const READING_INTERVAL = 80;

const DEFAULT_SECONDS = 10;

/** How long a call in slices may take. */
const MOST_CALL_SECONDS = 3600;

/** Milliseconds on this machine. */
const STILL_RUNNING = 5000;

/** Runs a program for Espruino. Returns the exit code. */
export async function runOnBoard(file: string, args: string[], options: BoardRunOptions): Promise<number> {
  const output = new ProgramOutput(options.json === true);
  try {
    refuse(options, ['env', ...engineOptions], 'is for an engine on this machine: leave out --board');
    const { invoke } = options;
    if (args.length > 0 && invoke === undefined) {
      const what = isEspruinoProgram(file) ? 'a program for Espruino' : 'a module that is started on a board';
      throw new UsageError(`${what} gets no arguments`, ['to call one function with arguments: --invoke NAME']);
    }
    const { tier, fuel, resumable } = options;
    if (fuel !== undefined && (tier === 'interp' || invoke === undefined))
      throw new UsageError('--fuel on a board is for a call of a module: give --invoke NAME, and no --tier interp');
    const program = await boardProgram(file, options);
    const { board, image, isModule, exports, bytes } = program;
    // Traps are reported while the program runs.
    const { boardTrap } = isModule ? await import('./board-trap.js') : {};
    const errors = isModule ? await import('./errors.js') : undefined;
    if (options.png !== undefined && screenOf(board) === undefined)
      throw new UsageError(`--png: ${withArticle(board.title)} has no screen that is simulated`);
    const put = readStoredFiles(options.put ?? {});
    const results: Result[] = [];
    const isSliced = resumable === true || resumable?.includes(invoke ?? '');
    const found = (result: Result) => {
      results.push(result);
      if (!options.json) output.print([result.value]);
    };
    const call =
      invoke === undefined
        ? undefined
        : (await import('./board-call.js')).callOf(program, file, invoke, args, { fuel, isSliced }, found);
    const readings = options.accelerometer === undefined ? [] : readReadings(options.accelerometer);
    const events = eventsIn(options.events);
    const vectorFont = outlinesIn(options.vectorFont);
    const files = [...put, ...image.files];
    let trap: WasmTrap | CommandError | undefined;
    let uncaught: string | undefined;
    let exitCode = 0;
    const context = { json: options.json, file, exports: exports && [...exports], bytes };
    const handles = (error: string) => {
      uncaught ??= error;
      if (boardTrap === undefined) return false;
      const known = boardTrap(error);
      trap ??= known;
      if (known !== undefined && !options.json) {
        output.flush();
        errors!.printError(known, context);
      }
      const [, code] = EXIT.exec(error) ?? [];
      exitCode ||= Number(code ?? 0) & 255;
      return known !== undefined || code !== undefined;
    };
    const simulated = runImage(
      { ...image, files },
      board,
      { ...options, call, readings, events, handles, vectorFont },
      (text) => output.write(Buffer.from(text, 'latin1')),
    );
    writePictures(simulated, options);
    if (trap !== undefined && options.json)
      return errors!.printError(trap, { ...context, fields: { ...estimateOf(simulated, board), ...output.fields() } });
    report(simulated, board, { output, results, exitCode, uncaught }, options);
    if (trap instanceof WasmTrap && trap.code === Trap.CallStackExhausted && tier !== 'interp')
      output.writeError(Buffer.from(stackText(board, tier)));
    return simulated.errors.count > 0 || trap !== undefined ? 1 : exitCode;
  } catch (error) {
    output.flush();
    const { printError } = await import('./errors.js');
    return printError(simulationReport(error, file), { json: options.json, file, fields: output.fields() });
  }
}

/** What is run on a board, and what is known of it. */
interface BoardProgram extends Pick<Program, 'image' | 'exports' | 'typed' | 'bytes'> {
  board: Board;
  /** Whether its errors are traps of a module. */
  isModule: boolean;
}

/** Builds the program, or takes the files of a folder that `build` wrote. With `invoke`, nothing starts it. */
async function boardProgram(file: string, options: BoardRunOptions): Promise<BoardProgram> {
  const boards = await projectBoards();
  const asModule = options.invoke !== undefined;
  if (isBuiltFolder(file)) {
    const { image, board, isModule, start } = builtImage(file, boards, options);
    return { board, isModule, image: isModule && !asModule ? startedImage(image, board, start) : image };
  }
  if (options.board === undefined) throw new UsageError('which board? Give --board NAME', [boardList(boards)]);
  const board = namedBoard(options.board, boards);
  const fuel = options.fuel !== undefined || undefined;
  const program = await programOf(file, board, { ...options, asModule, derivesName: true, fuel });
  if (!options.json) printWarnings(program.warnings);
  const image = asModule ? program.image : imageToStart(program, board);
  return { ...program, board, isModule: program.exports !== undefined, image };
}

/** Puts an image into a simulated board's Storage and starts it, until nothing is left to do or its time is over. */
export function runImage(
  image: BoardImage,
  board: Board,
  { watchdog, seconds, call, handles, readings = [], events = [], vectorFont }: ImageRunOptions,
  print: (text: string) => void,
): SimulatedBoard {
  let results: string | undefined;
  let hasThrown = false;
  const simulated = new SimulatedBoard(board, {
    // A call has no timers that could end with the time given.
    ...blockLimits(watchdog ?? (call && seconds)),
    vectorFont,
    handles: (error) => {
      hasThrown = true;
      return handles?.(error) === true;
    },
    // Without a terminal, write no note that depends on time.
    pause: process.stderr.isTTY ? noteThatItRuns() : undefined,
    print: (text) => {
      if (results === undefined) print(text);
      else results += text;
    },
  });
  store(simulated.storage, image.files, board);
  simulated.schedule(events);
  const { name } = image.files.at(-1)!;
  if (call !== undefined) {
    simulated.run(call.text, { file: 'the call' });
    if (call.isSliced) simulated.runUntilIdle((seconds ?? MOST_CALL_SECONDS) * 1000);
    if (!hasThrown && call.results !== '') {
      results = '';
      simulated.run(call.results, { file: 'the results' });
      call.take(results);
      results = undefined;
    }
  }
  // A start that takes what cannot be parsed for nothing is no help here.
  else if (name === '.bootcde') simulated.load(name);
  else {
    simulated.start(Start.Reset);
    simulated.load(name);
  }
  for (const values of readings) {
    simulated.advance(READING_INTERVAL);
    simulated.deliver({ kind: 'accel', values: values.map(String) });
  }
  simulated.runUntilIdle((seconds ?? DEFAULT_SECONDS) * 1000);
  return simulated;
}

/** Says once, after some seconds on this machine, that the program still runs. `now` tells milliseconds. */
export function noteThatItRuns(now = Date.now, print = (text: string) => printText(2, text)): () => void {
  let due = now() + STILL_RUNNING;
  return () => {
    if (now() < due) return;
    due = Number.POSITIVE_INFINITY;
    print('note: the program still runs: ctrl-C ends it, and --watchdog SECONDS one that blocks the board\n');
  };
}

function readReadings(file: string): number[][] {
  const lines = Buffer.from(readInputFile(file)).toString('utf8').trim().split('\n');
  return lines.map((line, index) => {
    const values = line.split(',').map(Number);
    if (values.length === 3 && values.every(Number.isFinite)) return values;
    throw new CommandError('input', 1, `${file}:${index + 1}: not three numbers`, [
      'a line for each reading: x,y,z in g, as in 0.02,-0.98,0.1',
    ]);
  });
}

function writePictures(simulated: SimulatedBoard, { png, waveform }: BoardRunOptions): void {
  if (png !== undefined) {
    writeOutput(png, simulated.display!.png());
    printWarnings(
      [...simulated.display!.fontsWithoutPixels].map((font) =>
        font === 'Vector'
          ? `${png} lacks texts in the font Vector: give its outlines with --vector-font`
          : `${png} lacks texts in the font ${JSON.stringify(font)}, of which the simulator knows only the widths`,
      ),
    );
  }
  if (waveform !== undefined) writeOutput(waveform, valueChangeDump(simulated.pins.waveform));
}

/** Advice for calls that exhaust the C stack. */
function stackText({ title, nativeCalls }: Board, tier: string | undefined): string {
  const less = nativeCalls && tier !== 'native' ? '--tier native takes less, and ' : '';
  return `calls take C stack, of which ${withArticle(title)} has little: ${less}--tier interp takes none\n`;
}

function simulationReport(error: unknown, file: string): unknown {
  if (error instanceof BuildError) return buildCommandError(error);
  if (error instanceof InputError) return new CommandError('input', 1, error.message, []);
  if (!(error instanceof SimulationError)) return error;
  const [message, ...notes] = error.message.replace(/^\.bootcde:/, `${file}:`).split('\n');
  const { what, line, column } = error.finding;
  if (what === 'blocks too long') notes.push('to give it more time: --watchdog SECONDS, or --watchdog none');
  return new CommandError(
    'simulation',
    1,
    message,
    notes.map((note) => note.trim()),
    { rule: what, line, column },
  );
}

interface Ended {
  output: ProgramOutput;
  results: readonly Result[];
  exitCode: number;
  /** The first error that nothing caught. */
  uncaught: string | undefined;
}

function report(
  board: SimulatedBoard,
  facts: Board,
  { output, results, exitCode, uncaught = '' }: Ended,
  { json }: BoardRunOptions,
): void {
  const { seconds, longestBlock, peakJsVars } = board;
  if (json) {
    const given = results.length > 0 ? { results } : {};
    const exit = new ExitError(exitCode);
    const message = Buffer.from(uncaught, 'latin1').toString();
    const error =
      exitCode === 0 ? { kind: 'uncaught', message } : { kind: 'exit', message: exit.message, code: exitCode };
    const ok = board.errors.count === 0 && exitCode === 0;
    output.print([
      JSON.stringify({
        ok,
        ...(ok ? {} : { error }),
        ...given,
        ...estimateOf(board, facts),
        ...output.fields(),
      }),
    ]);
    return;
  }
  output.flush();
  const time = `${timeText(seconds)} on ${withArticle(facts.title)}, ${timeText(longestBlock)} of it at once`;
  output.writeError(Buffer.from(`about ${time}; ${peakJsVars} of ${facts.jsVars.count} JsVars\n`));
  output.flush();
}

/** The fields of the JSON line for time and RAM. */
function estimateOf({ seconds, longestBlock, peakJsVars }: SimulatedBoard, { jsVars }: Board): Record<string, unknown> {
  return { seconds, longestBlock, jsVars: peakJsVars, jsVarsOfBoard: jsVars.count };
}

/** Two digits: it is an estimate. */
function timeText(seconds: number): string {
  if (seconds >= 1) return `${Number(seconds.toPrecision(2))} s`;
  return `${Number((seconds * 1000).toPrecision(2))} ms`;
}
