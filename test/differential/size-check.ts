// Checks a module at the limits of machine code beside the interpreter, for all cores, with fuel or without.
import { TELLS_CALLERS } from '../../bench/native/native-instance.js';
import { CORTEX_M0_PLUS, CORTEX_M3, CORTEX_M4F } from '../../machine/thumb/cpu.js';
import { Engine, large, Trap } from '../../src/index.js';
import { compileThumb } from '../../targets/compiler/thumb/image.js';
import { NotCompiled } from '../../targets/compiler/thumb/not-compiled.js';
import { readModule } from '../../targets/module/read-module.js';
import { runOnNative } from './native-program.js';
import type { Checked } from './random-check.js';
import type { SizeModule } from './size-module.js';
import { differences, runOnEngine, type Transcript, trapsOf } from './transcript.js';

const CORES = [CORTEX_M0_PLUS, CORTEX_M3, CORTEX_M4F];

const engine = new Engine({
  ...large,
  modules: 1,
  instances: 1,
  memoryBytes: 3 * 65536,
  functionLocals: 4096,
  codeWords: 2 ** 23,
  valueSlots: 1 << 20,
});

function isExhausted(transcript: Transcript): boolean {
  return trapsOf(transcript).some(({ code }) => code === Trap.CallStackExhausted);
}

export interface CheckedSize extends Checked {
  /** Constructs that are not compiled for a core. */
  refused: string[];
}

/** Other seeds count fuel on other cores. */
export function checkSize(seed: number, module: SizeModule): CheckedSize {
  const expected = runOnEngine(engine, module, seed);
  const { fuelUsed } = engine;
  const found: string[] = [];
  const refused: string[] = [];
  for (const [index, cpu] of CORES.entries()) {
    const countsFuel = ((seed >> 1) + index) % 2 === 1;
    const where = `${module.kind} on ${cpu.architecture}${countsFuel ? ' with fuel' : ''}`;
    try {
      const hostText = seed % 2 === 0 ? TELLS_CALLERS : undefined;
      const image = compileThumb(readModule(module.bytes), { cpu, fuel: countsFuel, hostText });
      const ours = runOnNative(module, seed, cpu, { image, interruptEvery: 1 + (seed % 97) });
      const lines = differences(ours, expected);
      if (countsFuel && ours.fuelUsed !== fuelUsed) lines.push(`fuel ${ours.fuelUsed}, expected ${fuelUsed}`);
      // The least stack with which a call starts: an entry saves 40 bytes before it tests the stack.
      const narrow = runOnNative(module, seed, cpu, { image, stackBytes: 40 + 4 * (seed % 3) });
      if (!isExhausted(narrow))
        lines.push(...differences(narrow, expected).map((line) => `with little stack: ${line}`));
      found.push(...lines.map((line) => `${where}: ${line}`));
    } catch (error) {
      if (error instanceof NotCompiled) refused.push(`${where}: ${error.message}`);
      else found.push(`${where}: ${error instanceof Error ? error.stack : error}`);
    }
  }
  return { differences: found, refused, calls: expected.calls.length, traps: trapsOf(expected).length };
}
