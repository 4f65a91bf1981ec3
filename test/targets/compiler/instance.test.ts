// Instances of translated modules: memory that a host grows, sub-page memory, traps and where they are, sharing.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { LinkError, Trap, WasmTrap } from '../../../src/index.js';
import { compileModule, createCompilingWebAssembly, OUT_OF_FUEL } from '../../../targets/node/index.js';
import { wat } from '../../core/wat.js';

// biome-ignore lint/suspicious/noExplicitAny: every module exports something else
type Exports = Record<string, any>;

const compile = (source: string, fuel = false) => compileModule(wat(source), { dialect: 'node', fuel });
const exportsOf = (source: string, imports = {}) => compile(source).instantiate(imports).exports() as Exports;

const COUNTER = `(module (memory (export "memory") 1)
  (global $count (mut i32) (i32.const 0))
  (func $store (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
  (func (export "load") (param i32) (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.load (local.get 0)))
  (func (export "count") (result i32) (global.get $count))`;

/** The trap that a call ends with. */
function trapOf(call: () => unknown): WasmTrap {
  try {
    call();
  } catch (error) {
    const trap = (error as Error).cause ?? error;
    if (trap instanceof WasmTrap) return trap;
    throw error;
  }
  throw new Error('it returned');
}

describe('a memory', () => {
  it.each([
    ['that the module cannot grow', ')'],
    ['that it can grow', '(func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))'],
  ])('%s can be grown by the host', (_, rest) => {
    const { memory, store, load, count } = exportsOf(COUNTER + rest);
    store(65532, 7);
    expect(trapOf(() => store(65536, 1)).code).toBe(Trap.MemoryOutOfBounds);
    expect(memory.grow(2)).toBe(1);
    store(3 * 65536 - 4, 8);
    expect([load(65532), load(3 * 65536 - 4), count()]).toEqual([7, 8, 2]);
    expect(new DataView(memory.buffer).getInt32(65532, true)).toBe(7);
    expect(trapOf(() => load(3 * 65536)).code).toBe(Trap.MemoryOutOfBounds);
  });

  it('grows while the module runs, in a call of its own too', () => {
    const { run } = exportsOf(`(module (memory 1)
      (func $grow (result i32) (drop (memory.grow (i32.const 1))) (i32.const 65536))
      (func (export "run") (result i32)
        (i32.store (i32.const 0) (i32.const 5))
        (i32.store (call $grow) (i32.const 6))
        (i32.add (i32.load (i32.const 65536)) (i32.load (i32.const 0)))))`);
    expect(run()).toBe(11);
  });

  it('may be backed by less than a page', () => {
    const instance = compile(`${COUNTER})`).instantiate({}, { memoryBytes: 100 });
    const { store, load, memory } = instance.exports() as Exports;
    store(96, 3);
    expect(load(96)).toBe(3);
    expect(trapOf(() => load(97)).code).toBe(Trap.MemoryOutOfBounds);
    expect(() => memory.grow(1)).toThrow(RangeError);
  });

  it('has no address below its start', () => {
    const { at } = exportsOf(`(module (memory 1)
      (func (export "at") (param i32) (result i32) (i32.load offset=8 (local.get 0))))`);
    for (const address of [-1, -4, -8, -2147483648, 65532]) {
      expect(trapOf(() => at(address)).code).toBe(Trap.MemoryOutOfBounds);
    }
    expect(at(0)).toBe(0);
  });
});

describe('a trap', () => {
  it('has its function and the offset of its instruction', () => {
    const { code } = compile(`(module (memory 1)
      (func $f (param i32) (result f32) (f32.add (f32.load (i32.const 0)) (f32.load (local.get 0))))
      (func (export "f") (param i32) (result f32) (call $f (local.get 0))))`);
    const bytes = code.bytes;
    const { f } = compileModule(bytes, { dialect: 'node' }).instantiate().exports() as Exports;
    const trap = trapOf(() => f(70000));
    // The second f32.load.
    const first = bytes.indexOf(0x2a);
    expect(trap.offset).toBe(bytes.indexOf(0x2a, first + 1));
    expect([trap.functionIndex, trap.functionName]).toEqual([0, 'f']);
  });

  it('is told from an error of the host', () => {
    const error = new RangeError('Offset is outside the bounds of the DataView');
    const { f } = exportsOf('(module (import "host" "f" (func $f)) (func (export "f") (call $f)))', {
      host: {
        f() {
          throw error;
        },
      },
    });
    expect(() => f()).toThrow(error);
  });

  it('is what endless recursion and used up fuel end with', () => {
    const source = '(module (func $f (export "f") (call $f)) (func (export "g") (loop (br 0))))';
    expect(trapOf(() => exportsOf(source).f()).code).toBe(Trap.CallStackExhausted);
    const instance = compile(source, true).instantiate({}, { fuel: 1000 });
    expect(trapOf(() => (instance.exports() as Exports).g()).code).toBe(OUT_OF_FUEL);
    expect(instance.fuelUsed).toBe(1002);
  });
});

