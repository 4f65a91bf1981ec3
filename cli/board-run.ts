// Runs on a simulated board the very files that `flash` puts on a real one.

import { readFileSync } from 'node:fs';
import type { Board } from '../boards/index.js';
import { SimulatedBoard, SimulationError, Start, valueChangeDump } from '../sim/index.js';
import { BuildError } from '../targets/board/build-error.js';
import type { BoardImage } from '../targets/board/image.js';
import type { Tier } from '../targets/board/slice-fuel.js';
import { imageOf } from './board-image.js';
import { projectBoards } from './configuration-file.js';
import { CommandError, printError, UsageError } from './errors.js';
import type { Jit } from './jit-option.js';
import { boardList, namedBoard } from './named-board.js';
import { ProgramOutput } from './program-output.js';
import { writeOutput } from './write-output.js';

export interface BoardRunOptions {
  board?: string;
  /** Seconds that it may block the board. */
  watchdog?: number;
  /** Of the board's time, where timers go on. */
  seconds?: number;
  json?: boolean;
  /** A function of a module that is called, and its result printed; nothing is started. */
  invoke?: string;
  /** Bytes behind a module's linear memory. */
  memory?: number;
  /** What executes a module. */
  tier?: Tier;
  /** Of the call, in the js tier. */
  fuel?: number;
  /** Optimise it first, where it is translated. */
  optimise?: boolean;
  jit?: Jit;
  /** Files that are in Storage besides, as NAME=FILE. */
  put?: Record<string, string>;
  /** Of readings of the accelerometer, `x,y,z` in g a line. */
  accelerometer?: string;
  /** Files to write: the screen, and what happened on the pins. */
  png?: string;
  waveform?: string;
}

export interface ImageRunOptions extends Pick<BoardRunOptions, 'watchdog' | 'seconds'> {
  /** Run instead of what starts the program. */
  call?: string;
  /** Each is a reading of the accelerometer, in g. */
  readings?: number[][];
}

/** Of a Bangle.js, in milliseconds. */
const READING_INTERVAL = 80;

const DEFAULT_SECONDS = 10;

/** Runs a program for Espruino. Returns the exit code. */
export async function runOnBoard(file: string, args: string[], options: BoardRunOptions): Promise<number> {
  const output = new ProgramOutput(options.json === true);
  try {
    const boards = await projectBoards();
    if (options.board === undefined) throw new UsageError('which board? Give --board NAME', [boardList(boards)]);
    const { invoke } = options;
    if (args.length > 0 && invoke === undefined) {
      throw new UsageError('a program for Espruino takes no arguments', [
        'to call a function of a module: --invoke NAME',
      ]);
    }
    const board = namedBoard(options.board, boards);
    const { memory: memoryBytes, tier, fuel, optimise, jit } = options;
    if (fuel !== undefined && (tier === 'interp' || invoke === undefined))
      throw new UsageError('--fuel on a board is for a call of a translated module: give --invoke NAME, no --tier');
    const ofImage = { asModule: invoke !== undefined, memoryBytes, tier, fuel: fuel !== undefined, optimise, jit };
    const image = await imageOf(file, board, ofImage);
    const call = invoke === undefined ? undefined : callText(image, invoke, args, fuel);
    const put = Object.entries(options.put ?? {}).map(([name, path]) => ({ name, bytes: readInput(path) }));
    const readings = options.accelerometer === undefined ? [] : readReadings(options.accelerometer);
    const files = [...put, ...image.files];
    let isStackExhausted = false;
    const simulated = runImage({ ...image, files }, board, { ...options, call, readings }, (text) => {
      isStackExhausted ||= text.includes('call stack exhausted');
      output.write(Buffer.from(text, 'latin1'));
    });
    writePictures(simulated, board, options);
    report(simulated, board, output, options);
    if (isStackExhausted && tier !== 'interp' && !options.json)
      output.writeError(
        Buffer.from(`calls take C stack, of which a ${board.title} has little: --tier interp takes none\n`),
      );
    return simulated.uncaught > 0 ? 1 : 0;
  } catch (error) {
    output.flush();
    return printError(simulationReport(error, file), { json: options.json, file, fields: output.fields() });
  }
}

