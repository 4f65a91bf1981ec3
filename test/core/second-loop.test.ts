// Rare instructions run in a second loop, which leaves it where operands of a division are not frequent.
import { describe, expect, it } from 'vitest';
import { Engine, large, WasmTrap } from '../../src/index.js';
import { VerificationLevel } from '../../src/safety/index.js';
import { thrownBy } from './adder.js';
import { wat } from './wat.js';

const levels = [VerificationLevel.None, VerificationLevel.Standard, VerificationLevel.Full];

/** Exports of a module, called with i64 arguments; the result of each is an i64. */
function engineOf(text: string, verification: VerificationLevel) {
  const engine = new Engine({ ...large, memoryBytes: 65536, modules: 1, instances: 1 }, { verification });
  const instance = engine.instantiate(engine.load(wat(text)));
  return (name: string, ...values: bigint[]) => {
    for (const [index, value] of values.entries()) {
      engine.setI64(index, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
    }
    engine.call(engine.exportedFunction(instance, name));
    return (BigInt(engine.getI64High(0)) << 32n) | BigInt(engine.getI64Low(0) >>> 0);
  };
}

const OPERATIONS = ['div_s', 'div_u', 'rem_s', 'rem_u'];
/** Each function computes its result a second time, in a loop. */
const DIVISIONS = `(module ${OPERATIONS.map(
  (name) => `(func (export "${name}") (param i64 i64) (result i64) (local i64 i32)
    (loop (local.set 2 (i64.${name} (local.get 0) (local.get 1)))
      (br_if 0 (i32.lt_u (local.tee 3 (i32.add (local.get 3) (i32.const 1))) (i32.const 2))))
    (local.get 2))`,
).join('')})`;

function expected(name: string, a: bigint, b: bigint): bigint {
  const [x, y] = name.endsWith('u') ? [BigInt.asUintN(64, a), BigInt.asUintN(64, b)] : [a, b];
  return BigInt.asIntN(64, name.startsWith('div') ? x / y : x % y);
}

describe('64-bit division and remainder', () => {
  const edges = [31, 32, 51, 52, 53, 63].flatMap((bits) => [-1n, 0n, 1n].map((more) => 2n ** BigInt(bits) + more));
  const values = [...edges, 1n, 2n, 3n, 10n, 1000n, 4503599627370495n, 123456789012345n]
    .flatMap((value) => [value, -value])
    .map((value) => BigInt.asIntN(64, value));

  it.each(levels)('are exact where the quotient of doubles is not, at level %i', (level) => {
    const call = engineOf(DIVISIONS, level);
    for (const name of OPERATIONS)
      for (const a of values)
        for (const b of values) {
          if (name === 'div_s' && a === -(2n ** 63n) && b === -1n) continue;
          expect(call(name, a, b), `${name} ${a} ${b}`).toBe(expected(name, a, b));
        }
  });

  it.each(levels)('trap in a loop as elsewhere, at level %i', (level) => {
    const call = engineOf(DIVISIONS, level);
    expect(thrownBy(() => call('rem_u', 7n, 0n))).toBeInstanceOf(WasmTrap);
    expect(call('rem_u', 7n, 4n)).toBe(3n);
  });
});

it.each(levels)('a loop with rare instructions calls functions of the main loop and goes on, at level %i', (level) => {
  // The callee's address is a fused instruction of the main loop alone; i64.ctz is in the second loop.
  const call = engineOf(
    `(module (memory 1)
      (func $callee (param i32) (result f64)
        (f64.mul (f64.load (i32.add (i32.shl (local.get 0) (i32.const 3)) (i32.const 8))) (f64.const 2)))
      (func (export "f") (param i64) (result i64) (local i64)
        (f64.store (i32.const 16) (f64.const 1.5))
        (loop
          (local.set 1 (i64.add (local.get 1) (i64.add (i64.ctz (local.get 0)) (i64.trunc_f64_s (call $callee (i32.const 1))))))
          (br_if 0 (i64.ne (local.tee 0 (i64.shr_u (local.get 0) (i64.const 1))) (i64.const 0))))
        (local.get 1)))`,
    level,
  );
  // Zeros at the end of 8, 4, 2, 1, and 3 for each round.
  expect(call('f', 8n)).toBe(3n + 2n + 1n + 0n + 4n * 3n);
});

it('a function that is lowered a second time calls functions behind it', () => {
  const call = engineOf(
    `(module
      (func (export "f") (param i64) (result i64) (local i64)
        (loop (local.set 1 (i64.add (i64.ctz (local.get 0)) (call $behind (call $behind (local.get 1)))))
          (br_if 0 (i64.ne (local.tee 0 (i64.shr_u (local.get 0) (i64.const 1))) (i64.const 0))))
        (local.get 1))
      (func $behind (param i64) (result i64) (i64.add (local.get 0) (i64.const 1))))`,
    VerificationLevel.None,
  );
  expect(call('f', 2n)).toBe(1n + 2n + 0n + 2n);
});

it('calls of functions behind stand among the targets of branch tables', () => {
  const call = engineOf(
    `(module
      (func (export "f") (param i64) (result i64)
        (block (block (block (br_table 0 1 2 (i32.wrap_i64 (local.get 0))))
            (return (call $behind (i64.const 1))))
          (return_call $behind (i64.const 2)))
        (i64.add (call $other (i64.const 3)) (call $behind (i64.const 4))))
      (func $other (param i64) (result i64) (call $behind (i64.mul (local.get 0) (i64.const 100))))
      (func $behind (param i64) (result i64) (i64.add (local.get 0) (i64.const 10))))`,
    VerificationLevel.None,
  );
  expect([0n, 1n, 2n, 9n].map((index) => call('f', index))).toEqual([11n, 12n, 310n + 14n, 310n + 14n]);
});
