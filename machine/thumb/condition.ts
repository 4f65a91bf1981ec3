// Conditions, and the masks of IT blocks.

/** Names by code. `hs` and `lo` are other names of `cs` and `cc`. */
export const CONDITIONS = ['eq', 'ne', 'cs', 'cc', 'mi', 'pl', 'vs', 'vc', 'hi', 'ls', 'ge', 'lt', 'gt', 'le'] as const;

export type ConditionName = (typeof CONDITIONS)[number];

/** The code of a condition's name, undefined for other words. */
export function conditionCode(name: string): number | undefined {
  const code = CONDITIONS.indexOf((name === 'hs' ? 'cs' : name === 'lo' ? 'cc' : name) as ConditionName);
  return code < 0 ? undefined : code;
}

/** The condition that holds where `condition` does not. */
export function inverse(condition: number): number {
  return condition ^ 1;
}

/** The mask of an IT instruction: for `ite eq`, `itMask(0, 'e')`. The first instruction has no letter. At most three. */
export function itMask(condition: number, letters: string): number {
  let mask = 0;
  for (const letter of letters) mask = (mask << 1) | ((condition & 1) ^ (letter === 't' ? 0 : 1));
  return ((mask << 1) | 1) << (3 - letters.length);
}

/** The letters of a mask, the inverse of `itMask`. */
export function itLetters(condition: number, mask: number): string {
  let letters = '';
  for (let bit = 3; (mask & ((1 << bit) - 1)) !== 0; bit--)
    letters += ((mask >> bit) & 1) === (condition & 1) ? 't' : 'e';
  return letters;
}
