// Instances that import from each other and from the host: functions, memories, tables, globals; start functions; exports.
import { describe, expect, it } from 'vitest';
import { Engine, ExternalKind, LinkError, NULL_REFERENCE, Trap } from '../../src/index.js';
import { expectToWork, thrownBy } from './adder.js';
import { capacities, Linked, PAGE } from './linked.js';
import { wat } from './wat.js';

describe('instances', () => {
  it('import functions, memories, tables and globals of each other', () => {
    const linked = new Linked();
    const owner = linked.add(
      'owner',
      `(module
        (memory (export "memory") 1 2) (table (export "table") 3 4 funcref) (table (export "others") 1 externref)
        (global (export "constant") i64 (i64.const -2)) (global (export "counter") (mut i32) (i32.const 5))
        (func $seven (export "seven") (result i32) (i32.const 7))
        (elem (i32.const 1) $seven)
        (func (export "peek") (param i32) (result i32) (i32.load (local.get 0)))
        (func (export "count") (result i32) (global.get 1)))`,
    );
    linked.add(
      'user',
      `(module
        (import "owner" "memory" (memory 1)) (import "owner" "table" (table 2 funcref))
        (import "owner" "constant" (global $constant i64)) (import "owner" "counter" (global $counter (mut i32)))
        (import "owner" "seven" (func $seven (result i32)))
        (func $eight (result i32) (i32.const 8))
        (elem (i32.const 2) $eight)
        (func (export "run") (param i32) (result i32)
          (i32.store (local.get 0) (i32.add (call $seven) (i32.wrap_i64 (global.get $constant))))
          (global.set $counter (i32.add (global.get $counter) (i32.const 1)))
          (call_indirect (result i32) (i32.const 1)))
        (func (export "indirect") (param i32) (result i32) (call_indirect (result i32) (local.get 0))))`,
    );
    expect(linked.call('run', [100])).toBe(7);
    expect(linked.call('peek', [100], owner)).toBe(5);
    expect(linked.call('count', [], owner)).toBe(6);
    expect(linked.call('indirect', [2])).toBe(8);
    linked.expectTrap(Trap.UninitializedElement, 'indirect', [0]);
    linked.expectTrap(Trap.UndefinedElement, 'indirect', [3]);
  });

  it('export again what they imported', () => {
    const linked = new Linked();
    const first = linked.add(
      'first',
      `(module (memory (export "m") 1) (table (export "t") 1 funcref) (global (export "g") (mut i32) (i32.const 1))
        (func (export "f") (result i32) (i32.const 42)))`,
    );
    const second = linked.add(
      'second',
      `(module (import "first" "m" (memory 1)) (import "first" "t" (table 1 funcref))
        (import "first" "g" (global (mut i32))) (import "first" "f" (func (result i32)))
        (export "m2" (memory 0)) (export "t2" (table 0)) (export "g2" (global 0)) (export "f2" (func 0)))`,
    );
    const { engine } = linked;
    for (const [name, kind] of [
      ['m', ExternalKind.Memory],
      ['t', ExternalKind.Table],
      ['g', ExternalKind.Global],
    ] as const) {
      const address = engine.findExport(first, name, kind);
      expect(address).toBeGreaterThanOrEqual(0);
      expect(engine.findExport(second, `${name}2`, kind)).toBe(address);
    }
    const f = engine.findExport(first, 'f', ExternalKind.Function);
    const f2 = engine.findExport(second, 'f2', ExternalKind.Function);
    expect(engine.functionOrigin(f2)).toBe(engine.functionOrigin(f));
    linked.add(
      'third',
      `(module (import "second" "f2" (func $f (result i32))) (import "second" "g2" (global $g (mut i32)))
        (import "second" "m2" (memory 1))
        (func (export "run") (result i32)
          (i32.store (i32.const 0) (call $f)) (global.set $g (i32.load (i32.const 0))) (global.get $g)))`,
    );
    expect(linked.call('run')).toBe(42);
    expect(engine.globalLow(engine.findExport(first, 'g', ExternalKind.Global))).toBe(42);
    expect(linked.call('f2', [], second)).toBe(42);
  });

  it('share an imported memory, which grows for all', () => {
    const linked = new Linked();
    const { engine } = linked;
    const address = engine.defineMemory('host', 'memory', 1, 2);
    const text = `(module (import "host" "memory" (memory 1 2))
      (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
      (func (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
      (func (export "grow") (result i32) (memory.grow (i32.const 1)))
      (func (export "size") (result i32) (memory.size)))`;
    const one = linked.add('one', text);
    const two = linked.add('two', text);
    linked.call('store', [8, 1234], one);
    expect(linked.call('load', [8], two)).toBe(1234);
    linked.expectTrap(Trap.MemoryOutOfBounds, 'load', [PAGE]);
    expect(linked.call('grow', [], one)).toBe(1);
    expect(linked.call('size', [], two)).toBe(2);
    linked.call('store', [PAGE, 77], two);
    expect(linked.call('load', [PAGE], one)).toBe(77);
    expect([engine.memoryPages(address), engine.memoryOf(one), engine.memoryOf(two)]).toEqual([2, address, address]);
  });

  it('each have globals, tables and memories of their own', () => {
    const linked = new Linked();
    const module = linked.engine.load(
      wat(`(module (memory 1) (table 1 funcref) (global (mut i32) (i32.const 3))
        (func (export "next") (result i32)
          (global.set 0 (i32.add (global.get 0) (i32.const 1)))
          (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 10)))
          (i32.add (global.get 0) (i32.load (i32.const 0)))))`),
    );
    const one = linked.engine.instantiate(module);
    const two = linked.engine.instantiate(module);
    expect([one, one, one, two, one, two].map((instance) => linked.call('next', [], instance))).toEqual([
      14, 25, 36, 14, 47, 25,
    ]);
  });

  it('call across memories: each function sees its own', () => {
    const linked = new Linked();
    const other = linked.add(
      'other',
      `(module (memory 1) (data (i32.const 0) "\\2a") (func $get (export "get") (param i32) (result i32) (i32.load8_u (local.get 0)))
        (func (export "deep") (param i32) (result i32) (call $get (local.get 0))))`,
    );
    const text = `(module
      (import "other" "get" (func $get (param i32) (result i32))) (import "other" "deep" (func $deep (param i32) (result i32)))
      (memory 1) (data (i32.const 0) "\\07")
      (table funcref (elem $get $own))
      (func $own (param i32) (result i32) (i32.load8_u (local.get 0)))
      (func (export "direct") (result i32)
        (i32.add (i32.mul (i32.const 256) (call $get (i32.const 0))) (i32.load8_u (i32.const 0))))
      (func (export "deep") (result i32)
        (i32.add (i32.mul (i32.const 256) (call $deep (i32.const 0))) (i32.load8_u (i32.const 0))))
      (func (export "indirect") (param i32) (result i32)
        (i32.add (i32.mul (i32.const 256) (call_indirect (param i32) (result i32) (i32.const 0) (local.get 0)))
          (i32.load8_u (i32.const 0))))
      (func (export "tail") (param i32) (result i32) (return_call $get (local.get 0)))
      (func (export "tailIndirect") (param i32 i32) (result i32)
        (return_call_indirect (param i32) (result i32) (local.get 0) (local.get 1)))
      (func $both (export "both") (result i32)
        (i32.add (i32.mul (i32.const 256) (call $viaTail (i32.const 0))) (i32.load8_u (i32.const 0))))
      (func $viaTail (param i32) (result i32) (return_call $get (local.get 0))))`;
    linked.add('user', text);
    const expected = 256 * 42 + 7;
    expect(linked.call('direct')).toBe(expected);
    expect(linked.call('deep')).toBe(expected);
    expect(linked.call('indirect', [0])).toBe(expected);
    expect(linked.call('indirect', [1])).toBe(256 * 7 + 7);
    expect(linked.call('tail', [0])).toBe(42);
    expect(linked.call('tailIndirect', [0, 0])).toBe(42);
    expect(linked.call('tailIndirect', [0, 1])).toBe(7);
    expect(linked.call('both')).toBe(expected);
    expect(linked.call('get', [0], other)).toBe(42);
    // The function that traps is named by the module that it is of.
    expect(linked.expectTrap(Trap.MemoryOutOfBounds, 'tail', [-1])).toMatchObject({
      functionIndex: 0,
      functionName: 'get',
    });
    expect(linked.call('both')).toBe(expected);
  });

  it('call each other in turns by tail calls without filling the stack', () => {
    const linked = new Linked({ callDepth: 8, valueSlots: 64 });
    linked.add(
      'one',
      `(module (memory 1) (table (export "table") 2 funcref) (type $t (func (param i32 i32) (result i32)))
        (func $step (type $t)
          (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
          (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
          (return_call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.add (local.get 1) (i32.const 2)) (i32.const 1)))
        (elem (i32.const 0) $step)
        (func (export "steps") (result i32) (i32.load (i32.const 0))))`,
    );
    linked.add(
      'two',
      `(module (import "one" "table" (table 2 funcref)) (import "one" "steps" (func $steps (result i32)))
        (memory 1) (type $t (func (param i32 i32) (result i32)))
        (func $step (type $t)
          (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
          (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
          (return_call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.add (local.get 1) (i32.const 1)) (i32.const 0)))
        (elem (i32.const 1) $step)
        (func (export "run") (param i32) (result i32)
          (i32.add (call $step (local.get 0) (i32.const 0)) (i32.load (i32.const 0))))
        (func (export "steps") (result i32) (call $steps)))`,
    );
    // 5000 steps here, each with 1, and 5000 there, each with 2.
    expect(linked.call('run', [10000])).toBe(15000 + 5000);
    expect(linked.call('steps')).toBe(5000);
  });

  it('that call each other until the stack ends: the trap points at the call', () => {
    const text = (other: number, rest: string) => `(module ${rest} (memory 1)
      (func (drop (i32.const 1))) (elem (i32.const ${1 - other}) $ping)
      (func $ping (export "f") (param i32) (result i32)
        (i32.add (i32.const 1) (call_indirect (param i32) (result i32) (local.get 0) (i32.const ${other})))))`;
    const one = text(1, '(table (export "table") 2 funcref)');
    const two = text(0, '(import "one" "table" (table 2 funcref))');
    for (const callDepth of [8, 9, 10, 11, 12]) {
      const linked = new Linked({ callDepth });
      linked.add('one', one);
      linked.add('two', two);
      const trap = linked.expectTrap(Trap.CallStackExhausted, 'f', [0]);
      expect(trap).toMatchObject({ functionIndex: 1, functionName: 'ping' });
      const CALL_INDIRECT = 0x11;
      expect([wat(one)[trap.offset], wat(two)[trap.offset]]).toContain(CALL_INDIRECT);
      expectToWork(linked.engine);
    }
  });

  it('a nested failure to link leaves the engine as it was', () => {
    const linked = new Linked();
    linked.add('first', '(module (func (export "f")))');
    for (let round = 0; round < 20; round++) {
      const module = linked.engine.load(
        wat('(module (import "first" "f" (func)) (import "first" "g" (func)) (memory 1))'),
      );
      expect(thrownBy(() => linked.engine.instantiate(module))).toBeInstanceOf(LinkError);
      linked.engine.reset();
      linked.add('first', '(module (func (export "f")))');
    }
    expectToWork(linked.engine);
  });
});

