// Random modules, the same ones every time: results, traps, memory, globals and tables are those of Node's WebAssembly.
import { describe, expect, test } from 'vitest';
import { platform } from './platform.js';
import { checkRandomModule } from './random-check.js';
import { randomModule } from './random-module.js';
import { reproduction } from './reproduction.js';

const MODULES = 300;
const PART = 50;

describe('random modules behave as on Node', () => {
  const parts = Array.from({ length: MODULES / PART }, (_, index) => index * PART);
  test.each(parts)('seeds from %i', (from) => {
    let calls = 0;
    let traps = 0;
    for (let seed = from; seed < from + PART; seed++) {
      const checked = checkRandomModule(seed);
      if (checked.differences.length > 0) {
        expect.fail(reproduction('random', seed, checked.differences, randomModule(seed).bytes));
      }
      calls += checked.calls;
      traps += checked.traps;
    }
    expect(calls).toBeGreaterThan(500);
    // Neither does everything trap, nor nothing.
    expect(traps).toBeGreaterThan(calls / 50);
    expect(traps).toBeLessThan(calls / 2);
  });

  test('the generator writes what Node takes as valid', () => {
    for (let seed = 0; seed < MODULES; seed++)
      expect(platform.validate(randomModule(seed).bytes), `${seed}`).toBe(true);
  });
});
