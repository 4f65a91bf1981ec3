// Recursion on a board with little C stack: it ends with the trap, before Espruino's own limit, which cannot be caught.
import { describe, expect, it } from 'vitest';
import { puckjs } from '../../../boards/index.js';
import { SimulatedBoard } from '../../../sim/index.js';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';

/** Functions without end, by what the call stands in; `$deep` counts the calls. */
const FUNCTIONS: Record<string, string> = {
  'a return': '(param i32) (result i32) (call $count) (call $f (local.get 0))',
  'an operand on the right':
    '(param f64) (result f64) (call $count) (f64.mul (f64.add (local.get 0) (f64.const 1.5)) (call $f (f64.sub (local.get 0) (f64.const 1))))',
  'an argument': '(param i32) (result i32) (call $count) (call $f (call $f (i32.add (local.get 0) (i32.const 1))))',
  'a loop': `(param i32) (result i32) (local i32) (call $count)
    (loop $l (i32.store (i32.const 8) (call $f (local.get 0)))
      (br_if $l (i32.lt_s (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 10)))) (local.get 1)`,
  'a condition':
    '(param i32) (result i32) (call $count) (if (i32.eq (call $f (local.get 0)) (i32.const 3)) (then (return (i32.const 1)))) (i32.const 2)',
  'a sum of i64':
    '(param i64) (result i64) (call $count) (i64.add (i64.mul (local.get 0) (i64.const 5)) (call $f (i64.sub (local.get 0) (i64.const 1))))',
  'a call through a table': `(param i32) (result i32) (call $count)
    (i32.add (i32.const 1) (call_indirect (param i32) (result i32) (local.get 0) (i32.and (local.get 0) (i32.const 0))))`,
  'an index of a table': `(param i32) (result i32) (call $count)
    (call_indirect (param i32) (result i32) (local.get 0) (call $f (local.get 0)))`,
  'a statement behind nested calls of others': `(param i32) (call $count)
    (if (i32.lt_s (i32.load (call $next (call $next (local.get 0)))) (i32.const 9)) (then (call $count)))
    (call $f (i32.const 0))`,
};

const FORMS: [string, Partial<BuildOptions>][] = [
  ['', {}],
  [', counting fuel', { fuel: true }],
];

describe.each(FORMS)('a recursive function%s, on a Puck.js', (_, options) => {
  it.each(Object.entries(FUNCTIONS))('traps where its call is in %s', async (_, body) => {
    const bytes = wat(`(module (memory 1) (table 1 funcref) (elem (i32.const 0) $f)
      (global $deep (export "deep") (mut i32) (i32.const 0))
      (func $count (global.set $deep (i32.add (global.get $deep) (i32.const 1))))
      (func $next (param i32) (result i32) (i32.and (i32.add (local.get 0) (i32.const 4)) (i32.const 31)))
      (func $f (export "f") ${body}))`);
    const { image } = await buildProgram(readModule(bytes), {
      board: puckjs,
      name: 'app',
      tier: 'js',
      optimise: false,
      memoryBytes: 64,
      ...options,
    });
    const board = new SimulatedBoard(puckjs);
    for (const { name, bytes } of image.files) board.storage.write(name, bytes);
    const values = body.startsWith('(param i64)') ? '[5, 0]' : '5';
    board.run(`var app = require("app");
      function f() { try { return app.f(${values}); } catch (error) { return error.message; } }
      print("" + f()); print(app.deep.value);`);
    const [message, deep] = board.output.trim().split('\n');
    expect(message).toMatch(/^call stack exhausted in function 2 \(f\) at byte \d+$/);
    expect(Number(deep)).toBeGreaterThanOrEqual(5);
  });
});
