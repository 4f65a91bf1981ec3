// Checks the random module of a seed as machine code beside the interpreter: results, traps with their places, memory, globals, tables
// and fuel. Other seeds, other cores. Half of the images tell the call stacks of traps, too. Of each eight images, one runs with little fuel, too: calls end where they end without placement of
// charges, and leave the same; and one in slices, in which calls do what they do as a whole.
import { mostMemoryBytes, TELLS_CALLERS } from '../../bench/native/native-instance.js';
import { CORTEX_M0_PLUS, CORTEX_M3, CORTEX_M4F, type Cpu } from '../../machine/thumb/cpu.js';
import { compileThumb, type ThumbImage } from '../../targets/compiler/thumb/image.js';
import { type ReadModule, readModule } from '../../targets/module/read-module.js';
import { runOnNative } from './native-program.js';
import type { Checked } from './random-check.js';
import { hostFunctions, type RandomModule, randomModule, SMALL } from './random-module.js';
import { createEngine, differences, runWithFuel, trapsOf } from './transcript.js';

const CORES = [CORTEX_M4F, CORTEX_M0_PLUS, CORTEX_M3];
const engine = createEngine();

/** Every other seed of a core is compiled with fuel. `expected` is what the engine does. */
export function checkNative(
  seed: number,
  module = randomModule(seed),
  expected = runWithFuel(engine, module, seed),
  read = readModule(module.bytes),
): Checked {
  return checkOn([CORES[seed % CORES.length]], seed, module, expected, read);
}

/** A module of one function or two; every other one has host functions. */
export function nativeModule(seed: number): RandomModule {
  return randomModule(seed, seed % 2 === 0 ? hostFunctions : [], SMALL);
}

/** On all cores, of which one or two count fuel. */
export function checkNativeCores(seed: number, module = nativeModule(seed)): Checked {
  return checkOn(CORES, seed, module, runWithFuel(engine, module, seed), readModule(module.bytes));
}

function checkOn(
  cores: readonly Cpu[],
  seed: number,
  module: RandomModule,
  expected: ReturnType<typeof runWithFuel>,
  read: ReadModule,
): Checked {
  const found = cores.flatMap((cpu, index) => {
    const fuel = (seed + index) % 2 === 1;
    const hostText = (seed >> 1) % 2 === 0 ? TELLS_CALLERS : undefined;
    const image = compileThumb(read, { cpu, fuel, hostText, mostMemoryBytes: mostMemoryBytes(read) });
    const ours = runOnNative(module, seed, cpu, { read, image });
    const lines = differences(ours, expected);
    if (fuel && ours.fuelUsed !== expected.fuelUsed) lines.push(`fuel ${ours.fuelUsed}, expected ${expected.fuelUsed}`);
    if ((seed + index) % 8 === 3) lines.push(...withLittleFuel(module, seed, read, image));
    if ((seed + index) % 8 === 1) lines.push(...inSlices(module, seed, cpu, expected, hostText));
    return lines.map((line) => `${cpu.architecture}: ${line}`);
  });
  return { differences: found, calls: expected.calls.length, traps: trapsOf(expected).length };
}

/** Calls in slices of one unit. */
function inSlices(
  module: RandomModule,
  seed: number,
  cpu: Cpu,
  expected: ReturnType<typeof runWithFuel>,
  hostText: string | undefined,
): string[] {
  const ours = runOnNative(module, seed, cpu, { slices: true, hostText });
  const found = differences(ours, expected).map((line) => `in slices: ${line}`);
  if (ours.fuelUsed !== expected.fuelUsed) found.push(`fuel ${ours.fuelUsed} in slices, expected ${expected.fuelUsed}`);
  return found;
}

const UNPLACED = new Set(['charge-placement']);

/** Calls with a limit that depends on the seed: what differs from code in which each charge stands where it is due. */
function withLittleFuel(module: RandomModule, seed: number, read: ReadModule, image: ThumbImage): string[] {
  const { cpu } = image;
  const limit = (seed * 37) % 211;
  const expected = runOnNative(module, seed, cpu, { read, fuel: true, limit, without: UNPLACED });
  const ours = runOnNative(module, seed, cpu, { read, image, limit });
  const found = differences(ours, expected).map((line) => `${limit} units of fuel: ${line}`);
  if (ours.fuelUsed !== expected.fuelUsed)
    found.push(`used ${ours.fuelUsed} of ${limit}, expected ${expected.fuelUsed}`);
  return found;
}
