// Capacities: what happens one unit below what a module needs, that `needed` tells the truth, and that nothing stays behind.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type Capacities,
  CapacityError,
  type CapacityName,
  Engine,
  small,
  Trap,
  tiny,
  ValidationError,
  WasmTrap,
} from '../../src/index.js';
import { platform } from '../differential/platform.js';
import { expectToWork, thrownBy } from './adder.js';
import { wat } from './wat.js';

const names = Object.keys(tiny) as CapacityName[];

/** Room for every scenario below. */
const roomy: Capacities = { ...small, modules: 3, instances: 3, tables: 4, memories: 2, memoryBytes: 131072 };

interface Scenario {
  capacity: CapacityName;
  /** The exact need. */
  units: number;
  act: (engine: Engine) => void;
}

function loadAll(...texts: string[]): (engine: Engine) => void {
  const modules = texts.map(wat);
  return (engine) => {
    for (const bytes of modules) engine.load(bytes);
  };
}

function instantiateAll(...texts: string[]): (engine: Engine) => void {
  const modules = texts.map(wat);
  return (engine) => {
    for (const bytes of modules) engine.instantiate(engine.load(bytes));
  };
}

const repeat = (count: number, text: string) => Array.from({ length: count }, () => text).join(' ');
const nothing = () => {};

const scenarios: Scenario[] = [
  { capacity: 'modules', units: 2, act: loadAll('(module)', '(module)') },
  {
    capacity: 'instances',
    units: 2,
    act(engine) {
      const module = engine.load(wat('(module)'));
      engine.instantiate(module);
      engine.instantiate(module);
    },
  },
  {
    capacity: 'types',
    units: 3,
    act: loadAll('(module (type (func (param i32))) (type (func (param i64))) (type (func (param f32))))'),
  },
  // Entries of the type section count even where they repeat each other.
  { capacity: 'types', units: 4, act: loadAll(`(module ${repeat(4, '(type (func))')})`) },
  {
    capacity: 'types',
    units: 5,
    act(engine) {
      for (const letter of 'iIfFr') engine.defineFunction('host', letter, letter, '', nothing);
    },
  },
  {
    capacity: 'typeValues',
    units: 7,
    act: loadAll('(module (type (func (param i32 i64) (result f32))) (type (func (param i32 i32 i32 i32))))'),
  },
  {
    capacity: 'typeValues',
    units: 6,
    act(engine) {
      engine.defineFunction('host', 'f', 'iIfFi', 'i', nothing);
    },
  },
  { capacity: 'functions', units: 4, act: loadAll(`(module ${repeat(4, '(func)')})`) },
  {
    capacity: 'functions',
    units: 3,
    act(engine) {
      engine.defineFunction('host', 'f', '', '', nothing);
      engine.instantiate(engine.load(wat('(module (import "host" "f" (func)) (func))')));
    },
  },
  {
    capacity: 'functions',
    units: 2,
    act(engine) {
      engine.defineFunction('host', 'f', '', '', nothing);
      engine.defineFunction('host', 'g', '', '', nothing);
    },
  },
  { capacity: 'globals', units: 3, act: loadAll(`(module ${repeat(3, '(global i32 (i32.const 1))')})`) },
  {
    capacity: 'globals',
    units: 2,
    act(engine) {
      const module = engine.load(wat('(module (global (mut i32) (i32.const 1)))'));
      engine.instantiate(module);
      engine.instantiate(module);
    },
  },
  {
    capacity: 'globals',
    units: 2,
    act(engine) {
      engine.defineGlobal('host', 'a', 'i', false, 1, 0);
      engine.defineGlobal('host', 'b', 'i', false, 1, 0);
    },
  },
  { capacity: 'tables', units: 3, act: loadAll(`(module ${repeat(3, '(table 1 funcref)')})`) },
  {
    capacity: 'tables',
    units: 2,
    act(engine) {
      const module = engine.load(wat('(module (table 1 funcref))'));
      engine.instantiate(module);
      engine.instantiate(module);
    },
  },
  {
    capacity: 'tables',
    units: 2,
    act(engine) {
      engine.defineTable('host', 'a', 'r', 1, -1);
      engine.defineTable('host', 'b', 'R', 1, -1);
    },
  },
  { capacity: 'tableEntries', units: 10, act: instantiateAll('(module (table 4 funcref) (table 6 externref))') },
  {
    capacity: 'tableEntries',
    units: 5,
    act(engine) {
      engine.defineTable('host', 'a', 'r', 5, -1);
    },
  },
  { capacity: 'memories', units: 2, act: instantiateAll('(module (memory 1))', '(module (memory 1))') },
  {
    capacity: 'memories',
    units: 1,
    act(engine) {
      engine.defineMemory('host', 'memory', 0, -1);
    },
  },
  { capacity: 'memoryBytes', units: 65536, act: instantiateAll('(module (memory 1))') },
  {
    capacity: 'memoryBytes',
    units: 4321,
    act(engine) {
      engine.defineMemory('host', 'memory', 4321, -1, 0);
    },
  },
  {
    capacity: 'elementSegments',
    units: 3,
    act: loadAll(`(module (table 1 funcref) ${repeat(3, '(elem func)')})`),
  },
  {
    capacity: 'elementSegments',
    units: 4,
    act(engine) {
      const module = engine.load(wat('(module (table 1 funcref) (elem func) (elem func))'));
      engine.instantiate(module);
      engine.instantiate(module);
    },
  },
  { capacity: 'dataSegments', units: 3, act: loadAll(`(module (memory 1) ${repeat(3, '(data "a")')})`) },
  {
    capacity: 'dataSegments',
    units: 2,
    act(engine) {
      const module = engine.load(wat('(module (data "a"))'));
      engine.instantiate(module);
      engine.instantiate(module);
    },
  },
  {
    capacity: 'exports',
    units: 3,
    act: loadAll('(module (func) (export "a" (func 0)) (export "b" (func 0)) (export "c" (func 0)))'),
  },
  {
    capacity: 'definitions',
    units: 4,
    act(engine) {
      engine.defineFunction('host', 'f', 'i', 'i', nothing);
      engine.defineGlobal('host', 'g', 'i', true, 1, 0);
      engine.defineTable('host', 't', 'r', 1, 1);
      engine.defineMemory('host', 'm', 1, 1, 0);
    },
  },
  {
    capacity: 'definitions',
    units: 1,
    act(engine) {
      engine.register('m', engine.instantiate(engine.load(wat('(module)'))));
    },
  },
  { capacity: 'functionLocals', units: 5, act: loadAll('(module (func (param i32 i64) (local f32 f32 i32)))') },
  { capacity: 'functionLocals', units: 4, act: loadAll('(module (func (param i32 i64 f32 f64)))') },
  {
    capacity: 'operandDepth',
    units: 4,
    act: loadAll(`(module (func ${repeat(4, 'i32.const 1')} ${repeat(4, 'drop')}))`),
  },
  // The function's body is a block itself.
  { capacity: 'labelDepth', units: 4, act: loadAll('(module (func block loop block end end end))') },
];

