// Tests the description of a module's imports and exports.
import { describe, expect, it } from 'vitest';
import { ExternalKind } from '../../../src/index.js';
import { describeModule } from '../../../targets/module/description.js';
import { wat } from '../../core/wat.js';

describe('describeModule', () => {
  // Constants with bytes 0x0b, which would otherwise end their expression.
  it('knows every kind, imported, defined and exported', () => {
    const { imports, exports } = describeModule(
      wat(`(module
        (import "env" "log" (func $log (param i32 f64)))
        (import "env" "base" (global $base i32))
        (import "env" "table" (table $table 1 funcref))
        (import "env" "memory" (memory $memory 1 2))
        (global $count (mut i64) (i64.const -12345678901234))
        (global $number f64 (f64.const nan:0xb0b0b0b0b0b0b))
        (global $single f32 (f32.const 0x1.1616p-104))
        (global $reference funcref (ref.func $pair))
        (global $none externref (ref.null extern))
        (global $sum i32 (i32.add (global.get $base) (i32.const 11)))
        ${'(func)'.repeat(10)}
        (func $pair (export "pair") (param i64) (result f32 externref) (f32.const 1) (ref.null extern))
        (func $nothing (export "nothing"))
        (export "log" (func $log))
        (export "base" (global $base))
        (export "count" (global $count))
        (export "single" (global $single))
        (export "none" (global $none))
        (export "sum" (global $sum))
        (export "table" (table $table))
        (table $own (export "own") 2 3 externref)
        (export "memory" (memory $memory)))`),
    );
    expect(imports.map(({ module, name, kind, index, type }) => [module, name, kind, index, type])).toEqual([
      ['env', 'log', ExternalKind.Function, 0, '(i32, f64)'],
      ['env', 'base', ExternalKind.Global, 0, 'global i32'],
      ['env', 'table', ExternalKind.Table, 0, 'table 1 funcref'],
      ['env', 'memory', ExternalKind.Memory, 0, 'memory 1 2'],
    ]);
    const types = Object.fromEntries(exports.map(({ name, index, type }) => [name, [index, type]]));
    expect(types).toEqual({
      pair: [11, '(i64) -> (f32, externref)'],
      nothing: [12, '()'],
      log: [0, '(i32, f64)'],
      base: [0, 'global i32'],
      count: [1, 'global mut i64'],
      single: [3, 'global f32'],
      none: [5, 'global externref'],
      sum: [6, 'global i32'],
      table: [0, 'table 1 funcref'],
      own: [1, 'table 2 3 externref'],
      memory: [0, 'memory 1 2'],
    });
    expect(exports.find(({ name }) => name === 'pair')).toMatchObject({
      module: '',
      parameters: ['i64'],
      results: ['f32', 'externref'],
    });
  });

  it('finds nothing in an empty module', () => {
    expect(describeModule(wat('(module)'))).toEqual({ imports: [], exports: [] });
  });
});
