// Writes valid modules at random, with everything that a module can have.
import { Opcode } from '../../src/opcodes.js';
import type { Value } from './execution.js';
import {
  type Code,
  call,
  constant,
  i32,
  localGet,
  localSet,
  ModuleBuilder,
  typeCode,
  unsigned,
  type ValueType,
} from './module-builder.js';
import { operands } from './operands.js';
import { Random } from './random.js';
import { isNumber, NUMBERS, type Plan } from './random-code.js';
import { FunctionWriter, TABLE_MINIMUM } from './random-function.js';

const { Select, RefNull, RefIsNull, RefFunc } = Opcode;

/** Functions that the host offers every random module, in this order. */
export const hostFunctions: { name: string; parameters: ValueType[]; results: ValueType[] }[] = [
  { name: 'log', parameters: ['i32'], results: [] },
  { name: 'mix', parameters: ['i64', 'f32', 'f64', 'i32'], results: ['i64'] },
  { name: 'half', parameters: ['f64'], results: ['f64'] },
  { name: 'pair', parameters: ['i32'], results: ['f32', 'i64'] },
  { name: 'poke', parameters: ['i32', 'i32'], results: ['i32'] },
  { name: 'grow', parameters: ['i32'], results: ['i32'] },
  { name: 'callback', parameters: ['i32'], results: ['i32'] },
];
export const HOST = 'host';
/** Exported for the host function of the same name, which calls it with its argument. */
export const CALLBACK = 'callback';
/** Exported global: what is left of the loops and calls that a run may make. To be set before each. */
export const STEPS = 'steps';

export interface Call {
  name: string;
  values: Value[];
  steps: number;
}

export interface RandomModule {
  bytes: Uint8Array;
  /** Exported functions, with parameters and results of integer types only. */
  functions: { name: string; parameters: ('i32' | 'i64')[] }[];
  globals: string[];
  tables: string[];
  /** Calls, if `callsOf` does not choose them. */
  calls?: Call[];
}

const TABLE_MAXIMUM = 28;

/** How large random modules are. */
export interface RandomSize {
  fewestFunctions: number;
  mostFunctions: number;
  /** Instructions of a function, about: one of these. */
  budgets: readonly number[];
}

/** Size of one function or two, so that many modules can be checked. */
export const SMALL: RandomSize = { fewestFunctions: 1, mostFunctions: 2, budgets: [5, 15, 30, 60] };

const USUAL: RandomSize = { fewestFunctions: 2, mostFunctions: 7, budgets: [20, 60, 150, 400] };

