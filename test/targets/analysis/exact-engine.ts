// Engines with just the capacities that are asked for, and imports that do nothing; the same for the platform's engine.
import {
  type Capacities,
  CapacityError,
  Engine,
  type EngineOptions,
  ExternalKind,
  type Instance,
  Trap,
  WasmTrap,
} from '../../../src/index.js';
import { describeModule, type External } from '../../../targets/module/description.js';
import { type PlatformInstance, platform } from '../../differential/platform.js';

const LETTERS: Record<string, string> = { i32: 'i', i64: 'I', f32: 'f', f64: 'F', funcref: 'r', externref: 'R' };
const letters = (types: string[]) => types.map((type) => LETTERS[type]).join('');

export interface Exact {
  engine: Engine;
  instance: Instance;
}

/** Load, define what is imported, instantiate: the order that the analysis has in mind. */
export function instantiateWith(
  bytes: Uint8Array,
  capacities: Capacities,
  options: EngineOptions = {},
  define: (engine: Engine) => void = (engine) => defineNothing(engine, describeModule(bytes).imports),
): Exact {
  const engine = new Engine(capacities, { partialMemory: true, ...options });
  const module = engine.load(bytes);
  define(engine);
  return { engine, instance: engine.instantiate(module) };
}

/** Functions that return zeros, memories and tables as small as they may be. */
function defineNothing(engine: Engine, imports: External[]): void {
  const seen = new Set<string>();
  for (const { module, name, kind, type, parameters, results } of imports) {
    const key = `${module} ${name}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const words = type.split(' ');
    const [minimum, maximum] = [Number(words[1]), /^\d+$/.test(words[2] ?? '') ? Number(words[2]) : -1];
    if (kind === ExternalKind.Function) {
      engine.defineFunction(module, name, letters(parameters), letters(results), () => {
        results.forEach((_, index) => {
          engine.setI64(index, 0, 0);
        });
      });
    } else if (kind === ExternalKind.Memory) engine.defineMemory(module, name, minimum, maximum);
    else if (kind === ExternalKind.Table) engine.defineTable(module, name, letters(words.slice(-1)), minimum, maximum);
    else engine.defineGlobal(module, name, letters(words.slice(-1)), words[1] === 'mut', 0, 0);
  }
}

/** The capacity that a CapacityError names, '' if nothing is thrown. Throws every other error. */
export function missingCapacity(act: () => void): string {
  try {
    act();
  } catch (error) {
    if (error instanceof CapacityError) return error.capacity;
    throw error;
  }
  return '';
}

export interface Call {
  name: string;
  values: number[];
}

/** Exported functions of numbers, each with small arguments. */
export function callsOf(bytes: Uint8Array, value: number): Call[] {
  return describeModule(bytes)
    .exports.filter(({ kind, parameters, results }) => {
      return kind === ExternalKind.Function && [...parameters, ...results].every((type) => !type.endsWith('ref'));
    })
    .map(({ name, parameters }) => ({ name, values: parameters.map(() => value) }));
}

const TRAPPED = 'trap';
export const EXHAUSTED = 'call stack exhausted';

/** Returns the results of the calls, as text. */
export function callAll(bytes: Uint8Array, { engine, instance }: Exact, calls: Call[]): string[] {
  const { exports } = describeModule(bytes);
  return calls.map(({ name, values }) => {
    const { parameters, results } = exports.find((each) => each.name === name)!;
    values.forEach((value, index) => {
      if (parameters[index] === 'f32') engine.setF32(index, value);
      else if (parameters[index] === 'f64') engine.setF64(index, value);
      else engine.setI64(index, value, value >> 31);
    });
    try {
      engine.call(engine.exportedFunction(instance, name));
    } catch (error) {
      if (!(error instanceof WasmTrap)) throw error;
      return `${name}: ${error.code === Trap.CallStackExhausted ? EXHAUSTED : TRAPPED}`;
    }
    const found = results.map((type, index) => {
      if (type === 'f32') return engine.getF32(index);
      if (type === 'f64') return engine.getF64(index);
      if (type === 'i32') return engine.getI32(index);
      return (BigInt(engine.getI64High(index)) << 32n) | BigInt(engine.getI64Low(index) >>> 0);
    });
    return `${name}: ${found.join(' ')}`;
  });
}

/** Returns the results of the platform's engine. */
export function callAllOnPlatform(bytes: Uint8Array, calls: Call[]): string[] {
  const { imports, exports } = describeModule(bytes);
  const objects: Record<string, Record<string, unknown>> = {};
  for (const { module, name, results } of imports) {
    const [zero] = results.map((type) => (type === 'i64' ? 0n : 0));
    objects[module] ??= {};
    objects[module][name] = () => zero;
  }
  const instance: PlatformInstance = new platform.Instance(new platform.Module(bytes), objects);
  return calls.map(({ name, values }) => {
    const { parameters } = exports.find((each) => each.name === name)!;
    const call = instance.exports[name] as (...values: unknown[]) => unknown;
    try {
      const found = call(...values.map((value, index) => (parameters[index] === 'i64' ? BigInt(value) : value)));
      return `${name}: ${found === undefined ? '' : [found].flat().join(' ')}`;
    } catch (error) {
      return `${name}: ${error instanceof RangeError ? EXHAUSTED : TRAPPED}`;
    }
  });
}
