// How much a test tries. `npm test` takes the first amount; `npm run test:full` runs the files that import this once more, with
// the second one.

export const isFull = process.env.TAZZINA_FULL_TESTS !== undefined;

export function amount(short: number, full: number): number {
  return isFull ? full : short;
}

/** Of a list, every so many-th entry in `npm test`, and all in `npm run test:full`. */
export function everyNth<Entry>(list: readonly Entry[], step: number): Entry[] {
  return list.filter((_, index) => isFull || index % step === 0);
}
