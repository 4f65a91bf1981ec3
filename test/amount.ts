// How much a test tries. `npm test` takes the first amount; `npm run test:full` runs the files that import this once more, with
// the second one.

export const isFull = process.env.TAZZINA_FULL_TESTS !== undefined;

export function amount(short: number, full: number): number {
  return isFull ? full : short;
}

/**
 * Returns every `step`-th entry of a list in `npm test`, and all entries in `npm run test:full`. `turn` selects which: lists with
 * different turns have different entries.
 */
export function everyNth<Entry>(list: Iterable<Entry>, step: number, turn = 0): Entry[] {
  return [...list].filter((_, index) => isFull || (index + turn) % step === 0);
}
