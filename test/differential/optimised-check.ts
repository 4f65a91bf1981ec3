// Checks a module that binaryen optimised beside the module as given, on the engine: results, memory, globals, and traps with
// their codes, functions and byte offsets in the given module.
import type { ModuleCode } from '../../targets/module/module-code.js';
import { readModule } from '../../targets/module/read-module.js';
import { optimise } from '../../targets/optimise/optimise.js';
import { Trapped } from './execution.js';
import type { Checked } from './random-check.js';
import type { RandomModule } from './random-module.js';
import { createEngine, differences, runOnEngine, type Transcript, trapsOf } from './transcript.js';

const engine = createEngine();

export interface CheckedOptimised extends Checked {
  bytes: number;
  optimisedBytes: number;
}

/** Throws what optimising throws. */
export async function checkOptimised(module: RandomModule, seed: number): Promise<CheckedOptimised> {
  const given = readModule(module.bytes);
  const optimised = await optimise(given);
  const expected = runOnEngine(engine, module, seed);
  const found = runOnEngine(engine, { ...module, bytes: optimised.bytes }, seed);
  return {
    differences: differencesOfOptimised(found, optimised, expected, given),
    calls: expected.calls.length,
    traps: trapsOf(expected).length,
    bytes: given.bytes.length,
    optimisedBytes: optimised.bytes.length,
  };
}

/** How the transcript of the optimised module differs from that of the given one; empty if it does not. */
export function differencesOfOptimised(
  found: Transcript,
  optimised: ModuleCode,
  expected: Transcript,
  given: ModuleCode,
): string[] {
  return differences(comparable(found, optimised, given), comparable(expected, given, given));
}

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
