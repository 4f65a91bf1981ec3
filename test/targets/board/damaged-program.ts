// A program whose parts are damaged between its calls or between their slices: which damage verification finds.
import { expect } from 'vitest';
import { VerificationLevel } from '../../../src/safety/index.js';
import { wat } from '../../core/wat.js';
import type { Run } from './program-case.js';

/** `memory` is what stands in front of the size of memory. */
export const damagedModule = (memory: string) =>
  wat(`(module (memory ${memory} 1) (global $g (mut i32) (i32.const 5)) (global $unused (mut i32) (i32.const 1))
  (table $t 4 funcref) (elem (i32.const 0) $one $one) (func $one (result i32) (i32.const 1))
  (func (export "unused") (global.set $unused (i32.const 3)))
  (func (export "count") (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (call_indirect (result i32) (i32.const 1))))
      (local.set $sum (i32.add (local.get $sum) (global.get $g)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))`);

/** Options of the program's build. */
export const DAMAGED_OPTIONS = { memoryBytes: 64, resumable: true, sliceFuel: 300, optimise: false } as const;

/** Statements, by part of the program, that damage it in a way that changes no result. */
export type Damage = Record<string, string>;

/** Statements behind the program, with which `damageFound` damages it and goes from slice to slice. */
export const damageEpilogue = (damage: Damage) => `BOARD_EXPORTS.step = function () { goOn(); return !!suspended; };
BOARD_EXPORTS.damage = [${Object.values(damage).map((text) => `function () { ${text}; }`)}];`;

const PROGRAM = (part: number, then: string) => `global.setTimeout = function () {};
  var app = require("app");
  function say(error, result) { print(error ? error.message : result); }
  function damage() { app.damage[${part}](); }
  function call() { try { say(undefined, app.count(3)); } catch (e) { say(e); } }
  ${then}`;
export const BETWEEN_CALLS = 'app.count(1); damage(); call(); call();';
export const BETWEEN_SLICES = 'app.count.async(90, say); app.step(); damage(); while (app.step());';

/** The parts whose damage is found: `then` is one of the two above. */
export function damageFound(
  run: Run,
  files: string,
  damage: Damage,
  verification: VerificationLevel,
  then: string,
): string[] {
  const found: string[] = [];
  for (const [index, part] of Object.keys(damage).entries()) {
    const lines = run(files, PROGRAM(index, then));
    if (lines[0] === `integrity: damage in ${part}: load the program again`) found.push(part);
    else expect(lines[0]).toBe(then === BETWEEN_CALLS ? '15' : '450');
    // The error stays.
    if (then === BETWEEN_CALLS && verification > VerificationLevel.Sampling) expect(lines[1]).toBe(lines[0]);
  }
  return found;
}
