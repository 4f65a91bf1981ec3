// The JavaScript interface beside the platform's: each program runs on both, and has to write down the same.
import { describe, expect, it } from 'vitest';
import { CapacityError, small, WasmTrap } from '../../../src/index.js';
import { createWebAssembly, WebAssembly as ours } from '../../../targets/node/index.js';
import { wat } from '../../core/wat.js';
import { type Program, platform, thrown, transcript } from './transcript.js';

const adder = wat(`(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "i64") (param i64) (result i64) (local.get 0)) (func (export "f32") (param f32) (result f32) (local.get 0))
  (func (export "f64") (param f64) (result f64) (local.get 0)) (func (export "none"))
  (func (export "many") (param i32) (result i32 i64 f64) (local.get 0) (i64.const -1) (f64.const 0.5))
  (func (export "extern") (param externref) (result externref) (local.get 0))
  (func (export "func") (param funcref) (result funcref) (local.get 0)))`);

const linking = wat(`(module
  (import "env" "memory" (memory 1 3)) (import "env" "table" (table 2 10 funcref))
  (import "env" "counter" (global $counter (mut i32))) (import "env" "limit" (global $limit i64))
  (import "env" "call" (func $call (param i32 f32) (result f64)))
  (func $f (export "f") (param i32) (result f64)
    (global.set $counter (i32.add (global.get $counter) (i32.const 1)))
    (i32.store (i32.const 4) (local.get 0))
    (call $call (local.get 0) (f32.const 0.1)))
  (func (export "limit") (result i64) (global.get $limit))
  (func (export "indirect") (param i32) (result i32) (call_indirect (result i32) (local.get 0)))
  (func $seven (result i32) (i32.const 7))
  (elem (i32.const 0) $seven)
  (data (i32.const 16) "data")
  (export "memory" (memory 0)) (export "table" (table 0)) (export "counter" (global $counter)))`);