describe('instances', () => {
  it('share memories, tables, globals and functions', () => {
    const first = exportsOf(`(module
      (memory (export "memory") 1)
      (table (export "table") 2 funcref)
      (global (export "global") (mut i64) (i64.const 5))
      (func (export "high") (param i64) (result i64) (i64.shr_u (local.get 0) (i64.const 32))))`);
    const second = exportsOf(
      `(module
        (import "first" "memory" (memory 1))
        (import "first" "table" (table 2 funcref))
        (import "first" "global" (global $g (mut i64)))
        (import "first" "high" (func $high (param i64) (result i64)))
        (elem (i32.const 1) func $high)
        (func (export "run") (param i64) (result i64)
          (i32.store (i32.const 4) (i32.const 9))
          (global.set $g (call $high (local.get 0)))
          (i64.add (global.get $g) (call_indirect (param i64) (result i64) (local.get 0) (i32.const 1)))))`,
      { first },
    );
    expect(second.run(0x1234567800000000n)).toBe(0x2468acf0n);
    expect(first.global.value).toBe(0x12345678n);
    expect(new Uint8Array(first.memory.buffer)[4]).toBe(9);
    expect(first.table.get(1)).toBe(first.high);
    first.memory.grow(1);
    expect(second.run(0n)).toBe(0n);
  });

  it('take no import of another type', () => {
    const source = '(module (import "a" "f" (func (param i32))))';
    const { f } = exportsOf('(module (func (export "f") (param i64)))');
    expect(() => compile(source).instantiate({ a: { f } })).toThrow(LinkError);
    expect(() => compile(source).instantiate({ a: { f: 5 } })).toThrow(LinkError);
    expect(() => compile(source).instantiate({})).toThrow(TypeError);
  });
});

describe('the namespace', () => {
  it('translates what it instantiates', async () => {
    const api = createCompilingWebAssembly();
    const bytes = wat('(module (func (export "f") (param i32) (result i32) (i32.div_s (i32.const 6) (local.get 0))))');
    expect(api.validate(bytes)).toBe(true);
    expect(api.validate(bytes.subarray(0, 9))).toBe(false);
    const { instance } = (await api.instantiate(bytes)) as { instance: { exports: Exports } };
    expect(instance.exports.f(2)).toBe(3);
    expect(() => instance.exports.f(0)).toThrow(api.RuntimeError);
    expect(() => new api.Module(bytes.subarray(0, 9))).toThrow(api.CompileError);
  });
});

describe('a module that nobody uses any more', () => {
  it('is forgotten, with its instances and what it was validated with', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const made = () => {
      const module = compileModule(wat('(module (memory 1) (func (export "f")))'), { dialect: 'node' });
      const instance = module.instantiate();
      (instance.exports().f as () => void)();
      return [module, module.code, instance];
    };
    let used: object[] = Array.from({ length: 5 }, made).flat();
    const all = used.map((each) => new WeakRef(each));
    // Their memories are there until then, whenever V8 collects what is not used.
    const before = process.memoryUsage().arrayBuffers;
    expect(used).toHaveLength(15);
    used = [];
    // Objects seen in a turn of the event loop stay until its end, and V8 may keep the last one in a cache of compiled text. V8's compiler
    // threads hold the text that they compile, on a loaded machine for a long time.
    const kept = () => all.filter((each) => each.deref()).length;
    for (let turn = 0; turn < 1000 && (kept() > 3 || process.memoryUsage().arrayBuffers >= before); turn++) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(turn, 20)));
      collect();
    }
    expect(kept()).toBeLessThan(4);
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(before);
  });
});
