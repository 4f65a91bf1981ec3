// What verification of machine code finds between calls and between slices, at each level: what it finds of translated programs.
import { describe, expect, it } from 'vitest';
import { nrf52840dk } from '../../../boards/index.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import { buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { executesMachineCode, machineCodeReason } from '../../sim/espruino.js';
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
  'the code': 'machineCode = machineCode.substr(1)',
  // The last global lies in front of the table's descriptor and the flags of a segment.
  'globals and tables': 'context[(STASH_AT >> 2) - 5] ^= 64',
  tables: 'context[END_SAVED - 1] ^= 4',
  'the saved frames': 'context[END_SAVED - 5] += 8',
  'linear memory': 'bytes[40] ^= 1',
  'the list of functions': 'context[context.length - 1] ^= 4',
  'the context': 'context[7] += 4',
};

const { Sampling, Standard } = VerificationLevel;
const FIXED = ['globals and tables', 'tables', 'the list of functions', 'the context'];
const FRAMES = ['the code', ...FIXED, 'the saved frames'];
const EXPECTED = [
  { memory: '', level: Sampling, found: FIXED },
  { memory: '', level: Standard, found: [...FRAMES, 'linear memory'] },
  { memory: '(export "memory")', level: Standard, found: FRAMES },
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

const nativeEpilogue = `BOARD_EXPORTS.step = function () { goOn(); return !!suspended; };
BOARD_EXPORTS.damage = [${Object.values(PARTS).map((text) => `function () { ${text}; }`)}];`;

const OPTIONS = { tier: 'native', memoryBytes: 64, resumable: true, sliceFuel: 300, optimise: false } as const;

function foundBy(run: Run, files: string, verification: VerificationLevel, then: string): string[] {
  const found: string[] = [];
  for (const [index, part] of Object.keys(PARTS).entries()) {
    const lines = run(files, PROGRAM(index, then));
    if (lines[0] === `integrity: damage in ${part}: load the program again`) found.push(part);
    else expect(lines[0]).toBe(then === BETWEEN_CALLS ? '15' : '450');
    // It stays.
    if (then === BETWEEN_CALLS && verification > Sampling) expect(lines[1]).toBe(lines[0]);
  }
  return found.sort();
}

const RUNS: [string, Run, boolean][] = [
  ['in the simulator', printedBySimulator, true],
  [`in Espruino${machineCodeReason}`, printedByEspruino, executesMachineCode],
];

for (const [where, run, there] of RUNS) {
  describe.skipIf(!there)(`verification of machine code ${where}`, () => {
    it.each(EXPECTED)('finds what level $level covers, memory $memory', async ({ memory, level, found }) => {
      const files = await stored(wat(moduleText(memory)), { ...OPTIONS, verification: level, nativeEpilogue });
      for (const then of [BETWEEN_SLICES, BETWEEN_CALLS])
        expect(foundBy(run, files, level, then)).toEqual([...found].sort());
    });

    it('raises no alarm where calls, traps, imports and assignments change what it covers', async () => {
      const module = wat(`(module (import "espruino" "getTime" (func $time (result f64))) (memory (export "memory") 1)
        (table 2 4 funcref) (global $g (export "g") (mut f32) (f32.const nan:0x200000)) (elem declare func $f)
        (func $f (export "f") (param i32) (result i32)
          (drop (call $time)) (drop (memory.grow (i32.const 0))) (table.set (i32.and (local.get 0) (i32.const 1)) (ref.func $f))
          (i32.store (local.get 0) (i32.const -7))
          (global.set $g (f32.add (global.get $g) (f32.const 1)))
          (i32.div_s (i32.const 100) (local.get 0))))`);
      const files = await stored(module, { tier: 'native', memoryBytes: 256, verification: Standard, fuel: true });
      const program = `var app = require("app");
        function call(x) { try { print(app.f(x)); } catch (e) { print(e.message.substr(0, 22)); } }
        call(4); app.memory[9] = 5; call(0); app.g.value = 7; call(1000000); call(5); print(app.g.value, app.f.withFuel(100, 50));`;
      expect(run(files, program)).toEqual(['25', 'integer divide by zero', 'out of bounds memory a', '20', '8 2']);
    });
  });
}

describe('machine code', () => {
  it('keeps no sums of memory, so the highest level is refused', async () => {
    const build = buildProgram(readModule(wat(moduleText(''))), {
      ...OPTIONS,
      board: nrf52840dk,
      name: 'app',
      verification: VerificationLevel.Full,
    });
    await expect(build).rejects.toThrow(
      'machine code keeps no sums of memory: build with --tier js, or with --verification standard',
    );
  });
});
