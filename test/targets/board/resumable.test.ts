// Translated functions that yield and are resumed: the same results, fuel and memory as in one go, whatever the slices.
import { describe, expect, it } from 'vitest';
import { amount } from '../../amount.js';
import { wat } from '../../core/wat.js';
import { STEPS } from '../../differential/random-module.js';
import { espruino, reason, withoutTimers } from '../../sim/espruino.js';
import { printedByEspruino, printedBySimulator, stored } from './program.js';
import { DIVIDE, FIB_SUM_TABLE } from './sliced-functions.js';
import {
  type BoardFunction,
  callsFor,
  difference,
  filesOf,
  Interpreter,
  load,
  moduleOf,
  outcomeOf,
  valuesOf,
  withoutNames,
} from './translated-random.js';

const MODULES = amount(4, 12);
const PART = amount(4, 6);

/** Runs a call in slices, one right behind the other. Returns how many there were. */
function inSlices(target: BoardFunction, values: unknown[], done: (error: unknown, result: unknown) => void): number {
  const { setTimeout } = globalThis;
  const next: (() => void)[] = [];
  let slices = 0;
  globalThis.setTimeout = ((run: () => void) => next.push(run)) as unknown as typeof setTimeout;
  try {
    target.async(...values, done);
    for (; next.length > 0; slices++) next.shift()!();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  return slices;
}

describe('random modules that yield wherever they can', () => {
  const interpreter = new Interpreter();
  const parts = Array.from({ length: MODULES / PART }, (_, index) => 9000 + index * PART);

  it.each(parts)('do the same as interpreted: seeds from %i', async (from) => {
    let slices = 0;
    for (let seed = from; seed < from + PART; seed++) {
      const module = moduleOf(seed);
      const program = load(await filesOf(module, { resumable: true, fuel: true, sliceFuel: 1 }));
      interpreter.load(module);
      for (const call of callsFor(module, seed)) {
        program[STEPS].value = call.steps;
        const target = program[call.name];
        const expected = withoutNames(interpreter.call(call));
        const run = () => {
          let outcome: unknown[] = ['not done'];
          slices += inSlices(target, valuesOf(call), (...given) => {
            outcome = given;
          });
          if (outcome[0]) throw outcome[0];
          return outcome[1];
        };
        const found = withoutNames(outcomeOf(run, target.fuelUsed));
        expect({ seed, call, ...found }).toEqual({ seed, call, ...expected });
        expect(difference(interpreter.memory, program.memory)).toBe(-1);
      }
    }
    expect(slices).toBeGreaterThan(1000 * PART);
  });
});

const MODULE = wat(`(module (memory 1)
  ${FIB_SUM_TABLE}
  (func (export "mean") (param $n i32) (result f64) (local $x f64) (local $wide i64) (local $i i32)
    (loop $again
      (local.set $wide (i64.add (i64.mul (local.get $wide) (i64.const 5)) (i64.extend_i32_s (local.get $i))))
      (local.set $x (f64.add (local.get $x) (f64.mul (f64.const 0.25) (f64.convert_i32_s (call $sum (i32.add (local.get $i) (i32.const 1)))))))
      (br_if $again (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (f64.add (local.get $x) (f64.convert_i64_s (local.get $wide))))
  ${DIVIDE}
  (func (export "last") (result i32) (i32.load (i32.const 4))))`);

/** The calls in one go, and then in slices: prints the results of both. */
const PROGRAM = `var app = require("app"), others = 0, timer = setInterval(function () { others++; }, 1), all = [];
  function done(error, result) { all.push(error ? error.message : result); if (all.length == 5) { clearInterval(timer); print(all.join()); print(others > 3); } }
  print([app.fib(9), app.sum(50), app.table(6), app.mean(6)].join());
  app.fib.async(9, done); app.sum.async(50, done); app.table.async(6, done); app.mean.async(6, done); app.divide.async(5, done);
  try { app.sum(3); } catch (e) { print(e.message.substr(0, 12)); }`;

/** The next slice, for where no timer runs. */
const translatedEpilogue = () => 'BOARD_EXPORTS.step = function () { goOn(); return !!suspended; };';
const WITHOUT_TIMERS = `global.setTimeout = function () {}; var app = require("app"), all = [], slices = 0;
  function done(error, result) { all.push(error ? error.message : result); }
  print([app.fib(9), app.sum(50), app.table(6), app.mean(6)].join());
  [["fib", 9], ["sum", 50], ["table", 6], ["mean", 6], ["divide", 5]].forEach(function (c) { app[c[0]].async(c[1], done); while (app.step()) slices++; });
  print(all.join()); print(slices > 20);`;

const RUNS: [string, typeof printedBySimulator, boolean][] = [
  ['in the simulator', printedBySimulator, true],
  [`in Espruino${reason}`, printedByEspruino, espruino !== undefined],
];

for (const [where, run, there] of RUNS) {
  describe.skipIf(!there)(`a program that yields ${where}`, () => {
    it('gives the same, one slice right behind the other', async () => {
      const options = { tier: 'js', memoryBytes: 64, resumable: true, sliceFuel: 20, translatedEpilogue } as const;
      const lines = run(await stored(MODULE, options), WITHOUT_TIMERS);
      expect(lines[0]).toMatch(/^34,1275,/);
      expect(lines[1]).toMatch(
        new RegExp(`^${lines[0]},integer divide by zero in function 4 \\(divide\\) at byte \\d+$`),
      );
      expect(lines[2]).toBe('true');
    });

    const noTimers = run === printedByEspruino ? withoutTimers() : '';
    it.skipIf(noTimers !== '').each([1, 40, 700])(`gives the same in slices of %i${noTimers}`, async (sliceFuel) => {
      const options = { tier: 'js', memoryBytes: 64, resumable: true, sliceFuel } as const;
      const lines = run(await stored(MODULE, options), PROGRAM);
      expect(lines[0]).toMatch(/^34,1275,/);
      expect(lines[1]).toBe('another call');
      expect(lines[2]).toMatch(
        new RegExp(`^${lines[0]},integer divide by zero in function 4 \\(divide\\) at byte \\d+$`),
      );
      expect(lines[3]).toBe('true');
    });
  });
}

describe('what need not be resumed', () => {
  it('has nothing of it', async () => {
    const { files } = { files: await filesOf({ bytes: MODULE } as never, { resumable: ['last'], optimise: false }) };
    const text = Buffer.from(files.find(({ name }) => name === 'app')!.bytes).toString('latin1');
    const all = Buffer.from(
      (await filesOf({ bytes: MODULE } as never, { resumable: true, optimise: false })).find(
        ({ name }) => name === 'app',
      )!.bytes,
    ).toString('latin1');
    // A function that ends soon has no points; `last` calls nothing.
    expect(all.length - text.length).toBeGreaterThan(900);
  });
});