describe('an import that does not fit', () => {
  const host = (engine: Engine) => {
    engine.defineFunction('host', 'f', 'iI', 'F', () => {});
    engine.defineMemory('host', 'm', 1, 4);
    engine.defineTable('host', 't', 'r', 2, 4);
    engine.defineGlobal('host', 'g', 'i', false, 1, 0);
    engine.defineGlobal('host', 'v', 'F', true, 1, 0);
  };
  it.each([
    ['(func)', 'f', ' has type [i32 i64] -> [f64], the module wants [] -> []'],
    ['(func (param i32 i64))', 'f', ' has type [i32 i64] -> [f64], the module wants [i32 i64] -> []'],
    ['(func (param i64 i32) (result f64))', 'f', ' has type [i32 i64] -> [f64], the module wants [i64 i32] -> [f64]'],
    [
      '(func (param funcref externref) (result f32 i32))',
      'f',
      ' has type [i32 i64] -> [f64], the module wants [funcref externref] -> [f32 i32]',
    ],
    ['(memory 1 4)', 'f', ' is a function, the module wants a memory'],
    ['(func)', 'm', ' is a memory, the module wants a function'],
    ['(table 1 funcref)', 'g', ' is a global, the module wants a table'],
    ['(global i32)', 't', ' is a table, the module wants a global'],
    ['(memory 2)', 'm', ' has fewer pages than the module wants'],
    ['(memory 1 3)', 'm', ' may grow larger than the module wants'],
    ['(table 3 funcref)', 't', ' has fewer entries than the module wants'],
    ['(table 1 3 funcref)', 't', ' may grow larger than the module wants'],
    ['(table 1 externref)', 't', ' is a table of funcref, the module wants externref'],
    ['(global i64)', 'g', ' is a constant i32, the module wants a constant i64'],
    ['(global (mut i32))', 'g', ' is a constant i32, the module wants a mutable i32'],
    ['(global f64)', 'v', ' is a mutable f64, the module wants a constant f64'],
  ])('%s for %s', (type, name, problem) => {
    const engine = new Engine(capacities);
    host(engine);
    const error = thrownBy(() =>
      engine.instantiate(engine.load(wat(`(module (import "host" "${name}" ${type}))`))),
    ) as LinkError;
    expect(error).toBeInstanceOf(LinkError);
    expect(error.message).toBe(`incompatible import type: "host" "${name}"${problem} at byte ${error.offset}`);
    expect(error.offset).toBeGreaterThan(8);
    expectToWork(engine);
  });

  it.each([
    ['(func)', 'function'],
    ['(memory 1)', 'memory'],
    ['(table 1 funcref)', 'table'],
    ['(global i32)', 'global'],
  ])('%s is missing', (type, kind) => {
    for (const [module, name] of [
      ['host', 'absent'],
      ['absent', 'f'],
      ['', ''],
      ['höst', 'ƒ'],
    ]) {
      const engine = new Engine(capacities);
      host(engine);
      const error = thrownBy(() =>
        engine.instantiate(engine.load(wat(`(module (import "${module}" "${name}" ${type}))`))),
      ) as LinkError;
      expect(error).toBeInstanceOf(LinkError);
      expect(error.message).toBe(
        `unknown import: "${module}" "${name}" (${kind}) is not defined at byte ${error.offset}`,
      );
      expectToWork(engine);
    }
  });

  it('fits exactly', () => {
    const engine = new Engine(capacities);
    host(engine);
    engine.instantiate(
      engine.load(
        wat(`(module (import "host" "f" (func (param i32 i64) (result f64))) (import "host" "m" (memory 1 4))
          (import "host" "t" (table 2 4 funcref)) (import "host" "g" (global i32)) (import "host" "v" (global (mut f64))))`),
      ),
    );
    expectToWork(engine);
  });

  it('the newest definition of a name counts', () => {
    const linked = new Linked();
    linked.engine.defineGlobal('m', 'g', 'i', false, 1, 0);
    linked.engine.defineGlobal('m', 'g', 'i', false, 2, 0);
    const read = '(module (import "m" "g" (global i32)) (func (export "read") (result i32) (global.get 0)))';
    linked.add('reader', read);
    expect(linked.call('read')).toBe(2);
    linked.add('m', '(module (global (export "g") i32 (i32.const 3)) (global (export "other") i32 (i32.const 4)))');
    linked.add('reader', read);
    expect(linked.call('read')).toBe(3);
  });
});

