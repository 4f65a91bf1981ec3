// Checks a module of hostile addresses as machine code beside the interpreter, under the rule of the sandbox: results, traps with their
// places, memory and fuel. Other seeds, other cores; half of them count fuel.

import { TELLS_CALLERS } from '../../bench/native/native-instance.js';
import { CORTEX_M0_PLUS, CORTEX_M3, CORTEX_M4F } from '../../machine/thumb/cpu.js';
import { Engine, large } from '../../src/index.js';
import { addressModule } from './address-module.js';
import { runOnNative } from './native-program.js';
import type { Checked } from './random-check.js';
import { createEngine, differences, runOnEngine, trapsOf } from './transcript.js';

const CORES = [CORTEX_M0_PLUS, CORTEX_M3, CORTEX_M4F];
const engine = createEngine();
/** Start of a memory that begins above address 0. */
export const START = 4112;
const windowed = new Engine(
  { ...large, modules: 1, instances: 1, memoryBytes: 3 * 65536 - START },
  { partialMemory: true, memoryStart: START },
);

export function checkAddresses(seed: number): Checked {
  return check(engine, seed, 0);
}

/** Checks a memory that has no bytes below an address. */
export function checkWindowedAddresses(seed: number): Checked {
  return check(windowed, seed, START);
}

function check(engine: Engine, seed: number, memoryStart: number): Checked {
  const module = addressModule(seed, memoryStart);
  const cpu = CORES[seed % CORES.length];
  const fuel = seed % 2 === 1;
  const expected = runOnEngine(engine, module, seed);
  const hostText = seed % 4 < 2 ? TELLS_CALLERS : undefined;
  const ours = runOnNative(module, seed, cpu, { fuel, memoryStart, stackBytes: 4096, hostText });
  const found = differences(ours, expected).map((line) => `${cpu.architecture}: ${line}`);
  if (fuel && ours.fuelUsed !== engine.fuelUsed)
    found.push(`${cpu.architecture}: fuel ${ours.fuelUsed}, expected ${engine.fuelUsed}`);
  return { differences: found, calls: expected.calls.length, traps: trapsOf(expected).length };
}
