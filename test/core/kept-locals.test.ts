// Joined instructions that keep a value in a local, while the operand stack holds a value of the same local.
import { expect, it } from 'vitest';
import { Engine, large } from '../../src/index.js';
import { wat } from './wat.js';

/** `f(argument)` of a module with one page, in which the word at address 8 is 42. */
function call(body: string, argument: number): number {
  const engine = new Engine({ ...large, memoryBytes: 65536, modules: 1, instances: 1 });
  const bytes = wat(
    `(module (memory 1) (data (i32.const 8) "\\2a") (func (export "f") (param i32) (result i32) ${body}))`,
  );
  const instance = engine.instantiate(engine.load(bytes));
  engine.setI32(0, argument);
  engine.call(engine.exportedFunction(instance, 'f'));
  return engine.getI32(0);
}

it('reads the address that was kept in a local before a load overwrites the local', () => {
  const body = `(local.tee 0 (i32.add (local.get 0) (i32.const 4))) (local.tee 0 (i32.load (local.get 0))) i32.sub`;
  expect(call(body, 4)).toBe(8 - 42);
  expect(call(body.replace('i32.load', 'i32.load8_u'), 4)).toBe(8 - 42);
});

it('reads the address that was kept in a local behind a load that is the condition of an if', () => {
  const body = `(local.tee 0 (i32.add (local.get 0) (i32.const 4)))
    (if (i32.load (local.get 0)) (then (local.set 0 (i32.const 1))))
    (i32.add (local.get 0))`;
  expect(call(body, 4)).toBe(8 + 1);
  expect(call(body, 16)).toBe(20 + 20);
});

it('keeps other values of locals on the operand stack where they were', () => {
  const body = `(local $other i32)
    (local.set $other (i32.const 1000))
    (local.get $other)
    (local.set $other (i32.load (local.tee 0 (i32.add (local.get 0) (i32.const 4)))))
    (i32.add (i32.add (local.get $other) (local.get 0)))`;
  expect(call(body, 4)).toBe(1000 + 42 + 8);
});

it('keeps the old values of a local, however many of them wait', () => {
  const count = 1000;
  const step = '(local.get 0) (local.set 0 (i32.add (local.get 0) (i32.const 1)))';
  const body = `${step.repeat(count)} (local.get 0) ${'i32.add '.repeat(count)}`;
  expect(call(body, 7)).toBe(Array.from({ length: count + 1 }, (_, index) => 7 + index).reduce((a, b) => a + b));
});

it('keeps the values of another local, however many of them wait', () => {
  const count = 1000;
  const body = `(local $new i32) ${'(local.get 0) (local.set $new (local.get 0))'.repeat(count)} (local.set 0 (i32.const 5))
    ${'i32.add '.repeat(count - 1)} (i32.add (local.get 0)) (i32.add (local.get $new))`;
  expect(call(body, 7)).toBe(7 * count + 5 + 7);
});
