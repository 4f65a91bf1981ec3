// The full runtime of boards as a target of the conformance table: its text as it is built, run by Node. It loads one module
// at a time, so each instance has a runtime of its own, and shares no memory, table or global with another one.
import { crc32 } from 'node:zlib';
import { banglejs2 } from '../../boards/index.js';
import { large } from '../../src/index.js';
import { buildFullRuntime } from '../../targets/board/loaded/build.js';
import type { SpecValue, ValueType } from './script.js';
import { type CreateTarget, SPECTEST, SpecFailure, type SpecTarget } from './target.js';

const TYPES: Record<string, ValueType> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64', r: 'funcref', R: 'externref' };

/** With it the tests write arguments as bits, and read results so. */
const MORE = `
BOARD_EXPORTS.signature = function (name) {
  const index = exportNames().indexOf(name);
  return index < 0 ? '' : signatures[functions[exportAddresses()[index] * 4 + 1]];
};
BOARD_EXPORTS.invoke = function (name, words) {
  const address = exportAddresses()[exportNames().indexOf(name)];
  const letters = signatures[functions[address * 4 + 1]];
  fuel = 1e9;
  slots.set(words);
  begin(address, [], ':');
  run();
  return slots.slice(0, (letters.length - letters.indexOf(':') - 1) * 2);
};
BOARD_EXPORTS.memory = function () { return bytes.subarray(0, memoryBytes); };
BOARD_EXPORTS.fuelUsed = function () { return 1e9 - fuel; };
BOARD_EXPORTS.set = function (name, low) {
  globals[(exportItems[exportKeys.indexOf(name)] >> 2) * 2] = low;
};
BOARD_EXPORTS.global = function (name) {
  const index = exportItems[exportKeys.indexOf(name)] >> 2;
  return [typeLetter(globalTypes[index] & 127), globals[index * 2], globals[index * 2 + 1]];
};
BOARD_EXPORTS.tables = function () { return tables; };
BOARD_EXPORTS.entries = function () { return tableEntries; };
`;

export interface Runtime {
  /** Exports of the loaded module. */
  exports: object;
  load(bytes: Uint8Array, imports: object): object;
  signature(name: string): string;
  invoke(name: string, words: Int32Array): Int32Array;
  global(name: string): [string, number, number];
  memory(): Uint8Array;
  /** Sets an i32 global. */
  set(name: string, low: number): void;
  /** Rows as in `Store.tables`, and the entries of all tables. */
  tables(): Int32Array;
  entries(): Int32Array;
  /** Returns the fuel of the last completed call. */
  fuelUsed(): number;
}

/** Files of the runtime with the capacities that the scripts need. */
async function build(): Promise<Map<string, Buffer>> {
  const { image } = await buildFullRuntime({
    board: { ...banglejs2, freeJsVars: Number.POSITIVE_INFINITY },
    name: 'full',
    capacities: {
      ...large,
      codeWords: 200_000,
      memoryBytes: 1 << 22,
      tableEntries: 32_768,
      callDepth: 512,
      valueSlots: 8192,
    },
    imports: () => false,
    more: MORE,
  });
  return new Map(image.files.map(({ name, bytes }) => [name, Buffer.from(bytes)]));
}

const files = await build();
const storage = {
  readArrayBuffer: (name: string) => new Uint8Array(files.get(name)!).buffer,
  read: (name: string, from: number, length?: number) =>
    files.get(name)!.toString('latin1', from, length === undefined ? undefined : from + length),
};
const program = new Function('exports', 'require', 'E', files.get('full')!.toString('latin1'));

export function createRuntime(): Runtime {
  const runtime = {} as Runtime;
  program(runtime, () => storage, {
    CRC32: (data: ArrayBuffer | string) =>
      crc32(typeof data === 'string' ? Buffer.from(data, 'latin1') : new Uint8Array(data)),
  });
  return runtime;
}

const TRAPS =
  /^(unreachable|out of bounds|integer divide|integer overflow|invalid conversion|undefined element|uninitialized element|indirect call type|call stack exhausted)/;

/** Whatever the runtime throws is an Error with a message; anything else is its own failure. */
function attempt<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'Error') throw error;
    const { message } = error;
    if (/^call stack exhausted/.test(message)) throw new SpecFailure('exhaustion', message);
    if (TRAPS.test(message)) throw new SpecFailure('trap', message);
    throw new SpecFailure(/^(unknown|incompatible) import/.test(message) ? 'link' : 'compile', message);
  }
}

const spectest = {
  ...Object.fromEntries(SPECTEST.functions.map(([name]) => [name, () => undefined])),
  ...Object.fromEntries(
    SPECTEST.globals.map(({ name, letter, literal }) => [
      name,
      letter === 'I' ? [Number(literal), 0] : Number(literal),
    ]),
  ),
};

/** Loading is instantiating: what fails only then is kept until it is asked for. */
interface Loaded {
  runtime: Runtime;
  failure?: SpecFailure;
}

class FullRuntimeTarget implements SpecTarget<Loaded, Runtime> {
  private readonly imports: Record<string, object> = { [SPECTEST.module]: spectest };

  load(bytes: Uint8Array): Loaded {
    const runtime = createRuntime();
    try {
      runtime.exports = attempt(() => runtime.load(bytes, this.imports));
    } catch (error) {
      if (!(error instanceof SpecFailure) || error.kind === 'compile') throw error;
      return { runtime, failure: error };
    }
    return { runtime };
  }

  instantiate({ runtime, failure }: Loaded): Runtime {
    if (failure) throw failure;
    return runtime;
  }

  /** Functions of another runtime can be imported, as any JavaScript function can. */
  register(name: string, { exports }: Runtime): void {
    this.imports[name] = exports;
  }

  invoke(runtime: Runtime, name: string, values: SpecValue[]): SpecValue[] {
    const key = Buffer.from(name, 'utf8').toString('latin1');
    const [parameters, results] = runtime.signature(key).split(':');
    if ([...parameters].map((letter) => TYPES[letter]).join() !== values.map(({ type }) => type).join()) {
      throw new Error(`"${name}" takes ${parameters}, not [${values.map(({ type }) => type)}]`);
    }
    const words = Int32Array.from(values.flatMap(({ low, high }) => [low, high]));
    const slots = attempt(() => runtime.invoke(key, words));
    return [...results].map((letter, index) => {
      const wide = letter === 'I' || letter === 'F';
      return { type: TYPES[letter], low: slots[index * 2], high: wide ? slots[index * 2 + 1] : 0 };
    });
  }

  get(runtime: Runtime, name: string): SpecValue {
    const [letter, low, high] = runtime.global(name);
    const wide = letter === 'I' || letter === 'F';
    return { type: TYPES[letter], low, high: wide ? high : 0 };
  }
}

export const createFullRuntimeTarget: CreateTarget = () => new FullRuntimeTarget();
