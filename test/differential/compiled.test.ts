// Random modules translated to JavaScript: results, traps with their positions, memory, globals and tables are those of the
// interpreter, with all passes and without each of them, in both dialects.
import { describe, expect, test } from 'vitest';
import { passNames } from '../../targets/node/compile-module.js';
import type { Checked } from './random-check.js';
import { randomModule } from './random-module.js';
import { reproduction } from './reproduction.js';
import { boardModule, checkFuel, checkOnBoard, checkTranslated } from './translated-check.js';

const MODULES = 300;
const PART = 50;
/** For the positions of traps. */
Error.stackTraceLimit = 10;

const parts = Array.from({ length: MODULES / PART }, (_, index) => index * PART);

function passed(source: string, seed: number, checked: Checked, bytes: (seed: number) => Uint8Array): Checked {
  if (checked.differences.length > 0) expect.fail(reproduction(source, seed, checked.differences, bytes(seed)));
  return checked;
}

const bytesOf = (seed: number) => randomModule(seed).bytes;

function check(from: number, count: number, checkSeed: (seed: number) => Checked): void {
  let calls = 0;
  let traps = 0;
  for (let seed = from; seed < from + count; seed++) {
    const checked = passed('translated', seed, checkSeed(seed), bytesOf);
    calls += checked.calls;
    traps += checked.traps;
  }
  expect(calls).toBeGreaterThan(count * 10);
  expect(traps).toBeGreaterThan(calls / 50);
}

describe('random modules, translated, behave as interpreted', () => {
  test.each(parts)('seeds from %i', (from) => check(from, PART, checkTranslated));

  test('and use as much fuel', () => check(2000, PART, checkFuel));

  test('for engines that interpret', () =>
    check(4000, 2 * PART, (seed) => checkTranslated(seed, { interpreted: true })));

  test('without labels', () => check(3000, 2 * PART, (seed) => checkTranslated(seed, { labels: false })));

  test.each(passNames.map((name) => [name]))('without %s', (name) =>
    check(1000, PART, (seed) => checkTranslated(seed, { interpreted: true, without: [name] })),
  );
});

describe('random modules, translated for boards, behave as interpreted', () => {
  const LONGEST = 600_000;

  test.each(parts)('seeds from %i', { timeout: LONGEST }, async (from) => {
    let calls = 0;
    let traps = 0;
    for (let seed = from; seed < from + PART; seed++) {
      const checked = passed('board', seed, await checkOnBoard(seed), (at) => boardModule(at).bytes);
      calls += checked.calls;
      traps += checked.traps;
    }
    expect(calls).toBeGreaterThan(PART * 10);
    expect(traps).toBeGreaterThan(calls / 50);
  });
});
