// Tests which damage verification on a board finds between slices and between calls, at each level.
import { describe, expect, it } from 'vitest';
import { VerificationLevel, verificationLevelName } from '../../../src/safety/index.js';
import { wat } from '../../core/wat.js';
import { espruino, reason, withoutTimers } from '../../sim/espruino.js';
import { printedByEspruino, printedBySimulator, stored } from './program.js';

const moduleText = (memory: string) => `(module (memory ${memory} 1) (global $g (mut i32) (i32.const 5))
  (table $t 4 funcref) (elem (i32.const 0) $one) (func $one (result i32) (i32.const 1))
  (func (export "count") (param $n i32) (result i32) (local $sum i32)
    (table.set $t (i32.const 1) (table.get $t (i32.const 0)))
    (loop $again
      (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (call_indirect (result i32) (i32.const 1))))
      (local.set $sum (i32.add (local.get $sum) (global.get $g)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))`;

/** Parts of a program, and how each is damaged in a way that changes no result. */
const PARTS: Record<string, string> = {
  // The row of a function has its origin last, which only linking reads. The code's file is the first one in flash, behind its
  // header; the simulator has no module Flash, but gives a buffer that can be written.
  code: `functions[7] ^= 1;
    if (functions[7] === 1) BOARD_REQUIRE("Flash").write(new Uint8Array(4), 0x10000000 + 32 + 28)`,
  globals: 'globals[1] ^= 64',
  tables: 'tables[2] ^= 1',
  'table entries': 'tableEntries[3] ^= 2',
  'the call stack': 'callStack[callStack.length - 1] ^= 8',
  'linear memory': 'bytes[40] ^= 1',
  'the value slots': 'slots[slots.length - 1] ^= 16',
};

const EPILOGUE = `BOARD_EXPORTS.damage = [${Object.values(PARTS)
  .map((text) => `function () { ${text}; }`)
  .join(', ')}];`;

interface Expected {
  memory: string;
  level: VerificationLevel;
  /** Damage found between slices, and between calls. */
  slices: string[];
  calls: string[];
}

const { None, Sampling, Standard, Full } = VerificationLevel;
const FIXED = ['globals', 'tables', 'table entries'];
const STANDARD = ['code', ...FIXED, 'the call stack'];
const EXPECTED: Expected[] = [
  { memory: '', level: None, slices: [], calls: [] },
  { memory: '', level: Sampling, slices: ['code', ...FIXED], calls: FIXED },
  { memory: '', level: Standard, slices: [...STANDARD, 'linear memory'], calls: [...STANDARD, 'linear memory'] },
  {
    memory: '',
    level: Full,
    slices: [...STANDARD, 'linear memory', 'the value slots'],
    calls: [...STANDARD, 'linear memory', 'the value slots'],
  },
  { memory: '(export "memory")', level: Standard, slices: STANDARD, calls: STANDARD },
  {
    memory: '(export "memory")',
    level: Full,
    slices: [...STANDARD, 'linear memory', 'the value slots'],
    calls: [...STANDARD, 'the value slots'],
  },
];

type Run = (files: string, program: string) => string[];

/** Prints the results of `then`, which damages the part, or what was found. */
const program = (part: number, then: string) => `var app = require("app");
  function say(error, result) { print(error ? error.message : result); }
  function damage() { app.damage[${part}](); }
  function call() { try { say(undefined, app.count(3)); } catch (e) { say(e); } }
  ${then}`;
const BETWEEN_CALLS = 'app.count(1); damage(); call(); call();';
const BETWEEN_SLICES = 'app.count.async(900, say); setTimeout(damage, 0);';

async function foundBy(run: Run, { memory, level }: Expected, then: string): Promise<string[]> {
  const files = await stored(wat(moduleText(memory)), {
    memoryBytes: 64,
    verification: level,
    epilogue: () => EPILOGUE,
  });
  const found: string[] = [];
  Object.keys(PARTS).forEach((part, index) => {
    const lines = run(files, program(index, then));
    const message = `integrity: damage in ${part === 'code' ? 'the code' : part}: load the program again`;
    if (lines[0] === message) found.push(part);
    else expect(lines[0]).toBe(then === BETWEEN_CALLS ? '15' : '4500');
    // The error stays.
    if (then === BETWEEN_CALLS && level > None) expect(lines[1]).toBe(lines[0]);
  });
  return found;
}

const RUNS: [string, Run, boolean][] = [
  ['in the simulator', printedBySimulator, true],
  [`in Espruino${reason}`, printedByEspruino, espruino !== undefined],
];

for (const [where, run, there] of RUNS) {
  describe.skipIf(!there)(`verification ${where}`, () => {
    it('raises no alarm where a call cannot begin, traps, or writes a global', async () => {
      const module = wat(`(module (memory 1) (global (export "g") (mut i32) (i32.const 1))
        (func (export "large") (param i64) ${'(local i64)'.repeat(40)})
        (func (export "store") (param i32) (i32.store8 (local.get 0) (i32.const 1)) (unreachable))
        (func (export "fine") (param i64) (result i32) (global.set 0 (i32.add (global.get 0) (i32.const 1))) (global.get 0)))`);
      const files = await stored(module, { memoryBytes: 64, valueSlots: 20, verification: Full });
      const lines = run(
        files,
        `var app = require("app");
        app.large.async([7, 8], function (e) { print(e.message.substr(0, 10)); }); print(app.fine([9, 9]));
        try { app.store(3); } catch (e) { print(e.message.substr(0, 11)); } print(app.fine([1, 2]));
        app.g.value = 10; print(app.fine([3, 4]), app.g.value);`,
      );
      expect(lines).toEqual(['call stack', '2', 'unreachable', '3', '11 11']);
    });

    const noTimers = run === printedByEspruino ? withoutTimers() : '';
    for (const each of EXPECTED) {
      const name = `${verificationLevelName(each.level)}${each.memory === '' ? '' : ' with exported memory'}`;
      it(`finds between calls what ${name} says`, async () => {
        expect((await foundBy(run, each, BETWEEN_CALLS)).sort()).toEqual([...each.calls].sort());
      });
      it.skipIf(noTimers !== '')(`finds between slices what ${name} says${noTimers}`, async () => {
        expect((await foundBy(run, each, BETWEEN_SLICES)).sort()).toEqual([...each.slices].sort());
      });
    }
  });
}
