// The objects of the JavaScript interface and the groups that they link: each program runs here and on the platform.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { CapacityError } from '../../../src/index.js';
import {
  createWebAssembly,
  type Exports,
  type Imports,
  type WebAssemblyNamespace,
} from '../../../targets/node/index.js';
import { wat } from '../../core/wat.js';
import { type Program, platform, thrown, transcript } from './transcript.js';

function instance(api: WebAssemblyNamespace, bytes: Uint8Array, imports?: Imports): Exports {
  return new api.Instance(new api.Module(bytes), imports).exports;
}

const empty = wat('(module)');
const one = wat('(module (func (export "f") (result i32) (i32.const 1)))');
const importer = wat(`(module (import "a" "memory" (memory 1)) (import "a" "table" (table 1 funcref))
  (import "a" "global" (global i64)) (func (export "load") (result i32) (i32.load (i32.const 0))))`);

const programs: Record<string, Program> = {
  'references that are none of WebAssembly'(api, log) {
    const f = () => 1;
    const table = new api.Table({ element: 'anyfunc', initial: 1 });
    for (const action of [
      () => table.set(0, f),
      () => table.set(0, 5),
      () => table.grow(1, {}),
      () => new api.Table({ element: 'anyfunc', initial: 1 }, f),
      () => new api.Global({ value: 'anyfunc' }, f),
    ]) {
      log(thrown(action));
    }
    log(table.length, table.get(0), table.set(0, instance(api, one).f), (table.get(0) as () => unknown)());
    const { externs } = instance(api, wat('(module (table (export "externs") 1 externref))'));
    for (const value of [0, -0, NaN, undefined, null, 1n, '']) {
      externs.set(0, value);
      log(externs.get(0));
    }
  },

  'how objects look'(api, log) {
    const module = new api.Module(empty);
    const objects = [
      module,
      new api.Instance(module),
      new api.Memory({ initial: 0 }),
      new api.Table({ element: 'anyfunc', initial: 0 }),
      new api.Global({ value: 'i32' }),
    ];
    for (const object of objects) log(Object.prototype.toString.call(object), Object.keys(object));
    for (const object of objects) log(object.constructor.name);
    log(Object.prototype.toString.call(api));
    log(
      thrown(() => api.Memory.prototype.grow.call({}, 1)),
      thrown(() => api.Table.prototype.get.call({}, 0)),
      thrown(() => api.Global.prototype.valueOf.call({})),
      thrown(() => api.Module.exports({} as never)),
      thrown(() => api.Module.customSections(module, ...([] as never as [string]))),
    );
  },

  'errors called and subclassed'(api, log) {
    const called = api.LinkError('text', { cause: 5 });
    class Mine extends api.RuntimeError {}
    const mine = new Mine('mine');
    log(called instanceof api.LinkError, called.message, called.cause, Object.keys(called));
    log(
      mine instanceof Mine,
      mine instanceof api.RuntimeError,
      mine.name,
      mine.message,
      `${mine.stack}`.split('\n')[0],
    );
    log(api.CompileError.name, new api.CompileError().message, api.CompileError.prototype.constructor.name);
  },

  'names of functions'(api, log) {
    const bytes = wat(`(module (func) (func) (func $f (result i32) (i32.const 1)) (table (export "table") 1 funcref)
      (func (export "last")) (elem (i32.const 0) $f))`);
    const { table, last } = instance(api, bytes);
    const imported = wat('(module (import "a" "f" (func)) (func (export "own") unreachable) (export "f" (func 0)))');
    const { f, own } = instance(api, imported, { a: { f: last } });
    log(table.get(0), last, f, own, f === last);
    log(instance(api, imported, { a: { f: () => 1 } }).f);
  },

  'immutable globals that are exported again'(api, log) {
    const bytes = wat(
      '(module (import "a" "g" (global i32)) (export "g" (global 0)) (func (export "f") (result i32) (global.get 0)))',
    );
    const { g } = instance(api, wat('(module (global (export "g") i32 (i32.const 4)))'));
    const again = instance(api, bytes, { a: { g } });
    log(again.g === g, again.f());
    const free = new api.Global({ value: 'i32' }, 6);
    log(instance(api, bytes, { a: { g: free } }).g === free, instance(api, bytes, { a: { g: free } }).f(), free.value);
  },

  'instances that fail and leave their imports as they were'(api, log) {
    const [first, second] = [new api.Memory({ initial: 1 }), new api.Memory({ initial: 1 })];
    const table = new api.Table({ element: 'anyfunc', initial: 1 });
    const module = new api.Module(importer);
    const attempt = (imports: object) => thrown(() => new api.Instance(module, { a: imports } as never));
    new Int32Array(second.buffer)[0] = 9;
    const before = second.buffer;
    log(attempt({ memory: first, table, global: 1 }), attempt({ memory: second, table: 5, global: 1n }));
    const { load } = new api.Instance(module, { a: { memory: second, table, global: 1n } }).exports;
    log(load(), before === second.buffer);
    new Int32Array(second.buffer)[0] = 10;
    log(load(), first.grow(1), first.buffer.byteLength);
  },

  'what a start function that traps has done'(api, log) {
    const table = new api.Table({ element: 'anyfunc', initial: 1 });
    const bytes = wat(`(module (import "a" "table" (table 1 funcref)) (func $f (result i32) (i32.const 3))
      (elem (i32.const 0) $f) (func $start unreachable) (start $start))`);
    log(
      thrown(() => instance(api, bytes, { a: { table } })),
      (table.get(0) as () => unknown)(),
    );
  },

  'a memory that comes after the table'(api, log) {
    const exports = instance(api, wat('(module (table (export "table") 4 funcref))'));
    const own = wat(`(module (import "a" "table" (table 1 funcref)) (memory (export "memory") 1 3)
      (func (export "load") (result i32) (i32.load (i32.const 65536))))`);
    const { memory, load } = instance(api, own, { a: exports });
    log(thrown(load), memory.grow(1), memory.buffer.byteLength, load());
    new Int32Array(memory.buffer)[16384] = 5;
    log(load());
    const other = instance(api, wat('(module (table (export "table") 4 funcref))'));
    const imported = new api.Memory({ initial: 1 });
    const linked = instance(api, importer, { a: { ...other, memory: imported, global: 1n } });
    new Int32Array(imported.buffer)[0] = 6;
    log(linked.load());
  },

  'many instances with one memory'(api, log) {
    const memory = new api.Memory({ initial: 1, maximum: 30 });
    const module = new api.Module(
      wat(`(module (import "a" "memory" (memory 1)) (import "a" "own" (func $own (result i32)))
        (func (export "f") (result i32) (i32.add (i32.load (i32.const 0)) (call $own)))
        (func (export "grow") (result i32) (memory.grow (i32.const 1))) (func (export "size") (result i32) memory.size))`),
    );
    const all = Array.from(
      { length: 20 },
      (_, own) => new api.Instance(module, { a: { memory, own: () => own } }).exports,
    );
    new Int32Array(memory.buffer)[0] = 100;
    log(...all.map(({ f }) => f()));
    log(...all.map(({ grow }) => grow()), all[0].size(), memory.buffer.byteLength);
  },

  'tables that grow, two of them'(api, log) {
    const { t, u } = instance(api, wat('(module (table (export "t") 2 20000 funcref) (table (export "u") 1 funcref))'));
    log(
      t.grow(5),
      u.grow(3),
      t.grow(15000),
      u.grow(30000),
      t.length,
      u.length,
      thrown(() => t.grow(5000)),
    );
  },

  'calls in and out without end'(api, log) {
    let calls = 0;
    const exports: Exports = instance(
      api,
      wat(
        '(module (import "a" "h" (func $h)) (func (export "f") (call $h)) (func (export "one") (result i32) (i32.const 1)))',
      ),
      {
        a: {
          h: () => {
            calls++;
            exports.f();
          },
        },
      },
    );
    for (let attempt = 0; attempt < 2; attempt++) log(thrown(exports.f), exports.one(), calls > 100);
  },

  'a host function that grows the memory of its caller'(api, log) {
    const exports: Exports = instance(
      api,
      wat(`(module (import "a" "h" (func $h)) (memory (export "memory") 1) (func (export "f") (result i32)
        (call $h) (i32.store (i32.const 70000) (i32.const 8)) (i32.load (i32.const 70000))))`),
      { a: { h: () => exports.memory.grow(1) } },
    );
    log(exports.f(), new Int32Array(exports.memory.buffer)[17500]);
  },

  'functions of other instances in a table'(api, log) {
    const { table, call } = instance(
      api,
      wat(`(module (table (export "table") 1 funcref) (func (export "call") (result i32)
        (call_indirect (result i32) (i32.const 0))))`),
    );
    let sum = 0;
    for (let count = 0; count < 50; count++) {
      table.set(0, instance(api, one).f);
      sum += call();
    }
    log(sum);
  },
};

