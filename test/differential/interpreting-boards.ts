// Runs random modules in the two runtimes that interpret on boards, with JavaScript of this machine: in the program of a module, as
// it is before esbuild minifies it, and in the runtime that loads modules, which is built once.
import { interpretedText } from '../../targets/board/interpreted/build.js';
import type { LoweredModule } from '../../targets/board/interpreted/lowered-module.js';
import type { ReadModule } from '../../targets/module/read-module.js';
import { createRuntime, type Runtime } from '../spec/full-runtime-target.js';
import { E, storageOf } from '../targets/board/script-program.js';
import { MOST_MEMORY, roomyBoard, valuesOf, wordsOf } from './board-program.js';
import { type Outcome, Trapped, type Value } from './execution.js';
import { type RandomModule, STEPS } from './random-module.js';
import { callsOf, formatCall, type Transcript } from './transcript.js';

const NAME = 'random';
/** More than a small module uses: its calls are limited by their steps. */
const CALL_DEPTH = 512;
const VALUE_SLOTS = 8192;
const TABLE_ENTRIES = 256;

const EPILOGUE = `
BOARD_EXPORTS.invoke = function (address, words) {
  fuel = Infinity;
  slots.set(words);
  begin(address, [], ':');
  run();
  return slots;
};
BOARD_EXPORTS.memory = function () { return bytes.subarray(0, memoryBytes); };
BOARD_EXPORTS.globals = globals;
BOARD_EXPORTS.tables = tables;
BOARD_EXPORTS.entries = tableEntries;
`;

interface InterpretedProgram {
  invoke(address: number, words: readonly number[]): Int32Array;
  memory(): Uint8Array;
  globals: Int32Array;
  tables: Int32Array;
  entries: Int32Array;
}

/** Runs the calls of a transcript; values are pairs of words. */
interface Runner {
  invoke(name: string, words: readonly number[]): Int32Array;
  results(name: string): string;
  global(name: string): Value;
  setSteps(count: number): void;
  memory(): Uint8Array;
  tables(): number[][];
}

function transcript(runner: Runner, module: RandomModule, seed: number): Transcript {
  const calls = callsOf(module, seed);
  const outcomes = calls.map(({ name, values, steps }): Outcome => {
    runner.setSteps(steps);
    try {
      return valuesOf(runner.invoke(name, values.flatMap(wordsOf)), runner.results(name));
    } catch (error) {
      // Boards know functions by the names of exports, too.
      return new Trapped(-1, (error as Error).message.replace(/ \([^()]*\)(?= at byte)/, ''));
    }
  });
  return {
    calls: calls.map(formatCall),
    outcomes,
    log: [],
    memory: runner.memory(),
    globals: module.globals.map((name) => runner.global(name)),
    tables: runner.tables(),
  };
}

/** Whether the entries of each table are null. */
function tablesOf(rows: Int32Array, entries: Int32Array, count: number): number[][] {
  return Array.from({ length: count }, (_, table) => {
    const [start, size] = rows.subarray(table * 4);
    return Array.from(entries.subarray(start, start + size), (entry) => (entry < 0 ? -1 : 1));
  });
}

/** The program of a module for the tier that interprets. Throws what building it throws. */
export function runInterpreted(given: ReadModule, module: RandomModule, seed: number): Transcript {
  let lowered: LoweredModule | undefined;
  const { text, define, files } = interpretedText(given, {
    board: roomyBoard,
    name: NAME,
    memory: { start: 0, bytes: MOST_MEMORY },
    callDepth: CALL_DEPTH,
    valueSlots: VALUE_SLOTS,
    tableEntries: TABLE_ENTRIES,
    epilogue: (made) => {
      lowered = made;
      return EPILOGUE;
    },
  });
  const constants = Object.entries(define).map(([name, value]) => `const ${name} = ${value};`);
  const program = {} as InterpretedProgram;
  const storage = storageOf(files);
  const load = new Function('BOARD_EXPORTS', 'BOARD_REQUIRE', 'E', constants.join('\n') + text);
  load(program, () => storage, E);
  const { exports, exportedGlobals, functions, signatures } = lowered!;
  const globalOf = (name: string) => exportedGlobals.find((each) => each.name === name)!;
  const runner: Runner = {
    invoke: (name, words) => program.invoke(exports.get(name)!, words),
    results: (name) => resultsOf(signatures[functions[exports.get(name)! * 4 + 1]]),
    global(name) {
      const { index, letter } = globalOf(name);
      return valuesOf(program.globals.subarray(index, index + 2), letter)[0];
    },
    setSteps(count) {
      program.globals[globalOf(STEPS).index] = count;
    },
    memory: () => program.memory(),
    tables: () => tablesOf(program.tables, program.entries, module.tables.length),
  };
  return transcript(runner, module, seed);
}

const resultsOf = (signature: string) => signature.slice(signature.indexOf(':') + 1);

let runtime: Runtime | undefined;

/** The runtime that loads modules: one module after the other, as on a board. */
export function runLoaded(module: RandomModule, seed: number): Transcript {
  runtime ??= createRuntime();
  const loaded = runtime;
  loaded.load(module.bytes, {});
  const runner: Runner = {
    invoke: (name, words) => loaded.invoke(name, Int32Array.from(words)),
    results: (name) => resultsOf(loaded.signature(name)),
    global(name) {
      const [letter, ...words] = loaded.global(name);
      return valuesOf(words, letter)[0];
    },
    setSteps: (count) => loaded.set(STEPS, count),
    memory: () => loaded.memory(),
    tables: () => tablesOf(loaded.tables(), loaded.entries(), module.tables.length),
  };
  return transcript(runner, module, seed);
}