const programs: Record<string, Program> = {
  'calls with every type and what is converted to it'(api, log) {
    const { exports } = new api.Instance(new api.Module(adder));
    const { add } = exports;
    log(add(1, 2), add(2 ** 31, 0), add('7', true), add(1.9, -0.5), add(), add(1, 2, 3), add(null, undefined));
    log(exports.i64(5n), exports.i64(2n ** 63n), exports.i64('12'), exports.i64(true));
    log(exports.f32(0.1), exports.f32(-0), exports.f32(NaN), exports.f32(1e40), exports.f64(-0), exports.f64('1e400'));
    log(exports.none(), exports.many(3));
    const object = {};
    log(
      exports.extern(object) === object,
      exports.extern(null),
      exports.extern(undefined),
      exports.extern(object) === object,
    );
    log(exports.func(null), exports.func(add) === add);
    for (const action of [
      () => add(1n),
      () => add(Symbol('s')),
      () => exports.i64(1),
      () => exports.i64('x'),
      () => exports.f64(1n),
      () => exports.func(() => 1),
      () => exports.func(undefined),
      () => new (add as never as new () => unknown)(),
    ]) {
      log(thrown(action));
    }
  },

  'exports as objects'(api, log) {
    const { exports } = new api.Instance(new api.Module(adder));
    log(Object.keys(exports), Object.isFrozen(exports), Object.getPrototypeOf(exports));
    log(exports.add, exports.many, exports.add === exports.add, 'x' in exports);
  },

  'what a module imports, exports and carries along'(api, log) {
    const module = new api.Module(linking);
    log(JSON.stringify(api.Module.imports(module)), JSON.stringify(api.Module.exports(module)));
    const custom = new Uint8Array([...adder, 0, 5, 3, 0x61, 0x62, 0x63, 9, 0, 4, 3, 0x61, 0x62, 0x63]);
    const sections = api.Module.customSections(new api.Module(custom), 'abc');
    log(sections.length, sections[0], sections[1], api.Module.customSections(module, 'none').length);
    const copied = adder.slice();
    const fromCopy = new api.Module(copied);
    copied.fill(0);
    log(new api.Instance(fromCopy).exports.add(2, 2));
    const inside = new Uint8Array([1, 2, 3, ...adder]);
    log(api.validate(inside.subarray(3)), api.validate(inside), api.validate(adder.buffer.slice(0) as ArrayBuffer));
  },

  'imports and the objects that are shared'(api, log) {
    const memory = new api.Memory({ initial: 1, maximum: 3 });
    new Uint8Array(memory.buffer)[100] = 42;
    const table = new api.Table({ element: 'anyfunc', initial: 2, maximum: 10 });
    const counter = new api.Global({ value: 'i32', mutable: true }, 10);
    const calls: unknown[] = [];
    const call = (...values: unknown[]) => {
      calls.push(...values);
      return '2.5';
    };
    const { exports } = new api.Instance(new api.Module(linking), { env: { memory, table, counter, limit: 5n, call } });
    log(exports.memory === memory, exports.table === table, exports.counter === counter, memory.buffer.byteLength);
    log(exports.f(9), ...calls, counter.value, exports.limit());
    const bytes = new Uint8Array(memory.buffer);
    log(bytes[100], bytes[4], bytes[16], memory.buffer === memory.buffer);
    log(
      table.length,
      (table.get(0) as () => unknown)(),
      table.get(1),
      exports.indirect(0),
      table.get(0) === table.get(0),
    );
    table.set(1, table.get(0));
    log(
      exports.indirect(1),
      thrown(() => exports.indirect(5)),
      thrown(() => table.get(2)),
      thrown(() => table.set(2, null)),
    );
    log(
      table.grow(2),
      table.length,
      table.get(3),
      thrown(() => table.grow(100)),
      thrown(() => table.set(0, () => 1)),
    );
    counter.value = 100;
    exports.f(0);
    log(counter.value, counter.valueOf());
  },

  'memory that grows'(api, log) {
    const bytes = wat(`(module (memory (export "memory") 1 4) (func (export "grow") (param i32) (result i32)
      (memory.grow (local.get 0))) (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))`);
    const { exports } = new api.Instance(new api.Module(bytes));
    const before = exports.memory.buffer;
    new Uint32Array(before)[5] = 77;
    log(exports.memory.grow(1), before.byteLength, exports.memory.buffer === before, exports.memory.buffer.byteLength);
    log(exports.load(20), exports.grow(1), exports.memory.buffer.byteLength, exports.load(196604));
    log(
      thrown(() => exports.load(196605)),
      thrown(() => exports.memory.grow(2)),
      exports.grow(5),
      exports.grow(0),
    );
    const last = exports.memory.buffer;
    log(exports.memory.grow(0), last.byteLength, exports.memory.buffer.byteLength, exports.load(20));
    const free = new api.Memory({ initial: 1 });
    const old = free.buffer;
    log(
      free.grow(2),
      old.byteLength,
      free.buffer.byteLength,
      thrown(() => free.grow(65536)),
    );
  },

  'descriptors that make no sense'(api, log) {
    for (const action of [
      () => new api.Memory({ initial: 2, maximum: 1 }),
      () => new api.Memory({ initial: 65537 }),
      () => new api.Memory({} as never),
      () => new api.Memory(undefined as never),
      () => new api.Memory({ initial: -1 }),
      () => new api.Table({ element: 'i32' as never, initial: 1 }),
      () => new api.Table({ element: 'anyfunc', initial: 3, maximum: 2 }),
      () => new api.Table({ element: 'anyfunc' } as never),
      () => new api.Global({ value: 'i16' as never }),
      () => new api.Global({ value: 'i64' }, 5),
      () => new api.Global({ value: 'funcref' as never }, 5),
      () => {
        new api.Global({ value: 'i32' }, 5).value = 6;
      },
      () => new api.Module('text' as never),
      () => new api.Module(new Uint8Array([0, 1, 2])),
      () => new api.Instance(adder as never),
      () => api.validate(5 as never),
    ]) {
      log(thrown(action));
    }
  },

  'globals alone'(api, log) {
    // Without externref: the platform takes null for it, the specification undefined.
    const types = ['i32', 'f32', 'f64', 'anyfunc'] as const;
    log(...types.map((value) => new api.Global({ value }).value), new api.Global({ value: 'i64' }).value);
    const global = new api.Global({ value: 'f32', mutable: true }, 0.1);
    log(global.value);
    global.value = '3';
    log(global.value, global.valueOf());
  },

  'tables alone'(api, log) {
    const table = new api.Table({ element: 'externref', initial: 2 }, 'x');
    log(table.get(0), table.length, table.grow(1, 5), table.get(2), table.length);
    table.set(0);
    log(
      table.get(0),
      thrown(() => table.get(9)),
      thrown(() => table.get(-1)),
    );
  },

  'imports that do not fit'(api, log) {
    const module = new api.Module(linking);
    const fitting = () => ({
      memory: new api.Memory({ initial: 1, maximum: 3 }),
      table: new api.Table({ element: 'anyfunc', initial: 2, maximum: 10 }),
      counter: new api.Global({ value: 'i32', mutable: true }, 0),
      limit: 1n as unknown,
      call: () => 0,
    });
    for (const change of [
      { memory: undefined },
      { memory: new api.Memory({ initial: 1 }) },
      { memory: new api.Memory({ initial: 0, maximum: 3 }) },
      { table: new api.Table({ element: 'anyfunc', initial: 1, maximum: 10 }) },
      { table: {} },
      { counter: 5 },
      { counter: new api.Global({ value: 'i32' }, 0) },
      { limit: 5 },
      { limit: new api.Global({ value: 'i64' }, 5n) },
      { call: 5 },
      { call: undefined },
    ]) {
      log(thrown(() => new api.Instance(module, { env: { ...fitting(), ...change } as never })));
    }
    log(
      thrown(() => new api.Instance(module)),
      thrown(() => new api.Instance(module, {})),
    );
    log(thrown(() => new api.Instance(module, { env: null as never })));
  },

  'instances that import each other'(api, log) {
    const first = new api.Instance(new api.Module(linking), {
      env: {
        memory: new api.Memory({ initial: 1, maximum: 3 }),
        table: new api.Table({ element: 'anyfunc', initial: 2, maximum: 10 }),
        counter: new api.Global({ value: 'i32', mutable: true }, 0),
        limit: 1n,
        call: () => 0,
      },
    }).exports;
    const second = new api.Instance(
      new api.Module(
        wat(`(module (import "a" "memory" (memory 1)) (import "a" "table" (table $t 2 funcref))
          (import "a" "limit" (func $limit (result i64))) (import "a" "counter" (global $c (mut i32)))
          (func (export "limit") (result i64) (i64.add (call $limit) (i64.const 1))) (export "same" (func $limit))
          (func $nine (result i32) (global.set $c (i32.const 33)) (i32.load8_u (i32.const 16)))
          (elem (table $t) (i32.const 1) func $nine))`),
      ),
      { a: first },
    ).exports;
    log(second.limit(), second.same === first.limit, first.indirect(1), first.counter.value, first.table.get(1)());
    const apart = new api.Instance(
      new api.Module(
        wat(`(module (import "a" "limit" (func $limit (result i64))) (table (export "table") 1 funcref)
          (func (export "call") (result i64) (call $limit)) (elem (i32.const 0) $limit)
          (func (export "indirect") (result i64) (call_indirect (result i64) (i32.const 0))))`),
      ),
      { a: first },
    ).exports;
    log(apart.call(), apart.indirect(), apart.table.get(0) === first.limit);
    apart.table.set(0, second.limit);
    log(apart.indirect(), apart.table.get(0) === second.limit);
  },

  'errors of host functions and traps'(api, log) {
    const bytes = wat(`(module (import "m" "f" (func $f (result i32 i64)))
      (func (export "call") (result i32 i64) (call $f)) (func (export "divide") (param i32) (result i32)
        (i32.div_s (i32.const 1) (local.get 0))) (func $deep (export "deep") (call $deep))
      (func (export "unreachable") unreachable))`);
    let act: () => unknown = () => [1, 2n];
    const { exports } = new api.Instance(new api.Module(bytes), { m: { f: () => act() } });
    log(...exports.call());
    act = () => new Set([3, 4n]);
    log(...exports.call());
    for (const wrong of [() => 1, () => [1], () => [1, 2], () => [1, 2n, 3], () => undefined]) {
      act = wrong;
      log(thrown(exports.call));
    }
    const error = new SyntaxError('mine');
    act = () => {
      throw error;
    };
    try {
      exports.call();
    } catch (caught) {
      log(caught === error);
    }
    act = () => exports.divide(0);
    log(
      thrown(exports.call),
      thrown(() => exports.divide(0)),
      exports.divide(1),
    );
    log(thrown(exports.unreachable), thrown(exports.deep), exports.divide(-1));
    act = () => [exports.divide(1), 8n];
    log(...exports.call());
    log(thrown(() => new api.Instance(new api.Module(wat('(module (func $s unreachable) (start $s))')))));
    log(thrown(() => new api.Instance(new api.Module(wat('(module (memory 1) (data (i32.const 65536) "a"))')))));
  },

  async promises(api, log) {
    const { module, instance } = await api.instantiate(adder);
    log(module instanceof api.Module, instance instanceof api.Instance, instance.exports.add(1, 1));
    log((await api.instantiate(module)).exports.add(2, 1), (await api.compile(adder)) instanceof api.Module);
    const outcome = (promise: Promise<unknown>) =>
      promise.then(
        () => 'done',
        (error: Error) => error.name,
      );
    log(await outcome(api.compile(new Uint8Array(3))), await outcome(api.instantiate(new Uint8Array(3))));
    log(await outcome(api.instantiate(linking)), await outcome(api.instantiate('x' as never)));
    const response = () => new Response(adder, { headers: { 'content-type': 'application/wasm' } });
    log((await api.instantiateStreaming(response())).instance.exports.add(5, 5));
    log((await api.compileStreaming(Promise.resolve(response()))) instanceof api.Module);
  },

  'the classes of errors'(api, log) {
    for (const name of ['CompileError', 'LinkError', 'RuntimeError'] as const) {
      const error = new api[name]('text');
      log(error instanceof Error, error.name, error.message, String(error));
    }
  },
};