/** Expects an error that names this capacity and its size. */
function expectCapacityError(error: unknown, capacity: string, available: number): CapacityError {
  expect(error).toBeInstanceOf(CapacityError);
  const found = error as CapacityError;
  expect(found).toMatchObject({ name: 'CapacityError', capacity, available });
  expect(found.needed).toBeGreaterThan(available);
  expect(found.message).toBe(`capacity ${capacity} is ${available}, needed ${found.needed}: raise \`${capacity}\``);
  return found;
}

/** How full an engine is. */
function tops(engine: Engine): Record<string, number> {
  const { store, definitions, hostFunctions } = engine as unknown as Record<string, Record<string, number>>;
  const counts = Object.entries(store).filter(([key]) => key.endsWith('Top'));
  return { ...Object.fromEntries(counts), definitions: definitions.length, hostFunctions: hostFunctions.length };
}

describe('one unit too few', () => {
  it.each(scenarios.map((scenario) => [`${scenario.units} ${scenario.capacity}`, scenario] as const))(
    '%s',
    (_, { capacity, units, act }) => {
      act(new Engine({ ...roomy, [capacity]: units }));
      const engine = new Engine({ ...roomy, [capacity]: units - 1 });
      const error = expectCapacityError(
        thrownBy(() => act(engine)),
        capacity,
        units - 1,
      );
      expect(error.needed).toBe(units);
      engine.reset();
      if (capacity === 'memories' || units > 2) expectToWork(engine);
    },
  );

  it('of what a section counts, the first error names the number that suffices', () => {
    const counted: [CapacityName, string][] = [
      ['types', repeat(9, '(type (func))')],
      ['functions', repeat(9, '(func)')],
      ['tables', repeat(9, '(table 0 funcref)')],
      ['globals', repeat(9, '(global i32 (i32.const 1))')],
      ['elementSegments', repeat(9, '(elem func)')],
      ['dataSegments', repeat(9, '(data "a")')],
      ['exports', `(func) ${[...'abcdefghi'].map((name) => `(export "${name}" (func 0))`).join(' ')}`],
    ];
    for (const [capacity, text] of counted) {
      const engine = new Engine({ ...roomy, [capacity]: 2 });
      const error = thrownBy(() => engine.load(wat(`(module ${text})`)));
      expect(expectCapacityError(error, capacity, 2).needed).toBe(9);
    }
  });

  it('has a scenario for every capacity', () => {
    const byNeed: CapacityName[] = ['codeWords', 'basicBlocks', 'callDepth', 'valueSlots'];
    expect([...new Set([...scenarios.map(({ capacity }) => capacity), ...byNeed])].sort()).toEqual([...names].sort());
  });
});

