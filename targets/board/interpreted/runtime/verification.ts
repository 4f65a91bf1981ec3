// Finds damage to what a program on a board keeps, between calls and between the slices of one: `seal` remembers the sums of
// it, `verify` compares them. E.CRC32 is native code: a sum costs no more than a few statements.

declare const E: { CRC32(buffer: ArrayBuffer): number };
/** VerificationLevel, a constant of the build. */
declare const VERIFICATION: number;
declare const CODE_SUM: number;
/** Memory is written by others between calls. */
declare const MEMORY_IS_EXPORTED: boolean;
/** Functions, code, and tables that do not change: a file in flash. */
declare const image: ArrayBuffer;
/** The summed parts, with names; linear memory is last. */
declare const covered: [string, ArrayBuffer][];

/** At Sampling, the code's turn comes once in so many times. */
const CODE_INTERVAL = 16;

export const seals: number[] = [];
/** Once found, it stays. */
export let damage: Error | undefined;
export let untilCode = 0;

export function seal(isInCall: boolean): void {
  for (let each = 0; each < covered.length; each++) seals[each] = E.CRC32(covered[each][1]);
  if (VERIFICATION > 1 && MEMORY_IS_EXPORTED && (VERIFICATION < 3 || !isInCall)) seals[covered.length - 1] = -1;
}

export function findDamage(what: string): never {
  damage = new Error('integrity: damage in ' + what + ': load the program again');
  throw damage;
}

export function verifyCode(): void {
  if (E.CRC32(image) !== CODE_SUM) findDamage('the code');
}

/** Throws what was found, now or before. */
export function verify(): void {
  if (damage) throw damage;
  for (let each = 0; each < covered.length; each++) {
    if (seals[each] >= 0 && E.CRC32(covered[each][1]) !== seals[each]) findDamage(covered[each][0]);
  }
  if (untilCode === 0) verifyCode();
  if (VERIFICATION === 1) untilCode = untilCode === 0 ? CODE_INTERVAL - 1 : untilCode - 1;
}
