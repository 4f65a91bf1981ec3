// Checks the random module of a seed as machine code beside the interpreter: results, traps with their places, memory, globals, tables
// and fuel. Other seeds, other cores.
import { CORTEX_M0_PLUS, CORTEX_M3, CORTEX_M4F } from '../../machine/thumb/cpu.js';
import { runOnNative } from './native-program.js';
import type { Checked } from './random-check.js';
import { randomModule } from './random-module.js';
import { createEngine, differences, runWithFuel, trapsOf } from './transcript.js';

const CORES = [CORTEX_M4F, CORTEX_M0_PLUS, CORTEX_M3];
const engine = createEngine();

/** Every other seed of a core is compiled with fuel. `expected` is what the engine does. */
export function checkNative(
  seed: number,
  module = randomModule(seed),
  expected = runWithFuel(engine, module, seed),
): Checked {
  const cpu = CORES[seed % CORES.length];
  const countsFuel = seed % 2 === 1;
  const ours = runOnNative(module, seed, cpu, { fuel: countsFuel });
  const found = differences(ours, expected).map((line) => `${cpu.architecture}: ${line}`);
  if (countsFuel && ours.fuelUsed !== expected.fuelUsed)
    found.push(`${cpu.architecture}: fuel ${ours.fuelUsed}, expected ${expected.fuelUsed}`);
  return { differences: found, calls: expected.calls.length, traps: trapsOf(expected).length };
}