/** The module of a seed; without `host`, it imports nothing. */
export function randomModule(
  seed: number,
  host: readonly (typeof hostFunctions)[number][] = hostFunctions,
  { fewestFunctions, mostFunctions, budgets } = USUAL,
): RandomModule {
  const random = new Random(seed);
  const builder = new ModuleBuilder();
  const types = (most: number) =>
    Array.from({ length: random.below(most + 1) }, () =>
      random.chance(92) ? random.pick(NUMBERS) : random.pick<ValueType>(['funcref', 'externref']),
    );
  for (const { name, parameters, results } of host) builder.importFunction(HOST, name, parameters, results);

  const plan: Plan = {
    functions: host.map(({ parameters, results }) => ({ parameters, results })),
    globals: [],
    dataSegments: 3,
    elementSegments: 3,
    tables: ['funcref', 'externref', 'funcref'].slice(0, 1 + random.below(3)) as Plan['tables'],
  };
  const own = fewestFunctions + random.below(mostFunctions - fewestFunctions + 1);
  for (let index = 0; index < own; index++) plan.functions.push({ parameters: types(4), results: types(3) });
  const isCalledBack = host.some(({ name }) => name === CALLBACK);
  if (isCalledBack) plan.functions.push({ parameters: ['i32'], results: ['i32'] });
  const count = plan.functions.length;

  const globals: string[] = [];
  const addGlobal = (type: ValueType, mutable: boolean, value: Code, name?: string) => {
    const index = builder.global(type, mutable, value);
    plan.globals.push({ type, mutable });
    builder.export(name ?? `global ${index}`, 'global', index);
    globals.push(name ?? `global ${index}`);
  };
  addGlobal('i32', true, i32(0), STEPS);
  for (const type of NUMBERS) {
    for (let index = random.below(3); index >= 0; index--) {
      addGlobal(type, random.chance(80), constant(type, random.pick(operands[type])));
    }
  }
  if (random.chance(50)) addGlobal('funcref', true, [RefFunc, ...unsigned(random.below(count))]);
  if (random.chance(30)) addGlobal('externref', true, [RefNull, typeCode('externref')]);

  // With a maximum each, since engines differ in how far they let them grow otherwise.
  builder.memory(1, random.pick([1, 2, 3]));
  builder.export('memory', 'memory', 0);
  for (const type of plan.tables) {
    const table = builder.table(type, TABLE_MINIMUM, random.pick([TABLE_MINIMUM, TABLE_MAXIMUM]));
    builder.export(`table ${table}`, 'table', table);
  }

  for (let index = host.length; index < count; index++) {
    const signature = plan.functions[index];
    const own = Array.from({ length: random.below(6) }, () => random.pick<ValueType>([...NUMBERS, 'i32', 'funcref']));
    const locals: ValueType[] = [...signature.parameters, ...own];
    const body = new FunctionWriter(random, builder, plan, signature, locals, budgets).write();
    builder.define(signature.parameters, signature.results, locals.slice(signature.parameters.length), body);
  }
  if (isCalledBack) builder.export(CALLBACK, 'function', count - 1);

  const all = Array.from({ length: count }, (_, index) => index);
  builder.element(0, all);
  builder.passiveElement(Array.from({ length: 5 }, () => random.below(count)));
  builder.declareFunctions(all);
  const bytes = (length: number) => Uint8Array.from({ length }, () => random.below(256));
  builder.data(random.below(200), bytes(300));
  builder.passiveData(bytes(12));
  builder.data(65500, bytes(36));
  const functions = exportAll(builder, plan, host.length);
  return { bytes: builder.build(), functions, globals, tables: plan.tables.map((_, index) => `table ${index}`) };
}

/** Exports every function as one of integers: floats go in and out as bits, references not at all. */
function exportAll(builder: ModuleBuilder, plan: Plan, imported: number): RandomModule['functions'] {
  return plan.functions.flatMap(({ parameters, results }, index) => {
    if (index < imported) return [];
    const bits = (type: ValueType) => (type === 'f64' || type === 'i64' ? 'i64' : 'i32');
    const taken = parameters.filter(isNumber);
    const body: Code = [];
    let next = 0;
    for (const type of parameters) {
      if (!isNumber(type)) body.push(RefNull, typeCode(type));
      else body.push(...localGet(next++), ...(type === 'f32' ? [0xbe] : type === 'f64' ? [0xbf] : []));
    }
    body.push(...call(index));
    const locals: ValueType[] = [];
    for (const type of [...results].reverse()) {
      locals.push(type);
      body.push(...localSet(taken.length + locals.length - 1));
    }
    for (const [at, type] of results.entries()) {
      const get = localGet(taken.length + results.length - 1 - at);
      if (!isNumber(type)) body.push(...get, RefIsNull);
      else if (type === 'f32' || type === 'f64') {
        const nan = type === 'f32' ? 0x7fc00000n : 0x7ff8000000000000n;
        body.push(...get, ...constant(type, nan), ...get, ...get, type === 'f32' ? 0x5b : 0x61, Select);
        body.push(type === 'f32' ? 0xbc : 0xbd);
      } else body.push(...get);
    }
    const name = `function ${index}`;
    builder.define(taken.map(bits), results.map(bits), locals, body, name);
    return [{ name, parameters: taken.map(bits) }];
  });
}
