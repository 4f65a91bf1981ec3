// An engine made as large as one module needs: where the memory of the machine is no limit, no capacity should be one.

import { MOST_TYPES } from '../../src/capacities.js';
import { capacityError, limitError } from '../../src/errors.js';
import { type Capacities, CapacityError, Engine, type Instance, large, type Module } from '../../src/index.js';
import type { VerificationLevel } from '../../src/safety/index.js';
import { MOST_MEMORY_BYTES } from './most-memory.js';

/** Limits of browsers (WebAssembly JavaScript Interface, implementation-defined limits): a module declares such counts in a few bytes. */
const MOST_LOCALS = 50_000;
export const MOST_TABLE_ENTRIES = 10_000_000;
const MOST: Record<string, number> = {
  memoryBytes: MOST_MEMORY_BYTES,
  types: MOST_TYPES,
  functionLocals: MOST_LOCALS,
  tableEntries: MOST_TABLE_ENTRIES,
};

const roomy: Capacities = { ...large, modules: 1, instances: 1, callDepth: 65536, valueSlots: 1048576 };

/** Each of these takes a byte of the module at least; in rare cases two of them share one, and `raiseCapacity` helps. */
const TAKE_BYTES = [
  ...(['types', 'typeValues', 'functions', 'globals', 'elementSegments', 'dataSegments', 'exports'] as const),
  ...(['operandDepth', 'labelDepth', 'basicBlocks'] as const),
];
/** Capacity for the engine's own functions, and for parts of a module that take no bytes. */
const FEWEST = 64;

/** The capacities, but hardly more than modules of so many bytes can use: buffers of megabytes take milliseconds to make. */
export function withinBytes(capacities: Capacities, bytes: number): Capacities {
  const within = { ...capacities };
  for (const name of TAKE_BYTES) within[name] = Math.min(capacities[name], bytes + FEWEST);
  return within;
}

export interface FittingOptions {
  /** Bytes behind the linear memory, however much the module declares. Otherwise as much as it declares, and it grows. */
  memoryBytes?: number;
  /** The first address that they are behind. */
  memoryStart?: number;
  /** Capacities of the engine. If they are given, they are not raised, and its memory is theirs. */
  capacities?: Capacities;
  /** Options of the engine, as in `EngineOptions`. */
  counting?: boolean;
  verification?: VerificationLevel;
  /** For the start function: when it is used up, the engine is suspended. */
  fuel?: number;
  /** Called before the module is instantiated: defines what it imports. */
  define?: (engine: Engine, module: Module) => void;
}

/** Loads and instantiates a module. Throws what `Engine.load` and `Engine.instantiate` throw. */
export function instantiateFitting(bytes: Uint8Array, options: FittingOptions): { engine: Engine; instance: Instance } {
  const { memoryBytes } = options;
  if (options.capacities) return instantiateWithin(bytes, options.capacities, options);
  let capacities = { ...roomy, codeWords: Math.max(roomy.codeWords, bytes.length) };
  if (memoryBytes !== undefined) capacities = { ...capacities, memoryBytes };
  for (;;) {
    try {
      return instantiate(bytes, capacities, options);
    } catch (error) {
      if (!(error instanceof CapacityError)) throw error;
      if (error.capacity === 'memoryBytes' && memoryBytes !== undefined) throw error;
      capacities = raiseCapacity(capacities, error);
    }
  }
}

/** Instructions of a counting engine are at most this many times as long; what counts is no part of what a module needs. */
const COUNTING_LENGTH = 4;

function instantiateWithin(bytes: Uint8Array, given: Capacities, options: FittingOptions) {
  const { memoryBytes, counting } = options;
  const codeWords = counting ? given.codeWords * COUNTING_LENGTH : given.codeWords;
  const made = instantiate(bytes, { ...given, codeWords, ...(memoryBytes && { memoryBytes }) }, options);
  const needed = made.engine.highWater().codeWords;
  if (needed > given.codeWords) throw capacityError('codeWords', needed, given.codeWords, -1);
  return made;
}

function instantiate(bytes: Uint8Array, capacities: Capacities, options: FittingOptions) {
  const { memoryStart = 0 } = options;
  const fixed = options.memoryBytes !== undefined || options.capacities !== undefined;
  const engine: Engine = new Engine(capacities, {
    partialMemory: fixed || memoryStart > 0,
    memoryStart,
    growMemory: fixed ? undefined : (needed) => grownMemory(engine, needed),
    counting: options.counting,
    verification: options.verification,
    clock: options.counting ? () => performance.now() : undefined,
  });
  const module = engine.load(bytes);
  options.define?.(engine, module);
  return { engine, instance: engine.instantiate(module, options.fuel) };
}

/** The capacities with the one that was too small raised. Throws a CapacityError where it cannot be. */
export function raiseCapacity(
  capacities: Capacities,
  { capacity, needed, available, offset }: CapacityError,
): Capacities {
  const most = MOST[capacity] ?? Infinity;
  if (needed > most) throw limitError(capacity, needed, most, offset);
  // Most are counted one by one: to raise them by one each time would take as many attempts.
  const raised = capacity === 'memoryBytes' ? needed : Math.min(Math.max(needed, available * 2), most);
  return { ...capacities, [capacity]: raised };
}

function grownMemory(engine: Engine, needed: number): ArrayBuffer | null {
  const old = engine.memoryBuffer;
  if (needed > MOST_MEMORY_BYTES) return null;
  try {
    const buffer = new ArrayBuffer(Math.min(Math.max(needed, old.byteLength * 2), MOST_MEMORY_BYTES));
    new Uint8Array(buffer).set(new Uint8Array(old));
    return buffer;
  } catch {
    // The machine has no more.
    return null;
  }
}
