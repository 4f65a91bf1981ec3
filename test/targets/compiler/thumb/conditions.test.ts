// Conditions in machine code: sums with comparisons, and comparisons of masked bytes, give what V8 gives.
import { describe, expect, it } from 'vitest';
import { NativeInstance } from '../../../../bench/native/native-instance.js';
import { CORTEX_M0_PLUS, CORTEX_M4 } from '../../../../machine/thumb/cpu.js';
import { compileThumb } from '../../../../targets/compiler/thumb/image.js';
import { readModule } from '../../../../targets/module/read-module.js';
import { wat } from '../../../core/wat.js';
import { platform } from '../../../differential/platform.js';

const NUMBERS = [0, 1, 2, 25, 26, 90, 97, 122, 127, 128, 191, 254, 255];

describe.each([CORTEX_M4, CORTEX_M0_PLUS])('on $architecture', (cpu) => {
  /** The results of `f` for pairs of numbers, and V8's. */
  function results(body: string): [number[], number[]] {
    const bytes = wat(`(module (memory 1) (func (export "f") (param i32 i32) (result i32) ${body}))`);
    const code = readModule(bytes);
    const instance = new NativeInstance(code, compileThumb(code, { cpu, fuel: false }));
    const f = new platform.Instance(new platform.Module(bytes)).exports.f as (a: number, b: number) => number;
    const pairs = NUMBERS.flatMap((a) => NUMBERS.map((b) => [a, b]));
    return [pairs.map((pair) => instance.call(0, pair)[0]), pairs.map(([a, b]) => f(a, b))];
  }

  it.each(['lt_s', 'ge_u', 'eq'])('a sum with %s, shifted or not', (comparison) => {
    for (const shift of [0, 2, 7, 8, 31]) {
      const [ours, expected] = results(
        `(i32.add (i32.shl (i32.${comparison} (local.get 0) (local.get 1)) (i32.const ${shift})) (i32.mul (local.get 0) (i32.const 3)))`,
      );
      expect(ours).toEqual(expected);
    }
  });

  it.each(['lt_u', 'le_u', 'gt_u', 'ge_u'])('%s of a byte less a constant, masked', (comparison) => {
    for (const [less, than] of [
      [97, 25],
      [65, 26],
      [200, 100],
      [255, 254],
      [255, 1],
      [128, 127],
      [0, 255],
      [58, 246],
      [58, 245],
      [47, 250],
      [10, 1],
    ]) {
      const byte = '(i32.and (local.get 0) (i32.const 255))';
      const [ours, expected] = results(
        `(i32.${comparison} (i32.and (i32.sub ${byte} (i32.const ${less})) (i32.const 255)) (i32.const ${than}))`,
      );
      expect(ours).toEqual(expected);
    }
  });

  it('a result of an indirect call, compared with 0', () => {
    const [ours, expected] = results(`(if (result i32) (call_indirect (param i32) (result i32)
        (i32.sub (local.get 1) (i32.const 1)) (i32.and (local.get 0) (i32.const 1)))
      (then (i32.const 5)) (else (i32.const 6))))
      (table 2 funcref) (elem (i32.const 0) $zero $same)
      (func $zero (param i32) (result i32) (i32.const 0))
      (func $same (param i32) (result i32) (local.get 0)`);
    expect(ours).toEqual(expected);
  });

  it('a comparison whose flags are asked twice, with a change of an operand in between', () => {
    const [ours, expected] = results(`(local $c i32)
      (if (i32.lt_s (local.get 0) (local.get 1))
        (then (local.set $c (i32.const 1)))
        (else (if (i32.gt_s (local.get 0) (local.get 1)) (then (local.set $c (i32.const 2))))))
      (local.set 0 (i32.add (local.get 0) (local.get $c)))
      (if (i32.lt_s (local.get 0) (local.get 1)) (then (local.set $c (i32.add (local.get $c) (i32.const 8)))))
      (local.get $c)`);
    expect(ours).toEqual(expected);
  });
});
