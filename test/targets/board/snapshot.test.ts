// Snapshots of calls of translated programs that are suspended: what another start of the program goes on from.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { SimulatedBoard } from '../../../sim/index.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import type { BuildOptions } from '../../../targets/board/build.js';
import { wat } from '../../core/wat.js';
import { espruino, reason } from '../../sim/espruino.js';
import { printedByEspruino, printedBySimulator, stored } from './program.js';

/** All that code can change, before and behind the loop. */
const MODULE =
  wat(`(module (memory 1 2) (table $t 2 6 funcref) (global $g (mut i64) (i64.const 1)) (global $h (mut f64) (f64.const 0))
  (global $r (mut funcref) (ref.null func)) (data $d "abc") (elem $e func $f) (func $f (result i32) (i32.const 7))
  (func $sum (param $n i32) (result i32) (local $s i32)
    (loop (local.set $s (i32.add (local.get $s) (local.get $n)))
      (br_if 0 (local.tee $n (i32.sub (local.get $n) (i32.const 1))))) (local.get $s))
  (func (export "run") (param $n i32) (param $x f64) (result f64) (local $i i32)
    (memory.init $d (i32.const 0) (i32.const 0) (i32.const 3)) (data.drop $d)
    (table.init $t $e (i32.const 1) (i32.const 0) (i32.const 1)) (elem.drop $e)
    (drop (table.grow $t (ref.func $f) (i32.const 3)))
    (i32.store (i32.const 8) (i32.const 5)) (global.set $g (i64.const -2)) (global.set $h (f64.const -0.5)) (global.set $r (ref.func $f))
    (loop $again
      (i32.store (i32.const 12) (i32.add (i32.load (i32.const 12)) (call $sum (i32.const 9))))
      (br_if $again (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (f64.add (f64.add (local.get $x) (global.get $h)) (f64.convert_i32_s (i32.add
      (i32.add (i32.add (call_indirect $t (result i32) (i32.const 4)) (table.size $t)) (i32.wrap_i64 (global.get $g)))
      (i32.add (i32.add (i32.load (i32.const 12)) (i32.load8_u (i32.const 1))) (ref.is_null (global.get $r)))))))
  (func (export "other") (loop (br 0))))`);

/** 7 + 5 - 2, 12 times 45, 98, and the two numbers. */
const RESULT = 7 + 5 - 2 + 12 * 45 + 98 + 0.25 - 0.5;

const translatedEpilogue = () => 'BOARD_EXPORTS.step = function () { goOn(); return !!suspended; };';
const OPTIONS = { tier: 'js', memoryBytes: 64, resumable: true, sliceFuel: 20, translatedEpilogue } as const;

/** Each time the program is loaded anew, as after a restart, from what the last one has saved in Storage. */
const PROGRAM = `global.setTimeout = function () {};
  var app = require("app"), result, starts = 0, same = true;
  function done(error, value) { result = error ? error.message : value; }
  function message(run) { try { run(); } catch (e) { return e.message; } }
  print(message(function () { app.run.save(); }));
  app.run.async(12, 0.25, done); app.step();
  while (result === undefined) {
    var before = app.run.save();
    require("Storage").write("state", before);
    Modules.removeCached("app"); app = require("app"); starts++;
    app.run.restore(new Uint8Array(require("Storage").readArrayBuffer("state")), done);
    var after = app.run.save();
    for (var i = 0; i < before.length; i++) if (before[i] !== after[i]) same = false;
    for (var k = 0; k < 3 && app.step(); k++);
  }
  print(result, starts > 3, same);
  before[before.length - 3] ^= 1;
  print(message(function () { app.run.restore(before, done); }));
  before[before.length - 3] ^= 1;
  print(message(function () { app.other.restore(before, done); }));`;

const RUNS: [string, typeof printedBySimulator, boolean][] = [
  ['in the simulator', printedBySimulator, true],
  [`in Espruino${reason}`, printedByEspruino, espruino !== undefined],
];

for (const [where, run, there] of RUNS) {
  describe.skipIf(!there)(`a call that is suspended ${where}`, () => {
    it('goes on in another start of the program', async () => {
      expect(run(await stored(MODULE, OPTIONS), PROGRAM)).toEqual([
        'no call of the function is suspended',
        `${RESULT} true true`,
        'this is no snapshot, or a damaged one',
        'the snapshot is of another program or function',
      ]);
    });
  });
}

describe('a snapshot', () => {
  const small = (data: string) =>
    wat(
      `(module (memory 1 1) (data (i32.const 0) "${data}") (func $deep (export "deep") (call $deep) (nop)) (func (export "run") (loop (br 0))))`,
    );
  const [bytes, options] = [small('abc'), { ...OPTIONS, memoryBytes: 1024, optimise: false }];
  const OTHERS: [string, Uint8Array, Partial<BuildOptions>][] = [
    ['other data', small('abd'), {}],
    ['more memory', bytes, { memoryBytes: 2048 }],
    ['less memory', bytes, { memoryBytes: 512 }],
    ['another level of verification', bytes, { verification: VerificationLevel.Standard }],
    ['less C stack', bytes, { stackBytes: 7000 }],
    ['fuel for its calls', bytes, { fuel: true }],
  ];

  it('is not that of the same module built otherwise', async () => {
    const board = new SimulatedBoard(banglejs2);
    const start = async (module: Uint8Array, more: Partial<BuildOptions>) => {
      board.run(await stored(module, { ...options, ...more }));
      board.run('if (global.app) Modules.removeCached("app"); var app = require("app");');
    };
    await start(bytes, {});
    board.run(`global.setTimeout = function () {}; app.run.async(function () {});
      require("Storage").write("state", app.run.save());
      var restored = function () {
        try { app.run.restore(new Uint8Array(require("Storage").readArrayBuffer("state")), function () {}); return "restored"; }
        catch (e) { return e.message; }
      };`);
    const results: [string, string | undefined][] = [];
    const restored = () => {
      board.run('print(restored());');
      return board.output.trim().split('\n').at(-1);
    };
    for (const [what, module, more] of OTHERS) {
      await start(module, more);
      results.push([what, restored()]);
    }
    const refusal = 'the snapshot is of another program or function';
    expect(results).toEqual(OTHERS.map(([what]) => [what, refusal]));
    await start(bytes, {});
    expect(restored()).toBe('restored');
  });
});