/** Puts an image into a simulated board's Storage and starts it, until nothing is left to do or its time is over. */
export function runImage(
  image: BoardImage,
  board: Board,
  { watchdog, seconds = DEFAULT_SECONDS, call, readings = [] }: ImageRunOptions,
  print: (text: string) => void,
): SimulatedBoard {
  const simulated = new SimulatedBoard(board, { mostBlockedSeconds: watchdog, print });
  for (const { name, bytes } of image.files) simulated.storage.write(name, bytes);
  const { name } = image.files.at(-1)!;
  if (call !== undefined) simulated.run(call, { file: 'the call' });
  // A start that takes what cannot be parsed for nothing is no help here.
  else if (name === '.bootcde') simulated.load(name);
  else {
    simulated.start(Start.Reset);
    simulated.load(name);
  }
  for (const [x, y, z] of readings) {
    simulated.advance(READING_INTERVAL);
    simulated.accelerate(x, y, z);
  }
  simulated.runUntilIdle(seconds * 1000);
  return simulated;
}

function readInput(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CommandError('input', 1, `cannot read ${file}: ${(error as Error).message}`, []);
  }
}

function readReadings(file: string): number[][] {
  const lines = Buffer.from(readInput(file)).toString('utf8').trim().split('\n');
  return lines.map((line, index) => {
    const values = line.split(',').map(Number);
    if (values.length === 3 && values.every(Number.isFinite)) return values;
    throw new CommandError('input', 1, `${file}:${index + 1}: not three numbers`, [
      'a line for each reading: x,y,z in g, as in 0.02,-0.98,0.1',
    ]);
  });
}

function writePictures(simulated: SimulatedBoard, { title }: Board, { png, waveform }: BoardRunOptions): void {
  if (png !== undefined) {
    if (!simulated.graphics) throw new UsageError(`--png: a ${title} has no screen that is simulated`);
    writeOutput(png, simulated.graphics.png());
  }
  if (waveform !== undefined) writeOutput(waveform, valueChangeDump(simulated.pins.waveform));
}

/** As one calls it on the board: `require` finds the module by the image's name. A variable keeps it, so that it is counted. */
function callText({ name }: BoardImage, invoke: string, args: readonly string[], fuel?: number): string {
  const values = args.map((text) => {
    const value = NUMBERS[text] ?? Number(text);
    if (text.trim() !== '' && (text in NUMBERS || !Number.isNaN(value))) return String(value);
    throw new UsageError(`argument ${JSON.stringify(text)} is no number`, ['write 42, -5, 0x2a, 1.5, inf, nan']);
  });
  const called = `app[${JSON.stringify(invoke)}]`;
  const text = fuel === undefined ? `${called}(${values})` : `${called}.withFuel(${[fuel, ...values]})`;
  return `var app=require(${JSON.stringify(name)});print(${text})`;
}

const NUMBERS: Record<string, number> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

function simulationReport(error: unknown, file: string): unknown {
  if (error instanceof BuildError) return new CommandError('build', 1, error.message, error.notes);
  if (!(error instanceof SimulationError)) return error;
  const [message, ...notes] = error.message.replace(/^\.bootcde:/, `${file}:`).split('\n');
  const { what, line, column } = error.finding;
  return new CommandError(
    'simulation',
    1,
    message,
    notes.map((note) => note.trim()),
    { rule: what, line, column },
  );
}

function report(
  board: SimulatedBoard,
  { title, jsVars }: Board,
  output: ProgramOutput,
  { json }: BoardRunOptions,
): void {
  const { seconds, longestBlock, peakJsVars } = board;
  if (json) {
    const estimate = { seconds, longestBlock, jsVars: peakJsVars, jsVarsOfBoard: jsVars.count };
    output.print([JSON.stringify({ ok: board.uncaught === 0, ...estimate, ...output.fields() })]);
    return;
  }
  output.flush();
  const time = `${timeText(seconds)} on a ${title}, ${timeText(longestBlock)} of it at once`;
  output.writeError(Buffer.from(`about ${time}; ${peakJsVars} of ${jsVars.count} JsVars\n`));
  output.flush();
}

/** Two digits: it is an estimate. */
function timeText(seconds: number): string {
  if (seconds >= 1) return `${Number(seconds.toPrecision(2))} s`;
  return `${Number((seconds * 1000).toPrecision(2))} ms`;
}
