// Fuel of machine code on boards: the counts of translated programs, unit for unit, and calls that end in the same place.
import { describe, expect, it } from 'vitest';
import { type Board, banglejs2, nrf52840dk, rpi_pico } from '../../../boards/index.js';
import type { Tier } from '../../../targets/board/slice-fuel.js';
import { executesMachineCode, machineCodeReason, withoutTimers } from '../../sim/espruino.js';
import { printedByEspruino } from './program.js';
import { on, type ProgramCase, printedByCase, type Run } from './program-case.js';

interface Case extends ProgramCase {
  /** The first lines of what is printed. */
  prints?: (string | RegExp)[];
}

const CASES: Case[] = [
  {
    what: 'calls with every limit up to what they use, and one more',
    module: `(module (memory 1) (global $left (mut i64) (i64.const 0))
      (func $fib (export "fib") (param i32) (result i32)
        (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0))
          (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
      (func $sum (export "sum") (param i32 i64 f64) (result i64)
        (loop $again
          (global.set $left (i64.add (global.get $left) (local.get 1)))
          (i32.store8 (local.get 0) (i32.trunc_f64_s (local.get 2)))
          (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (block $b (block $a (br_table $a $b (i32.wrap_i64 (local.get 1)))) (return (i64.const -1)))
        (global.get $left))
      (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0))))`,
    program: `for (var limit = 0; limit < 90; limit++)
        print(limit, attempt(function () { return app.fib.withFuel(limit, 4); }), app.fib.fuelUsed());
      for (var limit = 0; limit < 110; limit += 3)
        print(limit, attempt(function () { return app.sum.withFuel(limit, 5, [1, 0], limit); }), app.sum.fuelUsed(), app.load(2));`,
  },
  {
    what: 'traps, loops without an end, and limits of each call anew',
    module: `(module (memory 1)
      (func (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
      (func $deep (export "deep") (param i32) (result i32)
        (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))
      (func (export "endless")
        (loop $again (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))) (br $again)))
      (func (export "count") (result i32) (i32.load (i32.const 0))))`,
    program: `print(attempt(function () { return app.divide.withFuel(100, 7, 0); }), app.divide.fuelUsed(), app.divide(7, 2));
      print(attempt(function () { return app.divide.withFuel(0, 7, 2); }), app.divide.fuelUsed(), app.divide(7, 2));
      print(attempt(function () { return app.divide.withFuel(-3, 7, 2); }), app.divide.withFuel(7.9, 7, 2), app.divide.fuelUsed());
      print(attempt(function () { app.endless.withFuel(1000); }), app.endless.fuelUsed(), app.count());
      print(attempt(function () { app.endless.withFuel(2000); }), app.endless.fuelUsed(), app.count());
      print(attempt(function () { app.deep.withFuel(300, 1); }), app.deep.fuelUsed(), app.count.fuelUsed());`,
  },
  {
    what: 'host functions that call back, throw, and use up the fuel of the call that they belong to',
    module: `(module
      (import "env" "again" (func $again (param i32) (result i32)))
      (import "env" "fail" (func $fail))
      (import "env" "calm" (func $calm (param i32) (result i32)))
      (global $used (mut i32) (i32.const 0))
      (func (export "used") (result i32) (global.get $used))
      (func $down (export "down") (param i32) (result i32)
        (global.set $used (i32.add (global.get $used) (i32.const 1)))
        (if (result i32) (local.get 0)
          (then (i32.add (local.get 0) (call $again (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0))))
      (func (export "calm") (param i32) (result i32)
        (if (result i32) (call $calm (local.get 0)) (then (i32.const 1)) (else (i32.const 2))))
      (func (export "fail") (loop $more (call $fail) (br $more))))`,
    imports: `var count = 0;
      export const env = {
        again: function (x) { return require("app").down(x); },
        calm: function (x) { try { return require("app").down(x); } catch (error) { print("caught", error.message); return 0; } },
        fail: function () { if (++count % 3 === 0) throw new Error("failed"); },
      };`,
    program: `print(app.down(2), app.down.fuelUsed());
      for (var limit = 0; limit < 60; limit += 2)
        print(limit, attempt(function () { return app.down.withFuel(limit, 2); }), app.down.fuelUsed());
      for (var limit = 0; limit < 70; limit += 6)
        print(limit, attempt(function () { return app.calm.withFuel(limit, 2); }), app.calm.fuelUsed());
      print(app.used(), attempt(function () { app.fail.withFuel(1000); }), app.fail.fuelUsed());
      print(attempt(function () { app.fail.withFuel(10); }), app.fail.fuelUsed());`,
  },
  {
    what: 'limits that host functions give calls, which take from the outer call',
    module: `(module
      (import "env" "limited" (func $limited (param i32) (result i32)))
      (func (export "count") (param i32) (result i32)
        (loop $again (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (i32.const 7))
      (func (export "outer") (param i32) (result i32) (call $limited (local.get 0))))`,
    imports: `export const env = {
        limited: function (limit) {
          var count = require("app").count;
          try { return count.withFuel(limit, 10); } catch (error) { print("inner", error.message); return -1; }
        },
      };`,
    program: `print(app.count(10), app.count.fuelUsed(), app.outer(1000), app.outer.fuelUsed());
      print(app.outer(5), app.outer.fuelUsed(), app.count(30), app.count.fuelUsed());
      for (var limit = 0; limit < 120; limit += 7)
        print(limit, attempt(function () { return app.outer.withFuel(limit, 60); }), app.outer.fuelUsed());`,
    prints: ['7 61 7 72', /^inner out of fuel in function 1 \(count\) at byte \d+$/, /^-1 \d\d 7 181$/],
  },
  {
    what: 'a start function, and functions that timers call',
    module: `(module
      (import "espruino" "setTimeout" (func $after (param i32 f64) (result i32)))
      (table 2 funcref) (elem (i32.const 1) $later)
      (global $calls (mut i32) (i32.const 0))
      (func $start (global.set $calls (i32.const 10))) (start $start)
      (func $later (global.set $calls (i32.add (global.get $calls) (i32.const 1))))
      (func (export "calls") (result i32) (global.get $calls))
      (func (export "run") (drop (call $after (i32.const 1) (f64.const 5)))))`,
    needsTimers: true,
    program: `print(app.calls.fuelUsed(), app.calls()); app.run.withFuel(20); print(app.run.fuelUsed());
      setTimeout(function () { print(app.calls.fuelUsed(), app.calls()); }, 50);`,
  },
];

