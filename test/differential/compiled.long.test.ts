// More random modules translated to JavaScript: what compiled.test.ts leaves out.
import { describe, test } from 'vitest';
import { passNames } from '../../targets/node/compile-module.js';
import { checkBoardSeeds, checkTranslatedSeeds } from './compiled.js';
import { checkFuel, checkTranslated } from './translated-check.js';

const PART = 50;
const parts = (from: number, to: number) =>
  Array.from({ length: (to - from) / PART }, (_, index) => from + index * PART);

describe('random modules, translated, behave as interpreted', () => {
  test.each(parts(50, 300))('seeds from %i', (from) => checkTranslatedSeeds(from, PART, checkTranslated));

  test.each(parts(2050, 2100))('and use as much fuel: seeds from %i', (from) =>
    checkTranslatedSeeds(from, PART, checkFuel),
  );

  test.each(parts(3050, 3150))('without labels: seeds from %i', (from) =>
    checkTranslatedSeeds(from, PART, (seed) => checkTranslated(seed, { labels: false })),
  );

  test.each(passNames.map((name) => [name]))('without %s', (name) =>
    checkTranslatedSeeds(1050, PART, (seed) => checkTranslated(seed, { interpreted: true, without: [name] })),
  );
});

describe('random modules, translated for boards, behave as interpreted', () => {
  test.each(parts(50, 300))('seeds from %i', (from) => checkBoardSeeds(from, PART));
});
