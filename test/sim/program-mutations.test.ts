// Programs that nobody would write: what they do is the program's doing, and no failure of the simulator.
import { describe, expect, it } from 'vitest';
import { banglejs2, microbit1, puckjs } from '../../boards/index.js';
import { amount } from '../amount.js';
import { mutatedProgram, type Outcome, outcomeOf, randomNumbers } from './program-mutations.js';

const COUNT = amount(200, 2000);
const boards = [puckjs, banglejs2, microbit1];

describe('programs that were changed at random', () => {
  it(`run, throw, or are ended: ${COUNT} of them`, () => {
    const counts = new Map<Outcome, number>();
    for (let seed = 1; seed <= COUNT; seed++) {
      const outcome = outcomeOf(mutatedProgram(randomNumbers(seed)), boards[seed % boards.length]);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    // Each kind is there: a generator of which nothing runs would find nothing.
    expect([...counts.keys()].sort()).toEqual(['ended', 'ran', 'refused', 'threw']);
  });
});
