// Random modules, optimised with binaryen: results, memory, globals, and traps with their codes and places are those of the
// module as given.
import { describe, expect, it } from 'vitest';
import type { ModuleCode } from '../../targets/module/module-code.js';
import { readModule } from '../../targets/module/read-module.js';
import { optimise } from '../../targets/optimise/optimise.js';
import { Trapped } from './execution.js';
import { randomModule } from './random-module.js';
import { createEngine, differences, runOnEngine, type Transcript } from './transcript.js';

const MODULES = 300;
const PART = 50;

const engine = createEngine();

/** Traps at their places in the module as given; which function an entry of a table is, calls tell. */
function comparable(transcript: Transcript, { origin }: ModuleCode, given: ModuleCode): Transcript {
  return {
    ...transcript,
    outcomes: transcript.outcomes.map((outcome) => {
      if (!(outcome instanceof Trapped)) return outcome;
      const [, what, at] = /^(.*?)(?: in function .* at byte (\d+))?$/.exec(outcome.message)!;
      if (at === undefined) return outcome;
      const place = origin(Number(at));
      const index = given.bodies.filter((start) => start <= place).length - 1;
      return new Trapped(outcome.code, `${what} in function ${index} at byte ${place}`);
    }),
    tables: transcript.tables.map((entries) => entries.map((entry) => Math.min(entry, 0))),
  };
}

describe('random modules, optimised, do the same', () => {
  const parts = Array.from({ length: MODULES / PART }, (_, index) => index * PART);
  it.each(parts)('seeds from %i', async (from) => {
    let traps = 0;
    let bytes = 0;
    let optimisedBytes = 0;
    for (let seed = from; seed < from + PART; seed++) {
      const module = randomModule(seed);
      const given = readModule(module.bytes);
      const optimised = await optimise(given);
      const expected = comparable(runOnEngine(engine, module, seed), given, given);
      const found = comparable(runOnEngine(engine, { ...module, bytes: optimised.bytes }, seed), optimised, given);
      expect({ seed, differences: differences(found, expected) }).toEqual({ seed, differences: [] });
      traps += expected.outcomes.filter((outcome) => outcome instanceof Trapped).length;
      bytes += given.bytes.length;
      optimisedBytes += optimised.bytes.length;
    }
    expect(traps).toBeGreaterThan(50);
    expect(optimisedBytes).toBeLessThan(bytes * 0.8);
  });
});
