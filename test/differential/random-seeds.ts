// Checks random modules of a row of seeds: results, traps, memory, globals and tables are those of Node's WebAssembly.
import { expect } from 'vitest';
import { checkRandomModule } from './random-check.js';
import { randomModule } from './random-module.js';
import { reproduction } from './reproduction.js';

export function checkSeeds(from: number, count: number): void {
  let calls = 0;
  let traps = 0;
  for (let seed = from; seed < from + count; seed++) {
    const checked = checkRandomModule(seed);
    if (checked.differences.length > 0)
      expect.fail(reproduction('random', seed, checked.differences, randomModule(seed).bytes));
    calls += checked.calls;
    traps += checked.traps;
  }
  expect(calls).toBeGreaterThan(count * 10);
  // Neither does everything trap, nor nothing.
  expect(traps).toBeGreaterThan(calls / 50);
  expect(traps).toBeLessThan(calls / 2);
}