const recursive = wat(`(module
  (func $down (export "f") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1) (call $down (i32.sub (local.get 0) (i32.const 1)))))
      (else (i32.const 0)))))`);

function callRecursive(engine: Engine, depth: number): number {
  const down = engine.exportedFunction(engine.instantiate(engine.load(recursive)), 'f');
  engine.setI32(0, depth);
  engine.call(down);
  return engine.getI32(0);
}

describe('a stack too small', () => {
  it('callDepth counts active calls', () => {
    for (const depth of [0, 1, 5, 20]) {
      const calls = depth + 1;
      expect(callRecursive(new Engine({ ...roomy, callDepth: calls }), depth)).toBe(depth);
      const engine = new Engine({ ...roomy, callDepth: calls - 1 });
      const trap = thrownBy(() => callRecursive(engine, depth)) as WasmTrap;
      expect(trap).toBeInstanceOf(WasmTrap);
      expect([trap.code, trap.message.slice(0, 20)]).toEqual([Trap.CallStackExhausted, 'call stack exhausted']);
      engine.reset();
      if (calls > 1) expectToWork(engine);
    }
  });

  it('valueSlots grow with the depth by the same for each call, and one less traps', () => {
    const least = (depth: number) => {
      for (let valueSlots = 0; ; valueSlots++) {
        const engine = new Engine({ ...roomy, valueSlots });
        try {
          expect(callRecursive(engine, depth)).toBe(depth);
          return valueSlots;
        } catch (error) {
          if (!(error instanceof WasmTrap)) throw error;
          expect(error.code).toBe(Trap.CallStackExhausted);
          engine.reset();
          if (valueSlots > 4) expectToWork(engine);
        }
      }
    };
    const needed = [0, 1, 2, 3, 10].map(least);
    const each = needed[1] - needed[0];
    expect(each).toBeGreaterThan(0);
    expect(needed).toEqual([0, 1, 2, 3, 10].map((depth) => needed[0] + depth * each));
  });

  it('valueSlots of a constant expression', () => {
    const nested = wat(`(module (global (export "g") i32
      (i32.add (i32.const 1) (i32.add (i32.const 2) (i32.add (i32.const 3) (i32.const 4))))))`);
    const engine = new Engine({ ...roomy, valueSlots: 3 });
    const module = engine.load(nested);
    const before = tops(engine);
    const error = expectCapacityError(
      thrownBy(() => engine.instantiate(module)),
      'valueSlots',
      3,
    );
    expect(error.needed).toBe(4);
    expect(tops(engine)).toEqual(before);
    const enough = new Engine({ ...roomy, valueSlots: 4 });
    enough.instantiate(enough.load(nested));
  });
});