describe('the JavaScript interface', () => {
  it.each(Object.keys(programs))('%s', async (name) => {
    const expected = await transcript(platform, programs[name]);
    expect(expected.length).toBeGreaterThan(0);
    expect(await transcript(ours, programs[name])).toEqual(expected);
    expect(await transcript(createWebAssembly(), programs[name])).toEqual(expected);
  });

  it('tells what and where, with the engine’s error as the cause', () => {
    const bytes = wat(
      '(module (func $divide (export "f") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0))))',
    );
    const { f } = new ours.Instance(new ours.Module(bytes)).exports;
    let caught: Error | undefined;
    try {
      f(0);
    } catch (error) {
      caught = error as Error;
    }
    expect(caught).toBeInstanceOf(ours.RuntimeError);
    expect(caught?.message).toMatch(/^integer divide by zero in function 0 \(divide\) at byte \d+$/);
    expect(caught?.cause).toBeInstanceOf(WasmTrap);
  });

  it('keeps to given capacities', () => {
    const api = createWebAssembly({ capacities: { ...small, modules: 1, functions: 2 } });
    expect(() => new api.Module(adder)).toThrow(/capacity functions is 2, needed 8: raise `functions`/);
    const one = new api.Module(wat('(module (func (export "f") (result i32) (i32.const 1)))'));
    expect(new api.Instance(one).exports.f()).toBe(1);
    const memory = new api.Module(wat('(module (memory 1) (export "m" (memory 0)))'));
    expect(new api.Instance(memory).exports.m.buffer.byteLength).toBe(65536);
    const long = new api.Module(wat(`(module (func ${'(drop (i32.eqz (i32.const 1)))'.repeat(4000)}))`));
    let caught: Error | undefined;
    try {
      new api.Instance(long);
    } catch (error) {
      caught = error as Error;
    }
    expect(caught).toBeInstanceOf(RangeError);
    expect(caught?.cause).toBeInstanceOf(CapacityError);
  });

  it('finds room where the ready capacities are too small', () => {
    const many = wat(
      `(module ${'(global i32 (i32.const 0))'.repeat(5000)} (func (export "f") (result i32) (global.get 4999)))`,
    );
    expect(new ours.Instance(new ours.Module(many)).exports.f()).toBe(0);
  });
});
