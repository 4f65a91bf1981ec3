// Runs a random module on the engine or on Node's WebAssembly, and writes down all that can be seen of it.
import { Engine, ExternalKind, type Instance, large } from '../../src/index.js';
import {
  engineFunction,
  firstDifference,
  formatOutcome,
  globalOf,
  memoryOf,
  nodeFunction,
  nodeMemory,
  type Outcome,
  sameOutcome,
  sameValue,
  Trapped,
  type Value,
} from './execution.js';
import { operands } from './operands.js';
import { type PlatformGlobal, type PlatformMemory, type PlatformTable, platform } from './platform.js';
import { Random } from './random.js';
import { CALLBACK, type Call, HOST, hostFunctions, type RandomModule, STEPS } from './random-module.js';

const PAGE = 65536;
const MEMORY_PAGES = 3;
const CALLS_EACH = 4;

const letters: Record<string, string> = { i32: 'i', i64: 'I', f32: 'f', f64: 'F' };

export interface Transcript {
  /** The calls, for the reader. */
  calls: string[];
  outcomes: Outcome[];
  /** Arguments of host functions. */
  log: Value[];
  memory: Uint8Array;
  globals: Value[];
  /** The function index of each entry, -1 for null. */
  tables: number[][];
}

/** An engine large enough for every random module. */
export function createEngine(): Engine {
  return new Engine({ ...large, modules: 1, instances: 1, memoryBytes: MEMORY_PAGES * PAGE, valueSlots: 1 << 20 });
}

/** Returns the calls, which are the same for every engine. */
export function callsOf(module: RandomModule, seed: number): Call[] {
  if (module.calls !== undefined) return module.calls;
  const random = new Random(seed ^ 0x5eed);
  return module.functions.flatMap(({ name, parameters }) =>
    Array.from({ length: CALLS_EACH }, () => ({
      name,
      steps: random.pick([0, 3, 20, 60, 200]),
      values: parameters.map((type): Value => {
        const bits = random.chance(60) ? random.pick(operands[type]) : BigInt(random.bits());
        return type === 'i64' ? BigInt.asIntN(64, bits) : Number(BigInt.asIntN(32, bits));
      }),
    })),
  );
}

/** The common part of host functions: they do not distinguish NaNs. */
export function mix(a: bigint, b: number, c: number, d: number): bigint {
  const part = (value: number) => BigInt(Number.isFinite(value) && Math.abs(value) < 1e15 ? Math.trunc(value) : 1);
  return BigInt.asIntN(64, (a ^ BigInt(d)) + part(b) * 3n + part(c));
}

function defineHostFunctions(engine: Engine, log: Value[], instance: () => Instance): void {
  const wide = new BigInt64Array(1);
  const words = new Int32Array(wide.buffer);
  const getI64 = (index: number) => {
    words[0] = engine.getI64Low(index);
    words[1] = engine.getI64High(index);
    return wide[0];
  };
  const setI64 = (index: number, value: bigint) => {
    wide[0] = value;
    engine.setI64(index, words[0], words[1]);
  };
  const bodies: Record<string, () => void> = {
    log: () => log.push(engine.getI32(0)),
    mix: () => {
      log.push(getI64(0), engine.getF32(1), engine.getF64(2), engine.getI32(3));
      setI64(0, mix(getI64(0), engine.getF32(1), engine.getF64(2), engine.getI32(3)));
    },
    half: () => engine.setF64(0, engine.getF64(0) / 2),
    pair: () => {
      const value = engine.getI32(0);
      engine.setF32(0, value / 3);
      setI64(1, BigInt(value) * 3n);
    },
    poke: () => {
      const memory = engine.callerMemory;
      const bytes = new Uint8Array(engine.memoryBuffer, engine.memoryBase(memory), engine.memoryBytes(memory));
      const at = (engine.getI32(0) >>> 0) % bytes.length;
      const old = bytes[at];
      bytes[at] = engine.getI32(1);
      engine.setI32(0, old);
    },
    grow: () => engine.setI32(0, engine.grow(engine.callerMemory, engine.getI32(0) & 1)),
    callback: () => {
      const value = engine.getI32(0);
      const base = engine.beginCall();
      engine.setI32(0, value);
      engine.call(engine.exportedFunction(instance(), CALLBACK));
      const result = engine.getI32(0);
      engine.endCall(base);
      engine.setI32(0, result);
    },
  };
  for (const { name, parameters, results } of hostFunctions) {
    const [taken, given] = [parameters, results].map((types) => types.map((type) => letters[type]).join(''));
    engine.defineFunction(HOST, name, taken, given, bodies[name]);
  }
}

