// Linking modules into one: Node's WebAssembly runs what is made; programs of the js tier are built from it.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { buildProgram } from '../../../targets/board/build.js';
import { linkModules } from '../../../targets/linking/link-modules.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { platform } from '../node/transcript.js';
import { printedBySimulator, stored } from './program.js';

const LIBRARY = wat(`(module
  (import "env" "log" (func $log (param i32)))
  (type $unary (func (param i32) (result i32)))
  (memory (export "memory") 1 2)
  (table $unused 3 funcref)
  (table $table (export "table") 8 funcref)
  (elem (table $table) (i32.const 1) func $increment)
  (elem (table $unused) (i32.const 0) funcref (ref.func $start))
  (global $base (export "base") i32 (i32.const 1000))
  (global $count (export "count") (mut i32) (i32.const 3))
  (data $passive "passive")
  (data (i32.const 16) "library")
  (func $increment (type $unary) (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.add (local.get 0) (i32.const 1)))
  (func (export "size") (result i32) (table.size $table))
  (func $start (call $log (i32.const 1)) (memory.init $passive (i32.const 32) (i32.const 0) (i32.const 7)))
  (start $start))`);

const MAIN = wat(`(module
  (import "library" "base" (global $base i32))
  (import "env" "log" (func $log (param i32)))
  (import "library" "table" (table 4 funcref))
  (import "library" "memory" (memory 1))
  (import "library" "count" (global $count (mut i32)))
  (import "library" "size" (func $size (result i32)))
  (type $none (func))
  (type $pair (func (param i32) (result i32 i32)))
  (global $own i32 (global.get $base))
  (elem (i32.const 2) $twice)
  (data (global.get $base) "main")
  (data $more "more")
  (func $twice (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1)))
  (func (export "apply") (param i32 i32) (result i32)
    (call_indirect (param i32) (result i32) (local.get 1) (local.get 0)))
  (func (export "state") (result i32 i32 i32) (global.get $own) (global.get $count) (call $size))
  (func (export "split") (param i32) (result i32)
    local.get 0 (block (type $pair) (i32.const 5)) i32.add)
  (func (export "byte") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "take") (memory.init $more (i32.const 64) (i32.const 0) (i32.const 4)) (data.drop $more))
  (func $start (call $log (i32.const 2)))
  (start $start))`);

const LINKED = [{ name: 'library', module: readModule(LIBRARY) }];

type Calls = Record<string, (...values: number[]) => unknown>;

describe('linking modules', () => {
  it('makes one that does what they do together', async () => {
    const logged: number[] = [];
    const imports = { env: { log: (value: number) => logged.push(value) } };
    const bytes = linkModules(readModule(MAIN), LINKED);
    expect(platform.Module.imports(new platform.Module(bytes))).toEqual([
      { module: 'env', name: 'log', kind: 'function' },
    ]);
    const { instance } = await platform.instantiate(bytes, imports);
    const { apply, state, split, byte, take } = instance.exports as unknown as Calls;
    expect(logged).toEqual([1, 2]);
    expect([apply(1, 20), apply(2, 21), state()]).toEqual([21, 42, [1000, 4, 8]]);
    expect(() => apply(0, 1)).toThrow();
    expect(split(7)).toBe(12);
    take();
    expect([16, 32, 64, 1000].map((at) => String.fromCharCode(byte(at) as number)).join('')).toBe('lpmm');
  });

  it('keeps the names of functions', () => {
    const bytes = linkModules(readModule(MAIN), LINKED);
    const [names] = platform.Module.customSections(new platform.Module(bytes), 'name');
    expect(Buffer.from(names).toString('latin1')).toMatch(/increment.*twice/s);
  });

  it('is how the js tier has them in a program', async () => {
    const main =
      wat(`(module (import "other" "value" (global i32)) (import "other" "twice" (func $twice (param i32) (result i32)))
      (func (export "get") (result i32) (call $twice (global.get 0))))`);
    const other = wat(`(module (global (export "value") i32 (i32.const 21))
      (func (export "twice") (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1))))`);
    const files = await stored(main, { tier: 'js', linked: [{ name: 'other', module: readModule(other) }] });
    expect(printedBySimulator(files, 'print(require("app").get());')).toEqual(['42']);
    const wrong = wat('(module (global (export "value") i64 (i64.const 21)))');
    await expect(
      buildProgram(readModule(main), {
        board: banglejs2,
        name: 'app',
        tier: 'js',
        linked: [{ name: 'other', module: readModule(wrong) }],
      }),
    ).rejects.toThrow('incompatible import type');
  });
});
