// Checks a module of hostile addresses as machine code beside the interpreter, under the rule of the sandbox: results, traps with their
// places, memory and fuel. Other seeds, other cores; half of them count fuel.
import { CORTEX_M0_PLUS, CORTEX_M3, CORTEX_M4F } from '../../machine/thumb/cpu.js';
import { addressModule } from './address-module.js';
import { runOnNative } from './native-program.js';
import type { Checked } from './random-check.js';
import { createEngine, differences, runOnEngine, trapsOf } from './transcript.js';

const CORES = [CORTEX_M0_PLUS, CORTEX_M3, CORTEX_M4F];
const engine = createEngine();

export function checkAddresses(seed: number, module = addressModule(seed)): Checked {
  const cpu = CORES[seed % CORES.length];
  const fuel = seed % 2 === 1;
  const expected = runOnEngine(engine, module, seed);
  const ours = runOnNative(module, seed, cpu, { fuel, stackBytes: 4096 });
  const found = differences(ours, expected).map((line) => `${cpu.architecture}: ${line}`);
  if (fuel && ours.fuelUsed !== engine.fuelUsed)
    found.push(`${cpu.architecture}: fuel ${ours.fuelUsed}, expected ${engine.fuelUsed}`);
  return { differences: found, calls: expected.calls.length, traps: trapsOf(expected).length };
}