describe('the engine is as it was', () => {
  // Each of them fails at a later step than the one before.
  const failing: [string, Partial<Capacities>, string][] = [
    ['in the type section', { types: 2 }, '(module (type (func)) (type (func (param i32))) (type (func (param f32))))'],
    ['in the export section', { exports: 1 }, '(module (func (export "a") (param f32)) (func (export "b")))'],
    [
      'in a body',
      { operandDepth: 2 },
      '(module (func (result f64) i32.const 1 i32.const 2 drop drop f64.const 1) (func i32.const 1 i32.const 2 i32.const 3 drop drop drop))',
    ],
    [
      'in lowering',
      { codeWords: 24 },
      '(module (global i32 (i32.const 1)) (table 2 funcref) (memory 1) (func) (func) (func) (func) (func) (elem (i32.const 0) 0) (data (i32.const 0) "a"))',
    ],
    [
      'for a table',
      { tableEntries: 3 },
      '(module (global i64 (i64.const 1)) (table 2 funcref) (table 2 funcref) (memory 1))',
    ],
  ];
  it.each(failing)('after a failure %s', (_, capacities, text) => {
    const engine = new Engine({ ...roomy, ...capacities });
    engine.defineFunction('host', 'f', 'iI', 'F', nothing);
    const before = tops(engine);
    const bytes = wat(text);
    for (let round = 0; round < 50; round++) {
      let load = tops(engine);
      const error = thrownBy(() => {
        const module = engine.load(bytes);
        load = tops(engine);
        engine.instantiate(module);
      });
      expect(error).toBeInstanceOf(CapacityError);
      expect(tops(engine)).toEqual(load);
      if (load.moduleTop > before.moduleTop) {
        engine.reset();
        engine.defineFunction('host', 'f', 'iI', 'F', nothing);
      }
      expect(tops(engine)).toEqual(before);
    }
    expectToWork(engine);
  });

  it('types of a module that failed are forgotten', () => {
    const engine = new Engine(roomy);
    const failing = wat(
      '(module (type (func (param f32))) (type (func (param f64))) (type (func (param i64))) (global i32 (i64.const 0)))',
    );
    expect(thrownBy(() => engine.load(failing))).toBeInstanceOf(ValidationError);
    const bytes = wat(`(module
      (func (export "a") (param f64)) (func (export "b") (param i64) (result f32) (f32.const 1))
      (func (export "c") (param i32 i32)) (func (export "d") (param f32)) (func (export "e") (param f64)))`);
    const instance = engine.instantiate(engine.load(bytes));
    const signatures = [...'abcde'].map((name) => engine.signature(engine.exportedFunction(instance, name)));
    expect(signatures).toEqual(['F:', 'I:f', 'ii:', 'f:', 'F:']);
  });

  it('after a definition too many', () => {
    const engine = new Engine({ ...roomy, definitions: 1 });
    const instance = engine.instantiate(engine.load(wat('(module)')));
    engine.defineFunction('host', 'f', 'i', 'i', nothing);
    const before = tops(engine);
    const definitions = [
      () => engine.defineFunction('host', 'g', 'IIII', 'F', nothing),
      () => engine.defineGlobal('host', 'g', 'i', true, 1, 0),
      () => engine.defineTable('host', 't', 'r', 1, 1),
      () => engine.defineMemory('host', 'm', 1, 1, 0),
      () => engine.register('m', instance),
    ];
    for (const define of definitions) {
      expect(expectCapacityError(thrownBy(define), 'definitions', 1).needed).toBe(2);
      expect(tops(engine)).toEqual(before);
    }
  });
});

/** A program that takes something of every capacity. */
const everything = wat(`(module
  (type $binary (func (param i32 i32) (result i32)))
  (import "host" "f" (func $host (param i32) (result i32)))
  (memory (export "memory") 1)
  (table 4 funcref)
  (global $g (mut i64) (i64.const 7))
  (elem (i32.const 1) $add $sub)
  (data (i32.const 16) "abcdefgh")
  (func $add (type $binary) (i32.add (local.get 0) (local.get 1)))
  (func $sub (type $binary) (i32.sub (local.get 0) (local.get 1)))
  (func (export "f") (param i32) (result i32)
    (local i64 f32 i32)
    (block $out
      (loop $again
        (br_if $out (i32.ge_u (local.get 3) (local.get 0)))
        (global.set $g (i64.add (global.get $g) (i64.load (i32.const 16))))
        (local.set 3 (call_indirect (type $binary) (local.get 3) (i32.const 1) (i32.const 1)))
        (br_table $again $again $out (i32.const 0))))
    (call $host (i32.add (local.get 3) (i32.wrap_i64 (global.get $g))))))`);

const everythingInNode = (
  new platform.Instance(new platform.Module(everything), { host: { f: (x: number) => x ^ 5 } }).exports.f as (
    count: number,
  ) => number
)(10);

function runEverything(engine: Engine): number {
  engine.defineFunction('host', 'f', 'i', 'i', (e) => e.setI32(0, e.getI32(0) ^ 5));
  const instance = engine.instantiate(engine.load(everything));
  const f = engine.exportedFunction(instance, 'f');
  engine.setI32(0, 10);
  engine.call(f);
  return engine.getI32(0);
}

const xxhash = new Uint8Array(
  readFileSync(new URL('../../node_modules/xxhash-wasm/workerd/xxhash.wasm', import.meta.url)),
);

