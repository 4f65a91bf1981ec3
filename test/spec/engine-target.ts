// The engine itself as a target of the conformance table.
import {
  type Capacities,
  DecodeError,
  Engine,
  ExternalKind,
  type Instance,
  LinkError,
  large,
  type Module,
  Trap,
  ValidationError,
  WasmTrap,
} from '../../src/index.js';
import type { VerificationLevel } from '../../src/safety/index.js';
import { literalBits } from '../../targets/module/literal.js';
import { type Command, fromBits, type SpecValue, type ValueType } from './script.js';
import { type CreateTarget, SPECTEST, SpecFailure, type SpecTarget } from './target.js';

const TYPES: Record<string, ValueType> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64', r: 'funcref', R: 'externref' };

const PAGE = 65536;
/** Pages of each memory. Levels above None sum up the used and unused pages of all memories, except after the end of the last one. */
const PAGES = 16;
/** The pages to which some scripts grow a memory. */
const MORE_PAGES: Record<string, number> = {
  'core-2.0/call.wast': 307,
  'core-2.0/call_indirect.wast': 307,
  'core-2.0/local_tee.wast': 41,
  'core-2.0/memory_grow.wast': 804,
};

/** Everything that a script makes stays to its end: the capacities grow with its modules. */
function capacitiesFor(script: string, commands: Command[]): Capacities {
  // The modules of assert_invalid and assert_malformed do not stay.
  const modules = commands.filter(({ kind }) =>
    /^(module|instance|assert_valid|assert_trap_module|assert_unlinkable)$/.test(kind),
  ).length;
  return {
    ...large,
    modules: modules + 1,
    instances: modules + 1,
    types: large.types + 64 * modules,
    globals: large.globals + 16 * modules,
    tables: large.tables + 4 * modules,
    tableEntries: large.tableEntries * 4,
    memories: modules + 1,
    memoryBytes: PAGE * (MORE_PAGES[script] ?? PAGES),
  };
}

function specFailure(error: unknown): unknown {
  if (error instanceof DecodeError) return new SpecFailure('decode', error.message);
  if (error instanceof ValidationError) return new SpecFailure('validation', error.message);
  if (error instanceof LinkError) return new SpecFailure('link', error.message);
  if (error instanceof WasmTrap) {
    return new SpecFailure(error.code === Trap.CallStackExhausted ? 'exhaustion' : 'trap', error.message);
  }
  return error;
}

function attempt<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw specFailure(error);
  }
}

class EngineTarget implements SpecTarget<Module, Instance> {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
    const host = SPECTEST.module;
    for (const [name, parameters] of SPECTEST.functions) engine.defineFunction(host, name, parameters, '', () => {});
    for (const { name, type, letter, literal } of SPECTEST.globals) {
      const { low, high } = fromBits(type, literalBits(type, literal));
      engine.defineGlobal(host, name, letter, false, low, high);
    }
    const { table, memory } = SPECTEST;
    engine.defineTable(host, table.name, 'r', table.minimum, table.maximum);
    engine.defineMemory(host, memory.name, memory.minimum, memory.maximum);
  }

  load(bytes: Uint8Array): Module {
    return attempt(() => this.engine.load(bytes));
  }

  instantiate(module: Module): Instance {
    return attempt(() => this.engine.instantiate(module));
  }

  register(name: string, instance: Instance): void {
    this.engine.register(name, instance);
  }

  invoke(instance: Instance, name: string, values: SpecValue[]): SpecValue[] {
    const { engine } = this;
    const address = engine.exportedFunction(instance, name);
    const [parameters, results] = engine
      .signature(address)
      .split(':')
      .map((letters) => [...letters].map((letter) => TYPES[letter]));
    if (parameters.join() !== values.map(({ type }) => type).join()) {
      throw new Error(`"${name}" takes [${parameters}], not [${values.map(({ type }) => type)}]`);
    }
    // Slots hold bits: through the integer accessors, so that no NaN becomes a JavaScript number.
    values.forEach(({ type, low, high }, index) => {
      if (type === 'i64' || type === 'f64') engine.setI64(index, low, high);
      else engine.setI32(index, low);
    });
    attempt(() => engine.call(address));
    return results.map((type, index) => {
      const wide = type === 'i64' || type === 'f64';
      return { type, low: engine.getI32(index), high: wide ? engine.getI64High(index) : 0 };
    });
  }

  get(instance: Instance, name: string): SpecValue {
    const { engine } = this;
    const address = engine.findExport(instance, name, ExternalKind.Global);
    if (address < 0) throw new Error(`there is no exported global "${name}"`);
    const type = TYPES[engine.globalType(address)];
    const wide = type === 'i64' || type === 'f64';
    return { type, low: engine.globalLow(address), high: wide ? engine.globalHigh(address) : 0 };
  }
}

/** Nothing in a script writes into linear memory but its modules. */
export const engineTargetAt =
  (verification: VerificationLevel, script: string): CreateTarget =>
  (commands) =>
    new EngineTarget(new Engine(capacitiesFor(script, commands), { verification, announcedWrites: true }));