describe('a start function', () => {
  it('runs, and may call the host', () => {
    const linked = new Linked();
    const seen: number[] = [];
    linked.engine.defineFunction('host', 'note', 'i', '', (e) => seen.push(e.getI32(0)));
    linked.add(
      'user',
      `(module (import "host" "note" (func $note (param i32))) (memory 1) (data (i32.const 4) "\\2a")
        (func $start (call $note (i32.load (i32.const 4)))) (start $start))`,
    );
    expect(seen).toEqual([42]);
  });

  it('that is a host function runs too', () => {
    const linked = new Linked();
    let count = 0;
    linked.engine.defineFunction('host', 'f', '', '', () => count++);
    linked.add('user', '(module (import "host" "f" (func $f)) (start $f))');
    expect(count).toBe(1);
  });

  it('that traps: what was written stays, and the engine works', () => {
    const linked = new Linked();
    const { engine } = linked;
    const owner = linked.add(
      'owner',
      `(module (memory (export "m") 1) (table (export "t") 1 funcref)
        (func (export "peek") (result i32) (i32.load (i32.const 0)))
        (func (export "call") (result i32) (call_indirect (result i32) (i32.const 0))))`,
    );
    const failing = engine.load(
      wat(`(module (import "owner" "m" (memory 1)) (import "owner" "t" (table 1 funcref))
        (data (i32.const 0) "\\2a") (elem (i32.const 0) $answer) (func $answer (result i32) (i32.const 43))
        (func $start (unreachable)) (start $start))`),
    );
    const trap = thrownBy(() => engine.instantiate(failing));
    expect(trap).toMatchObject({ code: Trap.Unreachable, functionIndex: 1, functionName: 'start' });
    expect(linked.call('peek', [], owner)).toBe(42);
    expect(linked.call('call', [], owner)).toBe(43);
    expectToWork(engine);
  });

  it('in which the host throws: the same error, and the engine works', () => {
    const linked = new Linked();
    const thrown = new Error('from the host');
    linked.engine.defineFunction('host', 'f', '', '', () => {
      throw thrown;
    });
    const module = linked.engine.load(
      wat('(module (import "host" "f" (func $f)) (func $start (call $f)) (start $start))'),
    );
    expect(thrownBy(() => linked.engine.instantiate(module))).toBe(thrown);
    expectToWork(linked.engine);
  });
});

