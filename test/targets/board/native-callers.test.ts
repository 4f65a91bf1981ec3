// The call stack of a trap in machine code on boards: the frames that the engine tells, in the words of `run`.
import { describe, expect, it } from 'vitest';
import { type Board, banglejs2, nrf52840dk, rpi_pico } from '../../../boards/index.js';
import { Engine, small, type WasmTrap } from '../../../src/index.js';
import { wat } from '../../core/wat.js';
import { executesMachineCode, machineCodeReason, withoutTimers } from '../../sim/espruino.js';
import { printedByEspruino } from './program.js';
import { on, printedByCase, type Run } from './program-case.js';

/** Functions with and without calls, with arguments on the stack, large frames, and tail calls. */
const MODULE = `(module (type $t (func (param i32) (result i32)))
  (import "env" "through" (func $through (param i32) (result i32)))
  (memory 1) (table 4 funcref) (elem (i32.const 0) $leaf $middle $tail)
  (func $leaf (param i32) (result i32) (i32.div_u (i32.const 7) (local.get 0)))
  (func $middle (param i32) (result i32) (i32.add (call_indirect (type $t) (local.get 0) (i32.const 0)) (i32.const 1)))
  (func $tail (param i32) (result i32) (return_call $middle (local.get 0)))
  (func $wide (param i32 i64 i64 i64) (result i32) (local i64 i64 i64 i64 i64 i64 i64)
    (local.set 4 (i64.mul (local.get 1) (local.get 2))) (local.set 5 (i64.mul (local.get 2) (local.get 3)))
    (local.set 6 (i64.mul (local.get 4) (local.get 5))) (local.set 7 (i64.mul (local.get 6) (local.get 5)))
    (i32.add (call_indirect (type $t) (local.get 0) (i32.const 2))
      (i32.wrap_i64 (i64.add (i64.add (local.get 4) (local.get 5)) (i64.add (local.get 6) (local.get 7))))))
  (func $outer (export "outer") (param i32) (result i32)
    (i32.mul (i32.const 3) (call $wide (local.get 0) (i64.const 2) (i64.extend_i32_s (local.get 0)) (i64.const 4))))
  (func $table (export "table") (param i32) (result i32) (i32.add (i32.const 1) (call $index (local.get 0))))
  (func $index (param i32) (result i32) (i32.add (i32.const 1) (call_indirect (type $t) (i32.const 1) (local.get 0))))
  (func $load (export "load") (param i32) (result i32) (i32.add (call $loads (local.get 0)) (i32.const 1)))
  (func $loads (param i32) (result i32) (i32.add (i32.load (local.get 0)) (i32.load8_u (i32.add (local.get 0) (i32.const 9)))))
  (func $deep (export "deep") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then unreachable))
    (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
  (func (export "nested") (param i32) (result i32) (i32.add (call $through (local.get 0)) (i32.const 1))))`;

const CALLS: [string, number][] = [
  ['outer', 0],
  ['table', 3],
  ['table', 9],
  ['load', -1],
  ['load', 65530],
  ['deep', 7],
  ['deep', 12],
  ['nested', 0],
];
/** Frames that a board tells. */
const MOST = 8;

/** The frames that the engine tells, as a board tells them. */
function expectedOf(name: string, argument: number): string[] {
  const engine = new Engine({ ...small, memoryBytes: 65536 });
  const outer = () => engine.exportedFunction(instance, 'outer');
  engine.defineFunction('env', 'through', 'i', 'i', () => engine.call(outer()));
  const instance = engine.instantiate(engine.load(wat(MODULE)));
  engine.setI32(0, argument);
  try {
    engine.call(engine.exportedFunction(instance, name));
  } catch (error) {
    const { message, frames } = error as WasmTrap;
    const callers = frames.slice(1, MOST).map(({ functionIndex, functionName, offset }) => {
      return `called from function ${functionIndex}${functionName === '' ? '' : ` (${functionName})`} at byte ${offset}`;
    });
    // The host function that called the module is told where its error leaves it.
    const first = name === 'nested' ? `env.through: ${message}` : message;
    return [first, ...callers, ...(frames.length > MOST ? ['and others'] : [])];
  }
  return [];
}

const CASE = {
  what: '',
  module: MODULE,
  program: `[${CALLS.map(([name, argument]) => `["${name}", ${argument}]`)}, ["deep", -1]].forEach(function (each) {
    try { print(app[each[0]](each[1])); } catch (error) { print(error.message); }
  });`,
  imports: 'export const env = { through: function (x) { return require("app").outer(x); } };',
};

const RUNS: [string, (board: Board) => Run, boolean, Board[]][] = [
  ['in the simulator', on, true, [nrf52840dk, rpi_pico, banglejs2]],
  [`in Espruino${machineCodeReason}`, () => printedByEspruino, executesMachineCode, [banglejs2, rpi_pico]],
];

for (const [where, run, there, boards] of RUNS) {
  describe.skipIf(!there)(`the call stack of a trap in machine code, ${where}`, () => {
    it.each(boards)('is that of the engine, as far as it is told: code for $name', async (board) => {
      const options = { board, tier: 'native', optimise: false } as const;
      const lines = await printedByCase(CASE, options, run(board));
      const expected = CALLS.flatMap(([name, argument]) => expectedOf(name, argument));
      expect(lines.slice(0, expected.length)).toEqual(expected);
      const [exhausted, ...callers] = lines.slice(expected.length);
      expect(exhausted).toMatch(/^call stack exhausted in function 10 \(deep\) at byte \d+$/);
      expect(new Set(callers.slice(0, -1)).size).toBe(1);
      expect(callers.at(-1)).toBe('and others');
    });

    it('is told where fuel is used up, also of calls in slices', async () => {
      const program = `try { app.deep.withFuel(60, 9); } catch (error) { print(error.message); }
        app.table.async(9, function (error) { print(error.message); });`;
      const options = { board: boards[0], tier: 'native', optimise: false, fuel: true, resumable: true } as const;
      const lines = await printedByCase({ ...CASE, program }, { ...options, sliceFuel: 1 }, run(boards[0]));
      // Calls in slices need timers.
      const inSlices = run(boards[0]) === printedByEspruino && withoutTimers() !== '' ? [] : expectedOf('table', 9);
      const [fuel, ...callers] = lines.slice(0, lines.length - inSlices.length);
      expect(fuel).toMatch(/^out of fuel in function 10 \(deep\) at byte \d+$/);
      expect(callers.length).toBeGreaterThan(1);
      for (const line of callers) expect(line).toMatch(/^called from function 10 \(deep\) at byte \d+$/);
      expect(lines.slice(lines.length - inSlices.length)).toEqual(inSlices);
    });
  });
}
