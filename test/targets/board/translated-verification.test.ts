// What verification of translated programs finds, and what it leaves: damage between slices and between calls, at each level.
import { describe, expect, it } from 'vitest';
import { VerificationLevel, verificationLevelName } from '../../../src/safety/index.js';
import { wat } from '../../core/wat.js';
import { espruino, reason } from '../../sim/espruino.js';
import { printedByEspruino, printedBySimulator, stored } from './program.js';

const moduleText = (
  memory: string,
) => `(module (memory ${memory} 1) (global $g (mut i32) (i32.const 5)) (global $unused (mut i32) (i32.const 1))
  (table $t 4 funcref) (elem (i32.const 0) $one $one) (func $one (result i32) (i32.const 1))
  (func (export "unused") (global.set $unused (i32.const 3)))
  (func (export "count") (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (call_indirect (result i32) (i32.const 1))))
      (local.set $sum (i32.add (local.get $sum) (global.get $g)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))`;

/** Parts of a program, and how each is damaged in a way that changes no result. */
const PARTS: Record<string, string> = {
  'the code': 'BOARD_REQUIRE("Storage").write("app", "damaged")',
  'globals and tables': 'g1 ^= 64',
  tables: 'T0[3] = 0',
  'the saved frames': 'saved[saved.length - 1] += 8',
  'linear memory': 'bytes[40] ^= 1',
};

const translatedEpilogue = () =>
  `BOARD_EXPORTS.step = function () { goOn(); return !!suspended; };
BOARD_EXPORTS.damage = [${Object.values(PARTS).map((text) => `function () { ${text}; }`)}];`;

const { None, Sampling, Standard, Full } = VerificationLevel;
const FIXED = ['globals and tables', 'tables'];
const ALL = ['the code', ...FIXED, 'the saved frames', 'linear memory'];
const EXPECTED = [
  { memory: '', level: None, slices: [] as string[], calls: [] as string[] },
  { memory: '', level: Sampling, slices: FIXED, calls: FIXED },
  { memory: '', level: Standard, slices: ALL, calls: ALL },
  { memory: '', level: Full, slices: ALL, calls: ALL },
  { memory: '(export "memory")', level: Standard, slices: ALL.slice(0, 4), calls: ALL.slice(0, 4) },
  { memory: '(export "memory")', level: Full, slices: ALL, calls: ALL.slice(0, 4) },
];

type Run = (files: string, program: string) => string[];

const PROGRAM = (part: number, then: string) => `global.setTimeout = function () {};
  var app = require("app");
  function say(error, result) { print(error ? error.message : result); }
  function damage() { app.damage[${part}](); }
  function call() { try { say(undefined, app.count(3)); } catch (e) { say(e); } }
  ${then}`;
const BETWEEN_CALLS = 'app.count(1); damage(); call(); call();';
const BETWEEN_SLICES = 'app.count.async(90, say); app.step(); damage(); while (app.step());';

async function foundBy(run: Run, memory: string, level: VerificationLevel, then: string): Promise<string[]> {
  const files = await stored(wat(moduleText(memory)), {
    tier: 'js',
    memoryBytes: 64,
    verification: level,
    resumable: true,
    sliceFuel: 300,
    optimise: false,
    translatedEpilogue,
  });
  const found: string[] = [];
  for (const [index, part] of Object.keys(PARTS).entries()) {
    const lines = run(files, PROGRAM(index, then));
    if (lines[0] === `integrity: damage in ${part}: load the program again`) found.push(part);
    else expect(lines[0]).toBe(then === BETWEEN_CALLS ? '15' : '450');
    // It stays.
    if (then === BETWEEN_CALLS && level > Sampling) expect(lines[1]).toBe(lines[0]);
  }
  return found;
}

const RUNS: [string, Run, boolean][] = [
  ['in the simulator', printedBySimulator, true],
  [`in Espruino${reason}`, printedByEspruino, espruino !== undefined],
];

for (const [where, run, there] of RUNS) {
  describe.skipIf(!there)(`verification of translated programs ${where}`, () => {
    for (const { memory, level, slices, calls } of EXPECTED) {
      const name = `${verificationLevelName(level)}${memory === '' ? '' : ' with exported memory'}`;
      it(`finds between calls what ${name} says`, async () => {
        expect(await foundBy(run, memory, level, BETWEEN_CALLS)).toEqual(calls);
      }, 120_000);
      it(`finds between slices what ${name} says`, async () => {
        expect(await foundBy(run, memory, level, BETWEEN_SLICES)).toEqual(slices);
      }, 120_000);
    }
  });
}