describe('exports', () => {
  it('are found by name and kind', () => {
    const linked = new Linked();
    const { engine } = linked;
    const instance = linked.add(
      'user',
      `(module (memory (export "m") 1) (func (export "") ) (func (export "ünï😀") (param i64) (result f32) (f32.const 1))
        (table (export "t") 3 7 externref) (global (export "g") (mut i64) (i64.const -1)))`,
    );
    expect(engine.signature(engine.exportedFunction(instance, ''))).toBe(':');
    expect(engine.signature(engine.exportedFunction(instance, 'ünï😀'))).toBe('I:f');
    for (const name of ['ünï', 'ünï😀x', 'x', 'ünï😁', 'm']) {
      expect(engine.findExport(instance, name, ExternalKind.Function)).toBe(-1);
      expect(() => engine.exportedFunction(instance, name)).toThrow(`there is no exported function "${name}"`);
    }
    const table = engine.findExport(instance, 't', ExternalKind.Table);
    expect([engine.tableSize(table), engine.tableMaximum(table), engine.tableType(table)]).toEqual([3, 7, 'R']);
    expect(engine.tableGet(table, 2)).toBe(NULL_REFERENCE);
    expect(engine.tableGrow(table, 4, 5)).toBe(3);
    expect(engine.tableGrow(table, 1, 5)).toBe(-1);
    expect(engine.tableGet(table, 6)).toBe(5);
    const global = engine.findExport(instance, 'g', ExternalKind.Global);
    expect([engine.globalType(global), engine.isGlobalMutable(global)]).toEqual(['I', true]);
    expect([engine.globalLow(global), engine.globalHigh(global)]).toEqual([-1, -1]);
    engine.setGlobal(global, 1, 2);
    expect([engine.globalLow(global), engine.globalHigh(global)]).toEqual([1, 2]);
    expect(engine.findExport(instance, 'g', ExternalKind.Table)).toBe(-1);
  });

  it('tables that grow do not disturb each other', () => {
    const linked = new Linked();
    const text = (entries: number) =>
      `(module (table (export "t") ${entries} externref)
        (func (export "get") (param i32) (result externref) (table.get (local.get 0)))
        (func (export "grow") (param i32 externref) (result i32) (table.grow (local.get 1) (local.get 0))))`;
    const instances = [1, 0, 3, 0, 2].map((entries, index) => linked.add(`m${index}`, text(entries)));
    const sizes = [1, 0, 3, 0, 2];
    const expected = sizes.map((size) => Array.from({ length: size }, () => NULL_REFERENCE));
    for (const [round, which] of [3, 1, 0, 4, 2, 1, 3, 3, 0].entries()) {
      expect(linked.call('grow', [round % 3, round], instances[which])).toBe(expected[which].length);
      for (let count = 0; count < round % 3; count++) expected[which].push(round);
      const found = instances.map((instance, index) =>
        expected[index].map((_, entry) => linked.call('get', [entry], instance)),
      );
      expect(found).toEqual(expected);
    }
  });
});
