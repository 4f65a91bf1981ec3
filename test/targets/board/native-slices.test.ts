// Machine code that runs in slices on boards: results, errors, fuel and memory of calls as a whole, and of translated programs.
import { describe, expect, it } from 'vitest';
import { type Board, banglejs2, nrf52840dk, rpi_pico } from '../../../boards/index.js';
import { SimulatedBoard } from '../../../sim/index.js';
import type { BuildOptions } from '../../../targets/board/build.js';
import { wat } from '../../core/wat.js';
import { executesMachineCode, machineCodeReason } from '../../sim/espruino.js';
import { printedByEspruino, stored } from './program.js';
import { on, type ProgramCase, printedByCase, type Run } from './program-case.js';
import { DIVIDE, FIB_SUM_TABLE } from './sliced-functions.js';

interface Case extends ProgramCase {
  prints: (string | RegExp)[];
}

const MODULE = `(module (memory (export "memory") 1)
  ${FIB_SUM_TABLE}
  (func $mean (export "mean") (param $n i32) (param $by f64) (param $wide i64) (param $f f32) (result f64 i64) (local $x f64) (local $i i32)
    (loop $again
      (local.set $wide (i64.add (i64.mul (local.get $wide) (i64.const 5)) (i64.extend_i32_s (local.get $i))))
      (local.set $x (f64.add (local.get $x) (f64.mul (local.get $by) (f64.convert_i32_s (call $sum (i32.add (local.get $i) (i32.const 1)))))))
      (br_if $again (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (f64.add (local.get $x) (f64.promote_f32 (local.get $f))) (local.get $wide))
  ${DIVIDE}
  (func $deep (export "deep") (param i32) (result i32) (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))
  (func (export "last") (result i32) (i32.load (i32.const 4))))`;

/** Prints what calls give, and the fuel that they use: as a whole, and then in slices. */
const ASYNC = `var all = [], calls = [["fib", [9]], ["sum", [50]], ["table", [6]], ["mean", [6, 0.25, [7, 1], 1.5]], ["divide", [5]]];
  function told(error, result) { return error ? error.message || error : result; }
  function whole() {
    return calls.map(function (c) {
      var result;
      try { result = app[c[0]].apply(null, c[1]); } catch (error) { result = error.message; }
      return result + ":" + app.fib.fuelUsed();
    }).join();
  }
  function next() {
    var call = calls.shift();
    if (!call) { print(all.join()); finished(); return; }
    app[call[0]].async.apply(app[call[0]], call[1].concat([function (error, result) {
      all.push(told(error, result) + ":" + app.fib.fuelUsed());
      next();
    }]));
  }`;

const EXPECTED =
  /^34:\d+,1275:\d+,\d+:\d+,15.5,[\d,-]+:\d+,integer divide by zero in function 4 \(divide\) at byte \d+:\d+$/;

