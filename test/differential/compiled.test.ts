// Random modules translated to JavaScript: results, traps with their positions, memory, globals and tables are those of the
// interpreter, with all passes and without each of them.
import { describe, expect, test } from 'vitest';
import { type PassName, passNames } from '../../targets/compiler/index.js';
import { createCompilingWebAssembly } from '../../targets/compiler/webassembly.js';
import type { platform } from './platform.js';
import { randomModule } from './random-module.js';
import { reproduction } from './reproduction.js';
import { createEngine, differences, runOnEngine, runOnNode, trapsOf } from './transcript.js';

const MODULES = 300;
const PART = 50;
/** For the positions of traps. */
Error.stackTraceLimit = 10;

const engine = createEngine();

function check(seed: number, without: PassName[]): { calls: number; traps: number } {
  const module = randomModule(seed);
  const api = createCompilingWebAssembly({ without }) as unknown as typeof platform;
  const expected = runOnEngine(engine, module, seed);
  const found = differences(runOnNode(module, seed, api), expected);
  if (found.length > 0) expect.fail(reproduction('random', seed, found, module.bytes));
  return { calls: expected.calls.length, traps: trapsOf(expected).length };
}

describe('random modules, translated, behave as interpreted', () => {
  const parts = Array.from({ length: MODULES / PART }, (_, index) => index * PART);
  test.each(parts)('seeds from %i', (from) => {
    let calls = 0;
    let traps = 0;
    for (let seed = from; seed < from + PART; seed++) {
      const checked = check(seed, []);
      calls += checked.calls;
      traps += checked.traps;
    }
    expect(calls).toBeGreaterThan(500);
    expect(traps).toBeGreaterThan(calls / 50);
  });

  test.each(passNames.map((name) => [name]))('without %s', (name) => {
    for (let seed = 1000; seed < 1000 + PART; seed++) check(seed, [name]);
  });
});