const printed = (each: Case, options: { board: Board; tier: Tier; optimise?: boolean }, run: Run) =>
  printedByCase(each, { fuel: true, ...options }, run);

describe('machine code that counts fuel prints what translated code prints', () => {
  it.each(CASES)('$what', async (each) => {
    const expected = await printed(each, { board: banglejs2, tier: 'js' }, on(banglejs2));
    for (const [line, text] of each.prints?.entries() ?? []) expect(expected[line]).toMatch(text);
    for (const board of [nrf52840dk, rpi_pico, banglejs2])
      expect(await printed(each, { board, tier: 'native' }, on(board))).toEqual(expected);
  });

  it('of an optimised module, too', async () => {
    const [each] = CASES;
    const expected = await printed(each, { board: banglejs2, tier: 'js', optimise: true }, on(banglejs2));
    expect(await printed(each, { board: banglejs2, tier: 'native', optimise: true }, on(banglejs2))).toEqual(expected);
  });

  const noTimers = withoutTimers();
  it.skipIf(!executesMachineCode).for(CASES)(`$what, in Espruino${machineCodeReason}`, async (each, { skip }) => {
    if (each.needsTimers && noTimers !== '') skip(noTimers.slice(2));
    const expected = await printed(each, { board: banglejs2, tier: 'js' }, on(banglejs2));
    for (const board of [banglejs2, rpi_pico])
      expect(await printed(each, { board, tier: 'native' }, printedByEspruino)).toEqual(expected);
  });
});

describe('limits of machine code', () => {
  const each: Case = {
    what: '',
    module: '(module (func (export "f") (param i32) (result i32) (local.get 0)))',
    program: `print(app.f.withFuel(2147483647, 5));
      [2147483648, Infinity, NaN, undefined].forEach(function (limit) { print(attempt(function () { return app.f.withFuel(limit, 5); })); });
      print(app.f(6));`,
  };

  it('are numbers that a word holds', async () => {
    const refusal = (limit: string) => `machine code counts fuel up to 2147483647, and ${limit} is given`;
    expect(await printed(each, { board: nrf52840dk, tier: 'native' }, on(nrf52840dk))).toEqual([
      '5',
      ...['2147483648', 'Infinity', 'NaN', 'undefined'].map(refusal),
      '6',
    ]);
  });
});
