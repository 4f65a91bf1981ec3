// Random modules, optimised with binaryen: results, memory, globals, and traps with their codes and places are those of the
// module as given.
import { describe, expect, it } from 'vitest';
import { amount } from '../amount.js';
import { checkOptimised } from './optimised-check.js';
import { randomModule } from './random-module.js';
import { checkTraps } from './trap-check.js';

describe('random modules, optimised, do the same', () => {
  it('at a fifth less of the size', async () => {
    let traps = 0;
    let bytes = 0;
    let optimisedBytes = 0;
    for (let seed = 0; seed < amount(12, 30); seed++) {
      const checked = await checkOptimised(randomModule(seed), seed);
      expect({ seed, differences: checked.differences }).toEqual({ seed, differences: [] });
      traps += checked.traps;
      bytes += checked.bytes;
      optimisedBytes += checked.optimisedBytes;
    }
    expect(traps).toBeGreaterThan(amount(12, 30));
    expect(optimisedBytes).toBeLessThan(bytes * 0.8);
  });

  it('and tell the first trap, at its place, where nearly every operation may trap', async () => {
    let traps = 0;
    for (let seed = 0; seed < amount(40, 100); seed++) {
      const checked = await checkTraps(seed);
      expect({ seed, differences: checked.differences }).toEqual({ seed, differences: [] });
      traps += checked.traps;
    }
    expect(traps).toBeGreaterThan(amount(240, 600));
  });
});
