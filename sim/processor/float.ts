// Single-precision arithmetic on bits, as the float unit does it (ARM DDI 0403E, A2.5 and the pseudocode in D6): round to nearest, no
// flush to zero, no default NaN. An operation gives the first signalling NaN among its operands, made quiet, or the first quiet one,
// or, where there is none, the default NaN. Cumulative exception flags are not kept.

const QUIET = 0x400000;
const DEFAULT_NAN = 0x7fc00000;

const floats = new Float32Array(1);
const bits = new Int32Array(floats.buffer);
const doubles = new Float64Array(1);
const halves = new Int32Array(doubles.buffer);

/** The number of these bits. A NaN loses its payload: tests with `isNaNBits` come first. */
function numberOf(x: number): number {
  bits[0] = x;
  return floats[0];
}

function bitsOf(value: number): number {
  floats[0] = value;
  return value === value ? bits[0] : DEFAULT_NAN;
}

function isNaNBits(x: number): boolean {
  return (x & 0x7fffffff) > 0x7f800000;
}

function isSignalling(x: number): boolean {
  return isNaNBits(x) && (x & QUIET) === 0;
}

/** The NaN that an operation gives. */
export function nanOf(x: number, y: number): number {
  if (isSignalling(x)) return x | QUIET;
  if (isSignalling(y)) return y | QUIET;
  if (isNaNBits(x)) return x;
  return isNaNBits(y) ? y : DEFAULT_NAN;
}

/** Sums, products and quotients of doubles that are rounded once more are exact: 53 bits are at least 2 * 24 + 2. */
export function add(x: number, y: number): number {
  const result = numberOf(x) + numberOf(y);
  return result === result ? bitsOf(result) : nanOf(x, y);
}

export function multiply(x: number, y: number): number {
  const result = numberOf(x) * numberOf(y);
  return result === result ? bitsOf(result) : nanOf(x, y);
}

export function divide(x: number, y: number): number {
  const result = numberOf(x) / numberOf(y);
  return result === result ? bitsOf(result) : nanOf(x, y);
}

export function squareRoot(x: number): number {
  const result = Math.sqrt(numberOf(x));
  return result === result ? bitsOf(result) : nanOf(x, x);
}

/** Changes the sign, also of a NaN. */
export function negate(x: number): number {
  return x ^ 0x80000000;
}

/** addend + x * y, rounded once. */
export function fusedMultiplyAdd(addend: number, x: number, y: number): number {
  const product = numberOf(x) * numberOf(y);
  if (isNaNBits(addend) || isNaNBits(x) || isNaNBits(y)) {
    // An infinity times 0 is invalid, even with a quiet NaN as the addend.
    if (!isSignalling(addend) && !isNaNBits(x) && !isNaNBits(y) && product !== product) return DEFAULT_NAN;
    if (isSignalling(addend)) return addend | QUIET;
    if (isSignalling(x) || isSignalling(y)) return nanOf(x, y);
    return isNaNBits(addend) ? addend : nanOf(x, y);
  }
  // The product is exact. The sum is rounded to odd: then rounding it again to 24 bits is right.
  const z = numberOf(addend);
  const sum = product + z;
  if (!Number.isFinite(sum)) return bitsOf(sum);
  const part = sum - product;
  const error = product - (sum - part) + (z - part);
  if (error === 0) return bitsOf(sum);
  doubles[0] = sum;
  if ((halves[0] & 1) === 0) {
    // Towards the error: one step away from zero where it has the sign of the sum.
    const isAway = error > 0 === sum > 0;
    if (isAway) {
      halves[0] |= 1;
    } else {
      if (halves[0] === 0) halves[1] -= 1;
      halves[0] -= 1;
    }
  }
  return bitsOf(doubles[0]);
}

/** The flags N, Z, C and V of a comparison, in bits 31 to 28. */
export function compare(x: number, y: number): number {
  const [a, b] = [numberOf(x), numberOf(y)];
  if (a === b) return 0x60000000;
  if (a < b) return 0x80000000 | 0;
  return a > b ? 0x20000000 : 0x30000000;
}

/** The IEEE maximum: a number beats a quiet NaN, and 0 beats -0. */
export function maximum(x: number, y: number): number {
  return extreme(x, y, (a, b) => a > b, x & y);
}

export function minimum(x: number, y: number): number {
  return extreme(x, y, (a, b) => a < b, x | y);
}

function extreme(x: number, y: number, wins: (a: number, b: number) => boolean, ofZeros: number): number {
  if (isNaNBits(x) || isNaNBits(y)) {
    if (isSignalling(x) || isSignalling(y) || (isNaNBits(x) && isNaNBits(y))) return nanOf(x, y);
    return isNaNBits(x) ? y : x;
  }
  const [a, b] = [numberOf(x), numberOf(y)];
  if (a === 0 && b === 0) return ofZeros;
  return wins(a, b) ? x : y;
}

export type Rounding = (value: number) => number;

export const towardZero: Rounding = Math.trunc;
export const toFloor: Rounding = Math.floor;
export const toCeiling: Rounding = Math.ceil;
export const toNearestAway: Rounding = (value) => (value < 0 ? -Math.floor(0.5 - value) : Math.floor(value + 0.5));
export const toNearestEven: Rounding = (value) => {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
};

/** Rounds to an integer that stays a float; a result of 0 has the sign of the operand. */
export function roundToIntegral(x: number, rounding: Rounding): number {
  if (isNaNBits(x)) return nanOf(x, x);
  const value = numberOf(x);
  if (!Number.isFinite(value)) return x;
  return bitsOf(Math.abs(rounding(value))) | (x & 0x80000000);
}

/** Converts to an integer; out of range gives the nearest one, a NaN 0. */
export function toInteger(x: number, rounding: Rounding, isSigned: boolean): number {
  if (isNaNBits(x)) return 0;
  const value = rounding(numberOf(x));
  return isSigned ? Math.min(0x7fffffff, Math.max(-0x80000000, value)) : Math.min(0xffffffff, Math.max(0, value));
}

export function fromInteger(value: number): number {
  return bitsOf(value);
}
