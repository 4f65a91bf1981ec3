// Constant expressions that read globals of the module itself, on every tier: initialisers, and offsets of segments.
import { describe, expect, it } from 'vitest';
import { Engine, small, ValidationError } from '../../../src/index.js';
import { compileModule, instantiateFitting } from '../../../targets/node/index.js';
import { wat } from '../../core/wat.js';
import { printedBySimulator, stored, storedWithRuntime } from './program.js';

const MODULE = wat(`(module
  (global $a i32 (i32.const 8))
  (global $b i32 (i32.add (global.get $a) (i32.const 4)))
  (global $w i64 (i64.const 0x100000002))
  (global $v i64 (i64.mul (global.get $w) (i64.const 3)))
  (global $n f32 (f32.const nan:0x200001))
  (global $m f32 (global.get $n))
  (global $r funcref (ref.func $seven))
  (global $s funcref (global.get $r))
  (table 8 funcref)
  (memory (export "memory") 1)
  (elem (table 0) (offset (i32.sub (global.get $a) (i32.const 6))) funcref (item (global.get $s)) (item (ref.null func)))
  (data (offset (global.get $b)) "\\2a")
  (func $seven (result i32) (i32.const 7))
  (func (export "all") (result i32 i32 i32 i32 i32 i32)
    (i32.load8_u (i32.const 12)) (call_indirect (result i32) (i32.const 2)) (global.get $b)
    (i32.wrap_i64 (global.get $v)) (i32.wrap_i64 (i64.shr_u (global.get $v) (i64.const 32)))
    (i32.reinterpret_f32 (global.get $m))))`);

const ALL = [42, 7, 12, 6, 3, 0x7fa00001];

const STORED: Record<string, () => Promise<string>> = {
  interpreted: () => stored(MODULE, { memoryBytes: 1024, tier: 'interp' }),
  translated: () => stored(MODULE, { memoryBytes: 1024, tier: 'js' }),
  'loaded by the runtime': () => storedWithRuntime(MODULE),
};

describe('global.get of a global of the module in a constant expression', () => {
  it('is evaluated by the engine', () => {
    const { engine, instance } = instantiateFitting(MODULE, {});
    engine.call(engine.exportedFunction(instance, 'all'));
    expect(ALL.map((_, index) => engine.getI32(index))).toEqual(ALL);
  });

  it('is evaluated by translated modules on Node', () => {
    const { all } = compileModule(MODULE, { dialect: 'node' }).instantiate().exports() as Record<string, () => unknown>;
    expect(all()).toEqual(ALL);
  });

  it.each(Object.keys(STORED))('is evaluated on a board, %s', async (kind) => {
    expect(printedBySimulator(await STORED[kind](), 'print(require("app").all().join());')).toEqual([ALL.join()]);
  });

  it('is refused for a global that is mutable, or stands behind', () => {
    const engine = new Engine(small);
    const mutable = wat('(module (global $a (mut i32) (i32.const 1)) (global i32 (global.get $a)))');
    const itself = wat('(module (global i32 (global.get 0)))');
    const behind = wat('(module (global i32 (global.get 1)) (global i32 (i32.const 1)))');
    for (const bytes of [mutable, itself, behind]) expect(() => engine.load(bytes)).toThrow(ValidationError);
    expect(() => engine.load(mutable)).toThrow(/constant expression required/);
    expect(() => engine.load(behind)).toThrow(/unknown global 1/);
  });
});
