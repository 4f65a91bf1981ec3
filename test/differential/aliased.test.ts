// Sequences of instructions over aliased locals give on every tier what Node gives: all pairs of the steps that are joined
// most often on the interpreter, and some of all others.
import { describe, expect, test } from 'vitest';
import { fusionResult } from '../../src/generated/register-opcodes.js';
import { amount, everyNth } from '../amount.js';
import {
  type CheckedSequences,
  checkSequences,
  combinations,
  joined,
  joinedOften,
  randomSequences,
  sequencesOf,
  someOf,
  type TierName,
} from './aliased-check.js';
import { sequencesModule } from './aliased-locals.js';
import { addEmitted } from './emitted-instructions.js';
import { textOf } from './reproduction.js';

/** For the positions of traps. */
Error.stackTraceLimit = 10;

const MODULES = amount(2, 8);
/** A prime: all kinds of steps are among every so many combinations. */
const PART = 397;

function passed({ count, differences }: CheckedSequences): number {
  if (differences.length > 0) expect.fail(`${differences[0].line}\n${textOf(differences[0].bytes)}`);
  return count;
}

describe('sequences over aliased locals give what Node gives', () => {
  test('in all pairs of the steps that are joined most often', async () => {
    let count = 0;
    const pairs = combinations.filter((each) => each.length <= 2 && each.every((step) => joinedOften.includes(step)));
    for (const pair of everyNth(pairs, 5)) count += passed(await checkSequences(sequencesOf(pair), ['interpreter']));
    expect(count).toBeGreaterThan(3000);
  });

  test('in all that lowering joins', async () => {
    const emitted = new Set<number>();
    for (const chain of joined) {
      const sequences = [...someOf(chain, amount(60, 150))];
      passed(await checkSequences(sequences, ['interpreter']));
      addEmitted(sequencesModule(sequences), emitted);
    }
    // No joined instruction is without use.
    expect([...fusionResult].filter((number) => !emitted.has(number))).toEqual([]);
  });

  test(`in each ${PART}th combination`, async () => {
    let count = 0;
    for (let index = 0; index < combinations.length; index += PART) {
      count += passed(await checkSequences(sequencesOf(combinations[index]), ['interpreter']));
    }
    expect(count).toBeGreaterThan(10_000);
  });

  const tiers: TierName[] = ['interpreter', 'plain', 'verified', 'translated', 'board', 'loaded'];
  test.each(Array.from({ length: MODULES }, (_, seed) => seed))('at random on every tier: seed %i', async (seed) => {
    passed(await checkSequences(randomSequences(seed, 200), tiers));
  });
});
