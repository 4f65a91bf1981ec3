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
  const expected = comparable(runOnEngine(engine, module, seed), given, given);
  const found = comparable(runOnEngine(engine, { ...module, bytes: optimised.bytes }, seed), optimised, given);
  return {
    differences: differences(found, expected),
    calls: expected.calls.length,
    traps: trapsOf(expected).length,
    bytes: given.bytes.length,
    optimisedBytes: optimised.bytes.length,
  };
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
