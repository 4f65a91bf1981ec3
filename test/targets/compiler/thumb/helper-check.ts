// Compares routines of the native tier with Node's arithmetic, on edge values and seeded random ones.

import type { HelperProcessor } from '../../../../bench/native/helper-processor.js';
import { helpersFor } from '../../../../targets/compiler/thumb/helpers/index.js';
import { expectations } from './helper-expectations.js';
import { edgeOperands, randomOperands } from './helper-operands.js';

const hex = (words: Iterable<number>) =>
  Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join(' ');

/** Registers that routines may change are never these before. */
const POISON = [0x11111111, 0x22222222, 0x33333333, 0x44444444];

/** The first wrong results of `entry`, as text. `edges` stands for each how many edge operands are tried: 1 all. */
export function wrongResults(
  target: HelperProcessor,
  entry: string,
  seed: number,
  random: number,
  edges = 1,
): string[] {
  const { operands, results } = expectations[entry];
  const { clobbers } = helpersFor(target.cpu).get(entry)!;
  const kept = [0, 1, 2, 3, 12].filter((register) => !clobbers.includes(`r${register}`));
  const { registers } = target.processor;
  const wrong: string[] = [];
  const words = new Uint32Array(4);
  const check = (given: readonly number[]): void => {
    words.set(POISON);
    words.set(given);
    const expected = results(words);
    if (expected === undefined) return;
    registers[12] = POISON[0];
    const got = target.call(entry, words).slice(0, expected.length);
    if (got.some((word, index) => word !== expected[index] >>> 0))
      wrong.push(`${entry}(${hex(given)}) = ${hex(got)}, not ${hex(expected)}`);
    const changed = kept.find(
      (register) => registers[register] !== (register === 12 ? POISON[0] : words[register] | 0),
    );
    if (changed !== undefined) wrong.push(`${entry}(${hex(given)}) changes r${changed}`);
  };
  let turn = 0;
  for (const given of edgeOperands(operands)) if (turn++ % edges === 0) check(given);
  let left = random;
  for (const given of randomOperands(operands, seed)) {
    if (left-- === 0) break;
    check(given);
  }
  return wrong.slice(0, 5);
}
