// Runs random modules as machine code on the simulated processor, and writes down what can be seen.

import { NativeInstance, NativeTrap, OutOfFuel } from '../../bench/native/native-instance.js';
import type { Cpu } from '../../machine/thumb/cpu.js';
import { ExternalKind } from '../../src/index.js';
import { Context } from '../../targets/compiler/thumb/contract.js';
import { compileThumb, type ThumbImage } from '../../targets/compiler/thumb/image.js';
import { withMemoryStart } from '../../targets/module/module-code.js';
import { type ReadModule, readModule } from '../../targets/module/read-module.js';
import { type Outcome, Trapped, type Value } from './execution.js';
import { CALLBACK, type RandomModule, STEPS } from './random-module.js';
import { callsOf, formatCall, mix, type Transcript } from './transcript.js';

const PAGE = 65536;
const MOST_PAGES = 3;
const MOST_INSTRUCTIONS = 1e8;
/** More than any call uses. */
const ROOMY_FUEL = 2 ** 31 - 1;

const scratch = new DataView(new ArrayBuffer(8));

/** Values as words; a reference to the host's objects is null or 1. */
export function wordsOf(letters: string, values: readonly Value[]): number[] {
  return [...letters].flatMap((letter, index) => {
    const value = values[index];
    if (letter === 'I') scratch.setBigInt64(0, value as bigint, true);
    else if (letter === 'f') scratch.setFloat32(0, value as number, true);
    else if (letter === 'F') scratch.setFloat64(0, value as number, true);
    else scratch.setInt32(0, value === null ? 0 : (value as number), true);
    const low = scratch.getInt32(0, true);
    return letter === 'I' || letter === 'F' ? [low, scratch.getInt32(4, true)] : [low];
  });
}

export function valuesOf(letters: string, words: readonly number[]): Value[] {
  let at = 0;
  return [...letters].map((letter) => {
    scratch.setInt32(0, words[at++], true);
    if (letter === 'I' || letter === 'F') scratch.setInt32(4, words[at++], true);
    if (letter === 'I') return scratch.getBigInt64(0, true);
    if (letter === 'f') return scratch.getFloat32(0, true);
    if (letter === 'F') return scratch.getFloat64(0, true);
    const value = scratch.getInt32(0, true);
    return letter === 'i' ? value : value === 0 ? null : 1;
  });
}

export interface NativeRun {
  fuel?: boolean;
  /** Fuel that each call is given. */
  limit?: number;
  /** Calls go in slices of one unit. */
  slices?: boolean;
  /** Passes to leave out. */
  without?: ReadonlySet<string>;
  /** The output of `compileThumb`, if the module has been compiled. */
  image?: ThumbImage;
  /** The module, where it has been read. */
  read?: ReadModule;
  /** The first address that memory has. */
  memoryStart?: number;
  /** See ThumbOptions. */
  hostText?: string;
  /** Bytes of stack beyond the need of functions that do not test it. */
  stackBytes?: number;
  /** Instructions from one interrupt to the next: each overwrites what is below the stack pointer. */
  interruptEvery?: number;
}

/** Bytes below the stack pointer that an interrupt uses: registers, those of the float unit, and some of a handler. */
const INTERRUPT_BYTES = 256;

/** Overwrites what is below the stack pointer, again and again. */
function interrupt({ processor }: NativeInstance, every: number): void {
  const handler = () => {
    const at = processor.registers[13];
    const stack = processor.memory.regionAt(at - 1);
    if (stack?.name !== 'stack') throw new Error(`interrupted with the stack pointer at ${at}`);
    stack.bytes.fill(0xa5, Math.max(0, at - stack.base - INTERRUPT_BYTES), at - stack.base);
    processor.interruptAfter(every, handler);
  };
  processor.interruptAfter(every, handler);
}

/** The module's transcript, and the fuel that it used if it counts. */
export function runOnNative(
  module: RandomModule,
  seed: number,
  cpu: Cpu,
  {
    fuel = false,
    limit = ROOMY_FUEL,
    slices = false,
    without,
    stackBytes = 2 ** 19,
    interruptEvery,
    image: compiled,
    read = readModule(module.bytes),
    memoryStart = 0,
    hostText,
  }: NativeRun = {},
): Transcript & { fuelUsed: number } {
  const code = withMemoryStart(read, memoryStart);
  const image = compiled ?? compileThumb(code, { cpu, fuel, resumable: slices, without, hostText });
  const log: Value[] = [];
  const hosts: Record<string, (...values: never[]) => Value[]> = {
    log: (value: number) => {
      log.push(value);
      return [];
    },
    mix: (a: bigint, b: number, c: number, d: number) => {
      log.push(a, b, c, d);
      return [mix(a, b, c, d)];
    },
    half: (value: number) => [value / 2],
    pair: (value: number) => [value / 3, BigInt(value) * 3n],
    poke: (address: number, value: number) => {
      const { bytes, size } = instance.memory!;
      const at = (address >>> 0) % size;
      const old = bytes[at];
      bytes[at] = value;
      return [old];
    },
    grow: (pages: number) => [instance.grow(pages & 1)],
    callback: (value: number) => call(CALLBACK, [value]),
  };
  const instance: NativeInstance = new NativeInstance(code, image, {
    mostInstructions: MOST_INSTRUCTIONS,
    stackBytes,
    slices,
    growsBy: MOST_PAGES * PAGE - (code.memory?.minimum ?? 0) * (code.memory?.pageBytes ?? 0),
    importFunction(index, words) {
      const { parameters, results } = code.functions[index];
      const { name } = code.imports.filter(({ kind }) => kind === ExternalKind.Function)[index];
      return wordsOf(results, hosts[name](...(valuesOf(parameters, words) as never[])));
    },
  });
  if (interruptEvery !== undefined) interrupt(instance, interruptEvery);
  const call = (name: string, values: readonly Value[]): Value[] => {
    const index = instance.exported(ExternalKind.Function, name);
    const { parameters, results } = code.functions[index];
    return valuesOf(results, instance.call(index, wordsOf(parameters, values)));
  };
  const steps = code.exports.find(({ name }) => name === STEPS);
  const calls = callsOf(module, seed);
  let fuelUsed = 0;
  const outcomes = calls.map(({ name, values, steps: count }): Outcome => {
    if (steps !== undefined) instance.setWord(image.globalOffset(steps.index), count);
    instance.setWord(Context.Fuel, limit);
    try {
      return call(name, values);
    } catch (error) {
      if (error instanceof OutOfFuel) return new Trapped(-1, error.message);
      if (!(error instanceof NativeTrap)) throw error;
      const { code: trap, message, frames } = error;
      return new Trapped(
        trap,
        message,
        frames.map((each) => `${each.functionIndex} at ${each.at}`),
      );
    } finally {
      fuelUsed += (slices ? instance.sliceFuel : limit) - instance.word(Context.Fuel);
    }
  });
  return {
    calls: calls.map(formatCall),
    outcomes,
    fuelUsed,
    log,
    memory: instance.memory === null ? new Uint8Array(0) : instance.memory.bytes.subarray(0, instance.memory.size),
    globals: module.globals.map((name) => {
      const index = instance.exported(ExternalKind.Global, name);
      return valuesOf(code.globals[index].type, instance.global(index))[0];
    }),
    tables: module.tables.map((name) => instance.table(instance.exported(ExternalKind.Table, name))),
  };
}
