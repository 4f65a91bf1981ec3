// The range of an i32 value: its minimum and maximum as an int32, its remainder by a modulus, whether it can be 0, and, for an
// address, how many bytes of memory follow it. All are int32, which engines store without a box.

import type { Instruction } from './instruction.js';

export const LEAST = 1 << 31;
export const MOST = ~LEAST;
/** Number of bytes after a value of which nothing is known. */
export const UNCHECKED = LEAST;
/** Larger ones are reduced: products of these are exact. */
const MOST_MODULUS = 65536;
const WRAP = 2 ** 32;

export class Range {
  readonly least: number;
  readonly most: number;
  /** The int32 is `remainder` more than a multiple of it; 0 of a constant, which is its `remainder`. */
  readonly modulus: number;
  readonly remainder: number;
  /** Whether the value is not 0. */
  readonly nonZero: boolean;
  /** The int32 and this are at most the number of bytes that memory has: UNCHECKED for what holds anyway. */
  readonly checked: number;
  /** The check that found that; null if there is none. */
  readonly checker: Instruction | null;

  constructor(
    least: number,
    most: number,
    modulus: number,
    remainder: number,
    nonZero: boolean,
    checked: number,
    checker: Instruction | null,
  ) {
    // V8 keeps a whole number that comes of a computation with doubles as a boxed double, and all later ones of that field too.
    this.least = least | 0;
    this.most = most | 0;
    this.modulus = modulus | 0;
    this.remainder = remainder | 0;
    this.nonZero = nonZero;
    this.checked = checked | 0;
    this.checker = checker;
  }

  get isConstant(): boolean {
    return this.least === this.most;
  }

  /** The largest that it can be without its sign. */
  get magnitude(): number {
    return Math.max(-this.least, this.most);
  }

  /** Whether it and a number are a multiple of a power of two for certain. */
  isMultiple(added: number, size: number): boolean {
    return this.modulus % size === 0 && (this.remainder + added) % size === 0;
  }

  /** With the least and most set to these; itself where there is no such number. */
  within(least: number, most: number): Range {
    const low = Math.max(this.least, least);
    const high = Math.min(this.most, most);
    if (low > high || (low === this.least && high === this.most)) return this;
    return rangeOf(low, high, this.modulus, this.remainder, this.nonZero, this.checked, this.checker) ?? this;
  }

  withoutZero(): Range {
    if (this.nonZero) return this;
    return rangeOf(this.least, this.most, this.modulus, this.remainder, true, this.checked, this.checker) ?? this;
  }

  /** Returns the range of values with this remainder modulo a power of two. */
  withModulus(modulus: number, remainder: number): Range {
    if (this.modulus % modulus === 0 || powerOfTwoIn(this.modulus) !== this.modulus) return this;
    return rangeOf(this.least, this.most, modulus, remainder, this.nonZero, this.checked, this.checker) ?? this;
  }

  withChecked(checked: number, checker: Instruction | null): Range {
    if (checked <= this.checked) return this;
    const { least, most, modulus, remainder, nonZero } = this;
    return new Range(least, most, modulus, remainder, nonZero, Math.min(checked, MOST) | 0, checker);
  }

  /** Without what is known of the bytes behind it. */
  unchecked(): Range {
    if (this.checker === null) return this;
    const { least, most, modulus, remainder, nonZero } = this;
    return new Range(least, most, modulus, remainder, nonZero, UNCHECKED, null);
  }

  private hasModulusOf({ modulus, remainder }: Range): boolean {
    if (modulus === 0) return this.modulus === 0;
    return this.modulus % modulus === 0 && (this.remainder - remainder) % modulus === 0;
  }

  /** Whether every fact of `other` also holds here. */
  isIn(other: Range): boolean {
    return (
      this.least >= other.least &&
      this.most <= other.most &&
      (this.nonZero || !other.nonZero) &&
      (other.checked === UNCHECKED || (this.checked >= other.checked && this.checker === other.checker)) &&
      (other.modulus === 1 || this.hasModulusOf(other))
    );
  }
}