const CASES: Case[] = [
  {
    what: 'calls with all kinds of values, traps, and other code that runs meanwhile',
    module: MODULE,
    program: `${ASYNC} var others = 0, timer = setInterval(function () { others++; }, 1);
      function finished() { clearInterval(timer); print(others > 3); }
      print(whole()); next();`,
    prints: [EXPECTED, EXPECTED, 'true'],
  },
  {
    what: 'calls that wait for each other, calls without async that do not, and promises',
    module: MODULE,
    program: `function done(error, result) { print(error ? error.message : result); }
      app.sum.async(600, done); app.fib.async(7, done); app.last.async(done);
      app.sum.async(10).then(function (result) { print("then", result); return app.divide.async(3); }).catch(function (error) { print(error.message); });
      try { app.sum(3); } catch (error) { print(error.message); }
      try { app.sum.withFuel(100, 3); } catch (error) { print(error.message); }`,
    prints: [
      'another call is running: take .async, which waits for it',
      'another call is running: take .async, which waits for it',
      '180300',
      '13',
      '0',
      'then 55',
      /^integer divide by zero in function 4 /,
    ],
  },
  {
    what: 'host functions that call back, fail, and set limits',
    module: `(module
      (import "env" "again" (func $again (param i32) (result i32)))
      (import "env" "limited" (func $limited (param i32) (result i32)))
      (import "env" "fail" (func $fail))
      (func $count (export "count") (param i32) (result i32) (local $sum i32)
        (loop $more
          (local.set $sum (i32.add (local.get $sum) (local.get 0)))
          (br_if $more (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (local.get $sum))
      (func $down (export "down") (param i32) (result i32)
        (if (result i32) (local.get 0)
          (then (i32.add (i32.add (call $count (i32.const 9)) (local.get 0)) (call $again (i32.sub (local.get 0) (i32.const 1)))))
          (else (i32.const 0))))
      (func (export "outer") (param i32) (result i32)
        (i32.add (i32.add (call $count (i32.const 20)) (call $limited (local.get 0))) (call $count (i32.const 20))))
      (func (export "fails") (loop $more (drop (call $count (i32.const 9))) (call $fail) (br $more))))`,
    imports: `let count = 0;
      export const env = {
        again: function (x) { return require("app").down(x); },
        limited: function (limit) {
          var count = require("app").count;
          try { return count.withFuel(limit, 10); } catch (error) { print("inner", error.message); return -1; }
        },
        fail: function () { if (++count % 3 === 0) throw new Error("failed"); },
      };`,
    program: `function done(error, result) { print(error ? error.message : result, app.down.fuelUsed()); }
      done(null, app.down(3)); done(null, app.outer(1000)); done(null, app.outer(50));
      try { app.fails(); } catch (error) { done(error); }
      app.down.async(3, done); app.outer.async(1000, done); app.outer.async(50, done); app.fails.async(done);`,
    prints: [
      /^141 \d+$/,
      /^475 \d+$/,
      /^inner out of fuel in function 3 \(count\) at byte \d+$/,
      /^419 \d+$/,
      /^env.fail: failed \d+$/,
    ],
  },
];

type Options = Partial<BuildOptions> & { board: Board };

const printed = (each: ProgramCase, options: Options, run: Run) =>
  printedByCase(each, { fuel: true, resumable: true, ...options }, run);

/** Boards that execute code in place and in RAM, with wide instructions and without, and fuel of a slice. */
const BUILDS: [Board, number][] = [
  [nrf52840dk, 1],
  [rpi_pico, 40],
  [banglejs2, 500],
];

describe('machine code that runs in slices', () => {
  it.each(CASES)('$what', async (each) => {
    for (const [board, sliceFuel] of BUILDS) {
      const lines = await printed(each, { board, tier: 'native', sliceFuel }, on(board));
      for (const [line, text] of each.prints.entries())
        if (typeof text === 'string') expect(lines[line]).toBe(text);
        else expect(lines[line]).toMatch(text);
      if (each === CASES[0]) expect(lines[1]).toBe(lines[0]);
      if (each === CASES[2]) expect(lines.slice(5)).toEqual(lines.slice(0, 5));
    }
  });

  it('uses a part of the stack for recursion, and traps beyond it', async () => {
    const program = 'app.deep.async(1, function (error) { print(error.message); });';
    const lines = await printed({ ...CASES[0], program }, { board: nrf52840dk, tier: 'native' }, on(nrf52840dk));
    expect(lines[0]).toMatch(/^call stack exhausted in function 5 \(deep\) at byte \d+$/);
  });
});

/** Runs the next slice where no timer runs. */
const STEPS: Options = {
  board: banglejs2,
  tier: 'native',
  sliceFuel: 20,
  nativeEpilogue: 'BOARD_EXPORTS.step = function () { goOn(); return !!suspended; };',
};