describe('the objects of the JavaScript interface', () => {
  it.each(Object.keys(programs))('%s', async (name) => {
    const expected = await transcript(platform, programs[name]);
    expect(expected.length).toBeGreaterThan(0);
    expect(await transcript(createWebAssembly(), programs[name])).toEqual(expected);
  });

  it('says that linked instances have one memory', () => {
    const api = createWebAssembly();
    const table = new api.Table({ element: 'anyfunc', initial: 1 });
    const bytes = wat('(module (import "a" "table" (table 1 funcref)) (memory 1))');
    instance(api, bytes, { a: { table } });
    for (const repeated of [1, 2]) {
      expect(() => instance(api, bytes, { a: { table } }), `${repeated}`).toThrow(/can have only one memory/);
    }
    expect(thrown(() => instance(api, bytes, { a: { table } }))).toBe('LinkError');
  });

  it('runs a start function once, even if what happens in it finds no room', () => {
    const api = createWebAssembly();
    const names = Array.from({ length: 9000 }, (_, index) => `f${index}`);
    const others = instance(api, wat(`(module ${names.map((name) => `(func (export "${name}"))`).join('')})`));
    const bytes = wat(`(module (import "a" "start" (func $begin)) (import "a" "h" (func $h (result funcref)))
      (func $start (call $begin) (loop (br_if 0 (i32.eqz (ref.is_null (call $h)))))) (start $start))`);
    let starts = 0;
    let next = 0;
    const start = () => {
      starts++;
      next = 0;
    };
    const h = () => (next < names.length ? others[names[next++]] : null);
    let caught: Error | undefined;
    try {
      instance(api, bytes, { a: { start, h } });
    } catch (error) {
      caught = error as Error;
    }
    expect(caught).toBeInstanceOf(RangeError);
    expect(caught?.cause).toBeInstanceOf(CapacityError);
    expect(starts).toBe(1);
  });

  it('lets go of engines that nobody uses', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const api = createWebAssembly();
    const bytes = wat(`(module (import "a" "h" (func)) (memory (export "memory") 1) (table (export "table") 1 funcref)
      (func (export "f")))`);
    const memories = Array.from({ length: 4 }, () => {
      const exports = instance(api, bytes, { a: { h: () => 1 } });
      exports.table.set(0, exports.f);
      exports.f();
      return new WeakRef(exports.memory);
    });
    const alive = () => memories.filter((memory) => memory.deref()).length;
    // V8 compiles in threads that hold what they compile: on a loaded machine, for long.
    for (let attempt = 0; attempt < 1000 && alive() > 0; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(attempt, 20)));
      collect();
    }
    expect(alive()).toBe(0);
  });
});