export const ANY = new Range(LEAST, MOST, 1, 0, false, UNCHECKED, null);
export const BOOLEAN = new Range(0, 1, 1, 0, false, UNCHECKED, null);

export function constantRange(value: number): Range {
  return new Range(value, value, 0, value, value !== 0, UNCHECKED, null);
}

/** The int32 from `least` to `most` that are `remainder` more than multiples of the modulus; null if there is none. */
function rangeOf(
  least: number,
  most: number,
  modulus: number,
  remainder: number,
  nonZero: boolean,
  checked: number,
  checker: Instruction | null,
): Range | null {
  let low = least | 0;
  let high = most | 0;
  let by = modulus;
  if (by > MOST_MODULUS) by = powerOfTwoIn(by);
  let rest = by === 0 ? remainder : 0;
  if (by > 1) {
    rest = positive(remainder, by);
    low += positive(rest - low, by);
    high -= positive(high - rest, by);
  }
  if (nonZero) {
    if (low === 0) low += Math.max(1, by);
    if (high === 0) high -= Math.max(1, by);
  }
  if (low > high) return null;
  low |= 0;
  high |= 0;
  if (low === high) return new Range(low, low, 0, low, low !== 0, checked, checker);
  const isNever0 = nonZero || low > 0 || high < 0 || (by > 1 && rest !== 0);
  return new Range(low, high, Math.max(1, by), by === 0 ? 0 : rest, isNever0, checked, checker);
}

/** Int32 numbers only. */
export function between(least: number, most: number, modulus = 1, remainder = 0): Range {
  return rangeOf(least, most, modulus, remainder, false, UNCHECKED, null) ?? ANY;
}

/** Returns the range of whole numbers after wrapping to int32. */
export function wrapped(least: number, most: number, modulus: number, remainder: number): Range {
  if (least >= LEAST && most <= MOST) return between(least, most, modulus, remainder);
  const times = Math.floor((least - LEAST) / WRAP);
  if (Math.abs(least) < 2 ** 52 && Math.abs(most) < 2 ** 52 && Math.floor((most - LEAST) / WRAP) === times) {
    const by = times * WRAP;
    return between(least - by, most - by, modulus, remainder - by);
  }
  const power = powerOfTwoIn(modulus);
  return between(LEAST, MOST, power, positive(remainder, power));
}

/** The range with other bounds, which contain its own, and nothing known of the bytes behind it. */
export function widened({ modulus, remainder, nonZero }: Range, least: number, most: number): Range {
  return rangeOf(least, most, modulus, remainder, nonZero, UNCHECKED, null)!;
}

/** Returns the facts that hold for both ranges. Bytes that two checks have covered are dropped: an access names one check. */
export function join(a: Range, b: Range): Range {
  if (a === b || b.isIn(a)) return a;
  if (a.isIn(b)) return b;
  const modulus = divisorOf(divisorOf(a.modulus, b.modulus), Math.abs(a.remainder - b.remainder));
  const isOneCheck = a.checker === b.checker;
  return rangeOf(
    Math.min(a.least, b.least),
    Math.max(a.most, b.most),
    modulus,
    a.remainder,
    a.nonZero && b.nonZero,
    isOneCheck ? Math.min(a.checked, b.checked) : UNCHECKED,
    isOneCheck ? a.checker : null,
  )!;
}

/** The greatest common divisor; 0 is a multiple of all. */
export function divisorOf(a: number, b: number): number {
  if (a === 1 || b === 1) return 1;
  let larger = a;
  let smaller = b;
  while (smaller !== 0) {
    const rest = larger % smaller;
    larger = smaller;
    smaller = rest;
  }
  return larger;
}

/** The largest power of two up to 65536 that divides it. */
export function powerOfTwoIn(value: number): number {
  const bits = value | MOST_MODULUS;
  return bits & -bits;
}

function positive(value: number, modulus: number): number {
  const rest = value % modulus;
  return (rest < 0 ? rest + modulus : rest) | 0;
}
