// Tests that verification of machine code finds, between calls and between slices, what it finds in translated programs.
import { describe, expect, it } from 'vitest';
import { nrf52840dk } from '../../../boards/index.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import { buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { executesMachineCode, machineCodeReason } from '../../sim/espruino.js';
import {
  BETWEEN_CALLS,
  BETWEEN_SLICES,
  DAMAGED_OPTIONS,
  type Damage,
  damagedModule,
  damageEpilogue,
  damageFound,
} from './damaged-program.js';
import { printedByEspruino, printedBySimulator, stored } from './program.js';
import type { Run } from './program-case.js';

/** Parts of a program, and how each is damaged in a way that changes no result. */
const DAMAGE: Damage = {
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

const OPTIONS = { ...DAMAGED_OPTIONS, tier: 'native' } as const;

const RUNS: [string, Run, boolean][] = [
  ['in the simulator', printedBySimulator, true],
  [`in Espruino${machineCodeReason}`, printedByEspruino, executesMachineCode],
];

for (const [where, run, there] of RUNS) {
  describe.skipIf(!there)(`verification of machine code ${where}`, () => {
    it.each(EXPECTED)('finds what level $level covers, memory $memory', async ({ memory, level, found }) => {
      const options = { ...OPTIONS, verification: level, nativeEpilogue: damageEpilogue(DAMAGE) };
      const files = await stored(damagedModule(memory), options);
      for (const then of [BETWEEN_SLICES, BETWEEN_CALLS])
        expect(damageFound(run, files, DAMAGE, level, then).sort()).toEqual([...found].sort());
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
    const build = buildProgram(readModule(damagedModule('')), {
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
