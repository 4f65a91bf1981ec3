// Random modules as translated programs for boards, beside the interpreter: the calls, and what is seen of them.
import { type Board, banglejs2 } from '../../../boards/index.js';
import { Engine, ExternalKind, type Instance, large, WasmTrap } from '../../../src/index.js';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import type { StorageFile } from '../../../targets/board/image.js';
import { readModule } from '../../../targets/module/read-module.js';
import type { Call } from '../../differential/random-module.js';
import { type RandomModule, randomModule, STEPS } from '../../differential/random-module.js';
import { callsOf } from '../../differential/transcript.js';
import { loadInNode } from './script-program.js';

const PAGE = 65536;
/** Bytes of the memories of random modules. */
const MEMORY_BYTES = 3 * PAGE;

/** A board of its firmware's kind, on which everything fits. */
const board: Board = {
  ...banglejs2,
  freeJsVars: Number.POSITIVE_INFINITY,
  storage: { ...banglejs2.storage, bytes: 1 << 30 },
  capacities: { ...banglejs2.capacities, memoryBytes: MEMORY_BYTES },
};

export interface Outcome {
  /** Words of the results, or the message of what was thrown. */
  result: string;
  fuel: number;
}

/** Without imports, which boards do not have. */
export const moduleOf = (seed: number): RandomModule => randomModule(seed, []);

export type Program = Record<string, BoardFunction> & { memory: Uint8Array; [STEPS]: { value: number } };
type BoardValue = number | [low: number, high: number];
export interface BoardFunction {
  (...values: BoardValue[]): unknown;
  withFuel(limit: number, ...values: BoardValue[]): unknown;
  fuelUsed(): number;
  async(...values: unknown[]): unknown;
}

/** More than the steps of a call need. */
const STACK_BYTES = 1e7;

export async function filesOf({ bytes }: RandomModule, options: Partial<BuildOptions> = {}): Promise<StorageFile[]> {
  const { image } = await buildProgram(readModule(bytes), {
    board,
    name: 'app',
    tier: 'js',
    stackBytes: STACK_BYTES,
    memoryBytes: MEMORY_BYTES,
    ...options,
  });
  return image.files;
}

export const load = (files: StorageFile[]) => loadInNode('app', files) as unknown as Program;

/** An i64 as two words. */
export function valuesOf({ values }: Call): BoardValue[] {
  return values.map((value) => (typeof value === 'bigint' ? wordsOf(value) : Number(value)));
}

function wordsOf(value: bigint): [low: number, high: number] {
  return [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
}

/** Returns the outcome of a program's call. */
export function outcomeOf(run: () => unknown, used: () => number): Outcome {
  let result: string;
  try {
    result = String(run() ?? '');
  } catch (error) {
    result = (error as Error).message;
  }
  return { result, fuel: used() };
}

/** Runs the calls in the interpreter. */
export class Interpreter {
  readonly engine = new Engine({ ...large, modules: 1, instances: 1, memoryBytes: MEMORY_BYTES, valueSlots: 1 << 20 });
  private instance!: Instance;

  load(module: RandomModule): void {
    this.engine.reset();
    this.instance = this.engine.instantiate(this.engine.load(module.bytes));
  }

  /** With `limit`, until so much fuel is used: `out of fuel`. */
  call({ name, values, steps }: Call, limit?: number): Outcome {
    const { engine, instance } = this;
    engine.setGlobal(engine.findExport(instance, STEPS, ExternalKind.Global), steps, 0);
    const address = engine.exportedFunction(instance, name);
    const [parameters, results] = engine.signature(address).split(':');
    for (const [index, letter] of [...parameters].entries()) {
      if (letter === 'I') engine.setI64(index, ...wordsOf(values[index] as bigint));
      else engine.setI32(index, values[index] as number);
    }
    const before = engine.fuelUsed;
    try {
      if (engine.call(address, limit) !== 0) return { result: 'out of fuel', fuel: engine.fuelUsed - before };
    } catch (error) {
      if (!(error instanceof WasmTrap)) throw error;
      return { result: error.message, fuel: engine.fuelUsed - before };
    }
    const words = [...results].map((letter, index) =>
      letter === 'I' ? [engine.getI64Low(index), engine.getI64High(index)] : engine.getI32(index),
    );
    return { result: String(words), fuel: engine.fuelUsed - before };
  }

  get memory(): Uint8Array {
    const { engine } = this;
    const memory = engine.memoryOf(this.instance);
    return new Uint8Array(engine.memoryBuffer, engine.memoryBase(memory), engine.memoryBytes(memory));
  }
}

export const callsFor = (module: RandomModule, seed: number): Call[] => callsOf(module, seed);

/** Removes the names of functions, which do not always have one. */
export function withoutNames({ result, fuel }: Outcome): Outcome {
  return { result: result.replace(/ \(.*\) at byte/, ' at byte'), fuel };
}

/** First byte in which the memories differ; -1 if there is none. */
export function difference(ours: Uint8Array, theirs: Uint8Array): number {
  return ours.findIndex((byte, at) => at < theirs.length && byte !== theirs[at]);
}
