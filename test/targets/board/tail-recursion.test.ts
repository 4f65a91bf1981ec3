// Functions for boards that call themselves in tail position: they go as deep as they have to.
import { describe, expect, it } from 'vitest';
import { puckjs } from '../../../boards/index.js';
import { buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { platform } from '../../differential/platform.js';
import { loadInNode } from './script-program.js';

const SOURCE = `(module
  (func $gcd (export "gcd") (param i32 i32) (result i32)
    (if (result i32) (local.get 1)
      (then (call $gcd (local.get 1) (i32.rem_u (local.get 0) (local.get 1)))) (else (local.get 0))))
  (func $down (export "down") (param i32 i32) (result i32) (local $zero i32)
    (block $x (result i32)
      (br_if $x (i32.add (local.get 1) (local.get $zero)) (i32.eqz (local.get 0)))
      (drop)
      (local.set $zero (i32.const 1000))
      (call $down (i32.sub (local.get 0) (i32.const 1)) (i32.add (local.get 1) (local.get 0)))))
  (func $swap (export "swap") (param i32 i32) (result i32)
    (if (i32.gt_s (local.get 0) (i32.const 2000)) (then (return (i32.sub (local.get 0) (local.get 1)))))
    (call $swap (i32.add (local.get 1) (i32.const 3)) (local.get 0)))
  (global $count (export "count") (mut i32) (i32.const 0))
  (func $void (export "void") (param i32 i32)
    (global.set $count (i32.add (global.get $count) (local.get 1)))
    (if (local.get 0) (then (call $void (i32.sub (local.get 0) (i32.const 1)) (local.get 0)))))
  (func $words (param i32 i64) (result i64)
    (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
    (call $words (i32.sub (local.get 0) (i32.const 1)) (i64.add (local.get 1) (i64.const 0x100000001))))
  (func (export "high") (param i32 i32) (result i32)
    (i32.wrap_i64 (i64.shr_u (call $words (local.get 0) (i64.const 5)) (i64.const 32))))
  (func $held (export "held") (param i32 i32) (result i32)
    (local.get 0)
    (if (local.get 1) (then (local.set 0 (call $held (i32.const 7) (i32.const 0))))))
  (func $none (export "none") (param i32 i32) (result i32) (call $none (local.get 0) (local.get 1))))`;

type Exports = Record<string, (a: number, b: number) => number>;

async function build(fuel: boolean) {
  const { image } = await buildProgram(readModule(wat(SOURCE)), {
    board: puckjs,
    name: 'app',
    tier: 'js',
    optimise: false,
    fuel,
  });
  return loadInNode('app', image.files) as unknown as Exports;
}

describe('a call of the function itself in tail position', () => {
  it('takes no stack, and gives what it gives in Node', async () => {
    const program = await build(false);
    const node = new platform.Instance(new platform.Module(wat(SOURCE))).exports as unknown as Exports;
    for (const name of ['gcd', 'down', 'swap', 'void', 'high'])
      for (const [a, b] of [
        [832040, 514229],
        [700, 3],
        [0, 0],
      ])
        if (name === 'gcd' || a < 1000) expect(program[name](a, b), `${name}(${a}, ${b})`).toBe(node[name](a, b));
    expect((program.count as unknown as { value: number }).value).toBe(
      (node.count as unknown as { value: number }).value,
    );
  });

  it('stays a call where nothing else ends the function, and where fuel is counted', async () => {
    await expect(() => build(false).then(({ none }) => none(1, 2))).rejects.toThrow('call stack exhausted');
    await expect(() => build(true).then(({ down }) => down(700, 3))).rejects.toThrow('call stack exhausted');
  });

  it('stays a call where the value that is returned was read in front of it', async () => {
    const { held } = await build(false);
    expect([held(5, 0), held(5, 1)]).toEqual([5, 5]);
  });
});
