// The module that has to load and run after every error: an engine that an error left half changed shows it here.
import { expect } from 'vitest';
import type { Engine } from '../../src/index.js';
import { wat } from './wat.js';

const adder = wat(`(module
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))`);

/** Loads the module into the engine and calls it. */
export function expectToWork(engine: Engine): void {
  const add = engine.exportedFunction(engine.instantiate(engine.load(adder)), 'add');
  expect(engine.signature(add)).toBe('ii:i');
  engine.setI32(0, 20);
  engine.setI32(1, 22);
  engine.call(add);
  expect(engine.getI32(0)).toBe(42);
}

/** Returns the exception of `action`; fails if there is none. */
export function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return expect.fail('nothing was thrown');
}