function runXxhash(engine: Engine): number {
  const instance = engine.instantiate(engine.load(xxhash));
  const f = engine.exportedFunction(instance, 'xxh32');
  // Address, length and seed: nothing to hash, seed 0.
  engine.setI32(0, 0);
  engine.setI32(1, 0);
  engine.setI32(2, 0);
  engine.call(f);
  return engine.getI32(0) >>> 0;
}

/** Raises from nothing what the errors name, to what they say is needed, until the program runs. */
function leastCapacities(run: (engine: Engine) => number, expected: number): Capacities {
  const capacities = Object.fromEntries(names.map((name) => [name, 0])) as unknown as Capacities;
  for (;;) {
    try {
      expect(run(new Engine(capacities))).toBe(expected);
      return capacities;
    } catch (error) {
      if (error instanceof CapacityError) {
        const capacity = error.capacity as CapacityName;
        expectCapacityError(error, capacity, capacities[capacity]);
        capacities[capacity] = error.needed;
      } else if (error instanceof WasmTrap && error.code === Trap.CallStackExhausted) {
        // A trap cannot tell which of the two stacks it was.
        capacities.callDepth++;
        capacities.valueSlots += 4;
      } else throw error;
    }
  }
}

describe.each([
  ['a program that takes something of every capacity', runEverything, everythingInNode],
  ['xxhash', runXxhash, 0x02cc5d05],
] as const)('%s', (_, run, expected) => {
  it('runs when every capacity was raised from 0 to `needed`, and with none of them one lower', () => {
    expect(run(new Engine(roomy))).toBe(expected);
    const capacities = leastCapacities(run, expected);
    for (const name of names) {
      if (name === 'callDepth' || name === 'valueSlots' || capacities[name] === 0) continue;
      const engine = new Engine({ ...capacities, [name]: capacities[name] - 1 });
      const error = expectCapacityError(
        thrownBy(() => run(engine)),
        name,
        capacities[name] - 1,
      );
      expect([name, error.needed]).toEqual([name, capacities[name]]);
    }
  });
});

describe('what no engine can be made with', () => {
  it.each([
    ['types', { types: 65529 }, 'types is 65529, and can be at most 65528'],
    ['memoryBytes', { memoryBytes: 2 ** 31 }, 'memories * memoryBytes is 2147483648, and can be at most 2147483647'],
    [
      'memories',
      { memories: 4, memoryBytes: 2 ** 29 },
      'memories * memoryBytes is 2147483648, and can be at most 2147483647',
    ],
  ])('too much of %s', (_, capacities, message) => {
    expect(thrownBy(() => new Engine({ ...small, ...capacities }))).toMatchObject({ name: 'EngineError', message });
  });

  it('the most types are all told apart', () => {
    const count = 65528;
    const engine = new Engine({ ...small, types: count, typeValues: 18 * count, functions: count, definitions: count });
    const letters = (number: number) =>
      Array.from({ length: 17 }, (_, bit) => ((number >> bit) & 1 ? 'I' : 'i')).join('');
    for (let number = 0; number < count; number++) {
      const address = engine.defineFunction('m', 'f', letters(number), '', () => {});
      if (engine.signature(address) !== `${letters(number)}:`) throw new Error(`type ${number} became another one`);
    }
    expect(thrownBy(() => engine.defineFunction('m', 'f', letters(count), '', () => {}))).toBeInstanceOf(CapacityError);
  });
});

describe('codeWords', () => {
  it('needed is told at once where each function fits alone', () => {
    const text = `(module ${repeat(20, '(func (param i32) (result i32) (i32.add (local.get 0) (i32.const 70000)))')})`;
    const attempts: number[] = [];
    let codeWords = 60;
    for (;;) {
      const engine = new Engine({ ...small, codeWords });
      const module = engine.load(wat(text));
      const error = thrownByOrNothing(() => engine.instantiate(module));
      if (!error) break;
      attempts.push(expectCapacityError(error, 'codeWords', codeWords).needed);
      codeWords = attempts[attempts.length - 1];
    }
    expect(attempts.length).toBe(1);
    const less = new Engine({ ...small, codeWords: codeWords - 1 });
    const module = less.load(wat(text));
    expect(thrownBy(() => less.instantiate(module))).toMatchObject({ capacity: 'codeWords', needed: codeWords });
  });
});

function thrownByOrNothing(act: () => void): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}