/** Runs the calls above, and a call that is saved in the middle and continued twice. */
const STEPPED = `global.setTimeout = function () {}; var slices = 0;
  ${ASYNC.replace('function next', 'function nextCall')}
  print(whole());
  calls.forEach(function (c) {
    app[c[0]].async.apply(app[c[0]], c[1].concat([function (error, result) { all.push(told(error, result) + ":" + app.fib.fuelUsed()); }]));
    while (app.step()) slices++;
  });
  print(all.join()); print(slices > 20);
  function done(error, result) { print(told(error, result), app.memory[9], app.table.fuelUsed()); }
  print(attempt(function () { app.table.save(); }));
  app.memory[9] = 77;
  app.table.async(6, done);
  for (var i = 0; i < 12; i++) app.step();
  var state = app.table.save();
  app.memory[9] = 78;
  while (app.step());
  app.table.restore(state, done);
  while (app.step());
  print(attempt(function () { app.sum.restore(state, done); }));
  state[state.length - 3] ^= 1;
  print(attempt(function () { app.table.restore(state, done); }), app.memory[9]);`;

const STEPS_PRINT = [
  EXPECTED,
  EXPECTED,
  /^true$/,
  /^no call of the function is suspended$/,
  /^\d+ 78 \d+$/,
  /^\d+ 77 \d+$/,
  /^the snapshot is of another program or function$/,
  /^this is no snapshot, or a damaged one 77$/,
];

const RUNS: [string, (board: Board) => Run, boolean][] = [
  ['in the simulator', on, true],
  [`in Espruino${machineCodeReason}`, () => printedByEspruino, executesMachineCode],
];

for (const [where, run, there] of RUNS) {
  describe.skipIf(!there)(`machine code, slice by slice, ${where}`, () => {
    it.each([banglejs2, rpi_pico])('gives the same, and goes on from a snapshot: code for $name', async (board) => {
      const each = { ...CASES[0], program: STEPPED };
      const lines = await printed(each, { ...STEPS, board, memoryBytes: 64 }, run(board));
      expect(lines.length).toBe(STEPS_PRINT.length);
      for (const [line, text] of STEPS_PRINT.entries()) expect(lines[line]).toMatch(text);
      expect(lines[1]).toBe(lines[0]);
      expect(lines[5]).toBe(lines[4].replace(' 78 ', ' 77 '));
    });
  });
}

describe('machine code that Storage moves', () => {
  it('does not go on with a call, and says so', async () => {
    const board = new SimulatedBoard(nrf52840dk);
    board.run('require("Storage").write("before", "x".repeat(2000));');
    board.run(await stored(wat(MODULE), { ...STEPS, resumable: true, board: nrf52840dk, memoryBytes: 64 }));
    board.run(`global.setTimeout = function () {}; var app = require("app"), storage = require("Storage");
      function done(error, result) { print(error ? error.message : result); }
      app.fib.async(15, done); app.step(); app.step();
      var state = app.fib.save();
      storage.erase("before"); app.step(); storage.compact(); app.step();
      app.fib.restore(state, done); app.step(); app.fib.async(3, done);`);
    const moved = 'Storage has been compacted, and machine code has moved: load the program again';
    expect(board.output.trim().split('\n')).toEqual(['Compacting...', moved, moved, moved]);
  });
});

describe('a snapshot of machine code', () => {
  it('goes on after a restart where the program lies at the same addresses, and nowhere else', async () => {
    const start = async (before: string) => {
      const board = new SimulatedBoard(nrf52840dk);
      board.run(await stored(wat(MODULE), { ...STEPS, resumable: true, board: nrf52840dk, memoryBytes: 64 }));
      board.run(`global.setTimeout = function () {}; ${before} var app = require("app");
        function done(error, result) { print(result); }
        function restore(text) {
          var letters = atob(text), bytes = new Uint8Array(letters.length);
          for (var i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
          try { app.fib.restore(bytes, done); while (app.step()); } catch (e) { print(e.message); }
        }`);
      return board;
    };
    const printed = (board: SimulatedBoard, program: string) => {
      board.run(program);
      return board.output.trim().split('\n').at(-1);
    };
    const first = await start('');
    const state = printed(first, 'app.fib.async(15, done); app.step(); app.step(); print(btoa(app.fib.save()));');
    expect(printed(await start(''), `restore("${state}");`)).toBe('610');
    expect(printed(await start('var a = new Uint8Array(900); E.getAddressOf(a, true);'), `restore("${state}");`)).toBe(
      'the snapshot is of the program at other addresses',
    );
  });
});
