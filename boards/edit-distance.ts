// The edit distance of two words.

/** Insertions, deletions and replacements of characters that make one word from another. */
export function editDistance(one: string, other: string): number {
  let row: number[] = [];
  for (let index = 0; index <= other.length; index++) row.push(index);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let index = 1; index <= other.length; index++) {
      const replaced = row[index - 1] + (one[at - 1] === other[index - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[index] + 1, next[index - 1] + 1));
    }
    row = next;
  }
  return row[other.length];
}
