// Checks the random module of a seed: on the engine, on the engine in slices of fuel, and on Node's WebAssembly.
import { randomModule } from './random-module.js';
import { createEngine, differences, runOnEngine, runOnNode, trapsOf } from './transcript.js';

export interface Checked {
  differences: string[];
  calls: number;
  traps: number;
}

const engine = createEngine();

export function checkRandomModule(seed: number): Checked {
  const module = randomModule(seed);
  const nodes = runOnNode(module, seed);
  const ours = runOnEngine(engine, module, seed);
  const found = differences(ours, nodes);
  if (seed % 4 === 0) {
    const { fuelUsed } = engine;
    const slice = 1 + (seed % 397);
    found.push(...differences(runOnEngine(engine, module, seed, slice), nodes).map((line) => `in slices: ${line}`));
    if (engine.fuelUsed !== fuelUsed)
      found.push(`fuel in slices of ${slice}: ${engine.fuelUsed}, expected ${fuelUsed}`);
  }
  return { differences: found, calls: ours.calls.length, traps: trapsOf(ours).length };
}
