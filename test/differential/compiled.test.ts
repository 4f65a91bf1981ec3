// Random modules translated to JavaScript behave as interpreted, with all passes and without each of them, in both dialects.
import { describe, test } from 'vitest';
import { passNames } from '../../targets/node/compile-module.js';
import { amount } from '../amount.js';
import { checkBoardSeeds, checkTranslatedSeeds } from './compiled.js';
import { checkFuel, checkTranslated } from './translated-check.js';

describe('random modules, translated, behave as interpreted', () => {
  test('by default', () => checkTranslatedSeeds(0, amount(6, 50), checkTranslated));

  test('and use as much fuel', () => checkTranslatedSeeds(2000, amount(3, 50), checkFuel));

  test('for engines that interpret', () =>
    checkTranslatedSeeds(4000, amount(6, 50), (seed) => checkTranslated(seed, { interpreted: true })));

  test('without labels', () =>
    checkTranslatedSeeds(3000, amount(3, 50), (seed) => checkTranslated(seed, { labels: false })));

  test.each(passNames.map((name) => [name]))('without %s', (name) =>
    checkTranslatedSeeds(1000, amount(3, 50), (seed) => checkTranslated(seed, { interpreted: true, without: [name] })),
  );
});

test('random modules, translated for boards, behave as interpreted', () => checkBoardSeeds(0, amount(3, 50)));
