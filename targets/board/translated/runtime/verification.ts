// Finds damage to what a translated program keeps, between calls and between the slices of one: `seal` remembers the sums of it,
// `verify` compares them. E.CRC32 is native code: a sum costs no more than a few statements.
// Written for Espruino: no hoisting, no rest arguments.

declare const E: { CRC32(buffer: ArrayBuffer): number };
/** VerificationLevel, a constant of the build. */
declare const VERIFICATION: number;
/** Memory is written by others between calls. */
declare const MEMORY_IS_EXPORTED: boolean;
/** The summed parts with names. The constant parts come first, FIXED_PARTS of them. Linear memory, if it is covered, is last. */
declare function covered(): [string, ArrayBuffer][];
declare const FIXED_PARTS: number;
declare const MEMORY_IS_COVERED: boolean;
/** Whether stores keep sums of memory: else block-sums.ts is not there. */
declare const SUMS_BLOCKS: boolean;
/** Declared in verified-code.ts, translated or native. */
declare function verifyCode(): void;
// Declared in block-sums.ts.
declare function sumUp(): void;
declare function verifyBlocks(): void;
declare function closeBlocks(): void;

/** At Sampling, the code's turn comes once in so many times. */
const CODE_INTERVAL = 16;

export const seals: number[] = [];
/** Once found, it stays. */
export let damage: Error | undefined;
export let untilCode = 0;

export function seal(isInCall: boolean): void {
  const parts = covered();
  const isOpen = MEMORY_IS_COVERED && MEMORY_IS_EXPORTED && (VERIFICATION < 3 || !isInCall);
  const count = isOpen ? parts.length - 1 : parts.length;
  for (let each = seals.length === 0 ? 0 : FIXED_PARTS; each < count; each++) seals[each] = E.CRC32(parts[each][1]);
  if (isOpen) seals[count] = -1;
}

export function findDamage(what: string): never {
  damage = new Error('integrity: damage in ' + what + ': load the program again');
  throw damage;
}

export function verifyParts(count: number, parts: [string, ArrayBuffer][]): void {
  for (let each = 0; each < count; each++) {
    if (seals[each] >= 0 && E.CRC32(parts[each][1]) !== seals[each]) findDamage(parts[each][0]);
  }
}

/** Throws what was found, now or before. */
export function verify(): void {
  if (damage) throw damage;
  const parts = covered();
  verifyParts(parts.length, parts);
  if (SUMS_BLOCKS && seals[parts.length - 1] < 0) sumUp();
  if (untilCode === 0) verifyCode();
  if (VERIFICATION === 1) untilCode = untilCode === 0 ? CODE_INTERVAL - 1 : untilCode - 1;
}

/** Verifies after a call or a slice, before its result is returned. Throws the damage found now or before. */
export function verifyBehind(): void {
  if (damage) throw damage;
  if (SUMS_BLOCKS) {
    closeBlocks();
    verifyBlocks();
  }
  verifyParts(FIXED_PARTS, covered());
  verifyCode();
}

/** Verifies after a failed call: damage may be its cause. Returns the damage, or the error. */
export function causeOf(error: unknown): unknown {
  try {
    verifyBehind();
  } catch (found) {
    return found;
  }
  return error;
}
