// Counts of instructions: which of those that Espruino prints are the program's.
import { describe, expect, it } from 'vitest';
import { pairsBeforeMark } from '../../bench/espruino/measurement.js';

const START = [10, 25, 90];
/** A call of 1,000, one of 70, and an empty pair of 5. */
const CALLS = [1000, 2000, 2600, 2670, 3000, 3005];
const MARK = [3100, 8100, 18_100, 23_100, 33_100, 38_100];

describe('counts of instructions', () => {
  it.each([
    ['nothing', []],
    ['an end that asks for the time', [38_200]],
    ['an end that asks twice', [38_200, 38_300]],
    ['an end that asks as often, at equal distances', [39_000, 40_000, 41_000, 42_000, 43_000, 44_000, 45_000]],
  ])('are read in front of %s', (_, end) => {
    expect(pairsBeforeMark([...START, ...CALLS, ...MARK, ...end], 3)).toEqual([1000, 70, 5]);
  });

  it('that do not fit are an error', () => {
    expect(() => pairsBeforeMark([...START, ...CALLS], 3)).toThrow(/do not fit the program: 9 were printed, and 6/);
    expect(() => pairsBeforeMark([...CALLS.slice(1), ...MARK], 3)).toThrow(/do not fit/);
    expect(() => pairsBeforeMark([], 3)).toThrow(/do not fit/);
  });
});