/** Runs a module on the engine; with `slice`, in parts of so much fuel. */
export function runOnEngine(engine: Engine, module: RandomModule, seed: number, slice?: number): Transcript {
  engine.reset();
  const log: Value[] = [];
  let instance: Instance | undefined;
  defineHostFunctions(engine, log, () => instance!);
  instance = engine.instantiate(engine.load(module.bytes));
  const steps = engine.findExport(instance, STEPS, ExternalKind.Global);
  const calls = callsOf(module, seed);
  const outcomes = calls.map(({ name, values, steps: count }) => {
    engine.setGlobal(steps, count, 0);
    return engineFunction(engine, engine.exportedFunction(instance, name), slice)(values);
  });
  return {
    calls: calls.map(formatCall),
    outcomes,
    log,
    // The engine's next run writes to the same memory.
    memory: memoryOf(engine, instance).slice(),
    globals: module.globals.map((name) => globalOf(engine, instance, name)),
    tables: module.tables.map((name) => {
      const table = engine.findExport(instance, name, ExternalKind.Table);
      return Array.from({ length: engine.tableSize(table) }, (_, index) => {
        const reference = engine.tableGet(table, index);
        return reference < 0 ? -1 : reference - instance.functionBase;
      });
    }),
  };
}

export type FuelledTranscript = Transcript & { fuelUsed: number };

/** Runs a module on the engine. */
export function runWithFuel(engine: Engine, module: RandomModule, seed: number): FuelledTranscript {
  return { ...runOnEngine(engine, module, seed), fuelUsed: engine.fuelUsed };
}

/** `api` makes the instance: Node's WebAssembly, or another one. */
export function runOnNode(
  module: RandomModule,
  seed: number,
  api: Pick<typeof platform, 'Module' | 'Instance'> = platform,
): Transcript {
  const log: Value[] = [];
  const memory = () => instance.exports.memory as PlatformMemory;
  const imports: Record<string, (...values: never[]) => unknown> = {
    log: (value: number) => void log.push(value),
    mix: (a: bigint, b: number, c: number, d: number) => {
      log.push(a, b, c, d);
      return mix(a, b, c, d);
    },
    half: (value: number) => value / 2,
    pair: (value: number) => [value / 3, BigInt(value) * 3n],
    poke: (address: number, value: number) => {
      const bytes = new Uint8Array(memory().buffer);
      const at = (address >>> 0) % bytes.length;
      const old = bytes[at];
      bytes[at] = value;
      return old;
    },
    grow: (pages: number) => {
      try {
        return memory().grow(pages & 1);
      } catch {
        return -1;
      }
    },
    callback: (value: number) => (instance.exports[CALLBACK] as (value: number) => number)(value),
  };
  const instance = new api.Instance(new api.Module(module.bytes), { [HOST]: imports });
  const steps = instance.exports[STEPS] as PlatformGlobal;
  const calls = callsOf(module, seed);
  const outcomes = calls.map(({ name, values, steps: count }) => {
    steps.value = count;
    return nodeFunction(instance, name)(values);
  });
  return {
    calls: calls.map(formatCall),
    outcomes,
    log,
    memory: nodeMemory(instance, 'memory'),
    globals: module.globals.map((name) => {
      const { value } = instance.exports[name] as PlatformGlobal;
      return typeof value === 'number' || typeof value === 'bigint' || value === null ? value : 1;
    }),
    tables: module.tables.map((name) => {
      const table = instance.exports[name] as PlatformTable;
      // V8 names a function by its index.
      return Array.from({ length: table.length }, (_, index) => {
        const entry = table.get(index) as { name: string } | null;
        return entry ? Number(entry.name) : -1;
      });
    }),
  };
}

export function formatCall({ name, values, steps }: Call): string {
  return `${name} (${values}) with ${steps} steps`;
}

/** How two transcripts differ, in words; empty if they do not. */
export function differences(ours: Transcript, theirs: Transcript): string[] {
  const found: string[] = [];
  const { outcomes } = ours;
  for (const [index, outcome] of outcomes.entries()) {
    const expected = theirs.outcomes[index];
    if (sameOutcome(outcome, expected)) continue;
    found.push(`${ours.calls[index]}: ${formatOutcome(outcome)}, expected ${formatOutcome(expected)}`);
    break;
  }
  const entry = ours.log.findIndex((value, index) => !sameValue(value, theirs.log[index]));
  if (entry >= 0 || ours.log.length !== theirs.log.length) {
    const at = entry < 0 ? ours.log.length : entry;
    found.push(`argument ${at} of host functions: ${ours.log[at]}, expected ${theirs.log[at]}`);
  }
  const byte = firstDifference(ours.memory, theirs.memory);
  if (byte >= 0) found.push(`byte ${byte} of memory: ${ours.memory[byte]}, expected ${theirs.memory[byte]}`);
  for (const [index, value] of ours.globals.entries()) {
    if (sameValue(value, theirs.globals[index])) continue;
    found.push(`global ${index}: ${value}, expected ${theirs.globals[index]}`);
  }
  for (const [index, table] of ours.tables.entries()) {
    if (table.join() === theirs.tables[index].join()) continue;
    found.push(`table ${index}: ${table}, expected ${theirs.tables[index]}`);
  }
  return found;
}

export function trapsOf({ outcomes }: Transcript): Trapped[] {
  return outcomes.filter((outcome) => outcome instanceof Trapped);
}
