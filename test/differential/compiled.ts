// Random modules translated to JavaScript or machine code: results, traps with their positions, memory, globals and tables are those of the
// interpreter. Short and long runs differ in their seeds.
import { expect } from 'vitest';
import { checkNative } from './native-check.js';
import type { Checked } from './random-check.js';
import { randomModule } from './random-module.js';
import { reproduction } from './reproduction.js';
import { boardModule, checkOnBoard } from './translated-check.js';

/** For the positions of traps. */
Error.stackTraceLimit = 10;

const SOURCES = { translated: randomModule, board: boardModule, native: randomModule };

async function checkModules(
  source: keyof typeof SOURCES,
  from: number,
  count: number,
  checkSeed: (seed: number) => Checked | Promise<Checked>,
): Promise<void> {
  let calls = 0;
  let traps = 0;
  for (let seed = from; seed < from + count; seed++) {
    const checked = await checkSeed(seed);
    if (checked.differences.length > 0)
      expect.fail(reproduction(source, seed, checked.differences, SOURCES[source](seed).bytes));
    calls += checked.calls;
    traps += checked.traps;
  }
  expect(calls).toBeGreaterThan(count * 10);
  expect(traps).toBeGreaterThan(calls / 50);
}

export const checkTranslatedSeeds = (from: number, count: number, checkSeed: (seed: number) => Checked) =>
  checkModules('translated', from, count, checkSeed);

export const checkBoardSeeds = (from: number, count: number) => checkModules('board', from, count, checkOnBoard);

export const checkNativeSeeds = (from: number, count: number) => checkModules('native', from, count, checkNative);
