// The numeric instructions as pure functions (core specification, 4.3), named after their mnemonics, for every tier. An i32 is an
// int32, an i64 two of them (`low`, `high`); f32 and f64 are numbers, or bits where a function says so. An i64 result is a pair of
// functions `_low` and `_high`, or one that returns the low word and leaves the high one in `highWord`. `_trap` returns a trap code,
// or 0. f32 arithmetic is done in doubles and rounded when the result is stored: for + - * / and sqrt, this rounding is correct.

import { Trap } from './trap.js';

// Espruino has neither; engines that have them run each as one instruction.
const hostMath = Math as unknown as { imul?: (a: number, b: number) => number; clz32?: (a: number) => number };

function portableImul(a: number, b: number): number {
  return (((b * (a >> 16)) << 16) + b * (a & 65535)) | 0;
}

function portableClz(a: number): number {
  if (a === 0) return 32;
  let count = 0;
  let x = a;
  if ((x & -65536) === 0) {
    count += 16;
    x = x << 16;
  }
  if ((x & -16777216) === 0) {
    count += 8;
    x = x << 8;
  }
  if ((x & -268435456) === 0) {
    count += 4;
    x = x << 4;
  }
  if ((x & -1073741824) === 0) {
    count += 2;
    x = x << 2;
  }
  return x < 0 ? count : count + 1;
}

export const imul: (a: number, b: number) => number = hostMath.imul ? hostMath.imul : portableImul;
export const clz: (a: number) => number = hostMath.clz32 ? hostMath.clz32 : portableClz;

/** High word of the last i64 result of a function that says so. */
export let highWord = 0;

/** Calls compute these products, because a bundler takes a product for a side effect and would keep unused constants. */
const multiplied = (a: number, b: number) => a * b;

export const TWO_32 = 4294967296;
export const TWO_63 = /* @__PURE__ */ multiplied(2147483648, 4294967296);
export const TWO_64 = /* @__PURE__ */ multiplied(4294967296, 4294967296);
const TWO_52 = 4503599627370496;
// A literal -0, the negation of zero and -1 * 0 are +0 on Espruino.
const NEGATIVE_ZERO = /* @__PURE__ */ multiplied(-0.5, 0);

export function i32_clz(a: number): number {
  return clz(a);
}
export function i32_ctz(a: number): number {
  return a === 0 ? 32 : 31 - clz(a & (0 - a));
}
export function i32_popcnt(a: number): number {
  const b = a - ((a >>> 1) & 0x55555555);
  const c = (b & 0x33333333) + ((b >>> 2) & 0x33333333);
  return imul((c + (c >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
export function i32_eqz(a: number): number {
  return a === 0 ? 1 : 0;
}
export function i32_eq(a: number, b: number): number {
  return a === b ? 1 : 0;
}
export function i32_ne(a: number, b: number): number {
  return a !== b ? 1 : 0;
}
export function i32_lt_s(a: number, b: number): number {
  return a < b ? 1 : 0;
}
export function i32_lt_u(a: number, b: number): number {
  return a >>> 0 < b >>> 0 ? 1 : 0;
}
export function i32_gt_s(a: number, b: number): number {
  return a > b ? 1 : 0;
}
export function i32_gt_u(a: number, b: number): number {
  return a >>> 0 > b >>> 0 ? 1 : 0;
}
export function i32_le_s(a: number, b: number): number {
  return a <= b ? 1 : 0;
}
export function i32_le_u(a: number, b: number): number {
  return a >>> 0 <= b >>> 0 ? 1 : 0;
}
export function i32_ge_s(a: number, b: number): number {
  return a >= b ? 1 : 0;
}
export function i32_ge_u(a: number, b: number): number {
  return a >>> 0 >= b >>> 0 ? 1 : 0;
}
export function i32_add(a: number, b: number): number {
  return (a + b) | 0;
}
export function i32_sub(a: number, b: number): number {
  return (a - b) | 0;
}
export function i32_mul(a: number, b: number): number {
  return imul(a, b);
}
export function i32_div_s_trap(a: number, b: number): number {
  return b === 0 ? Trap.DivideByZero : b === -1 && a === -2147483648 ? Trap.IntegerOverflow : Trap.None;
}
export function i32_div_s(a: number, b: number): number {
  return (a / b) | 0;
}
export function i32_div_u_trap(_a: number, b: number): number {
  return b === 0 ? Trap.DivideByZero : Trap.None;
}
export function i32_div_u(a: number, b: number): number {
  return ((a >>> 0) / (b >>> 0)) | 0;
}
export function i32_rem_s_trap(_a: number, b: number): number {
  return b === 0 ? Trap.DivideByZero : Trap.None;
}
export function i32_rem_s(a: number, b: number): number {
  return (a % b) | 0;
}
export function i32_rem_u_trap(_a: number, b: number): number {
  return b === 0 ? Trap.DivideByZero : Trap.None;
}
export function i32_rem_u(a: number, b: number): number {
  return ((a >>> 0) % (b >>> 0)) | 0;
}
export function i32_and(a: number, b: number): number {
  return a & b;
}
export function i32_or(a: number, b: number): number {
  return a | b;
}
export function i32_xor(a: number, b: number): number {
  return a ^ b;
}
export function i32_shl(a: number, b: number): number {
  return a << (b & 31);
}
export function i32_shr_s(a: number, b: number): number {
  return a >> (b & 31);
}
export function i32_shr_u(a: number, b: number): number {
  return (a >>> (b & 31)) | 0;
}
export function i32_rotl(a: number, b: number): number {
  return (a << (b & 31)) | ((a >>> 1) >>> (~b & 31));
}
export function i32_rotr(a: number, b: number): number {
  return (a >>> (b & 31)) | ((a << 1) << (~b & 31));
}
export function i32_extend8_s(a: number): number {
  return (a << 24) >> 24;
}
export function i32_extend16_s(a: number): number {
  return (a << 16) >> 16;
}

export function i64_eqz(low: number, high: number): number {
  return (low | high) === 0 ? 1 : 0;
}
export function i64_eq(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return aLow === bLow && aHigh === bHigh ? 1 : 0;
}
export function i64_ne(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return aLow === bLow && aHigh === bHigh ? 0 : 1;
}
export function i64_lt_s(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return aHigh < bHigh || (aHigh === bHigh && aLow >>> 0 < bLow >>> 0) ? 1 : 0;
}
export function i64_lt_u(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return aHigh >>> 0 < bHigh >>> 0 || (aHigh === bHigh && aLow >>> 0 < bLow >>> 0) ? 1 : 0;
}
export function i64_gt_s(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return aHigh > bHigh || (aHigh === bHigh && aLow >>> 0 > bLow >>> 0) ? 1 : 0;
}
export function i64_gt_u(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return aHigh >>> 0 > bHigh >>> 0 || (aHigh === bHigh && aLow >>> 0 > bLow >>> 0) ? 1 : 0;
}
export function i64_le_s(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return aHigh < bHigh || (aHigh === bHigh && aLow >>> 0 <= bLow >>> 0) ? 1 : 0;
}
export function i64_le_u(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return aHigh >>> 0 < bHigh >>> 0 || (aHigh === bHigh && aLow >>> 0 <= bLow >>> 0) ? 1 : 0;
}
export function i64_ge_s(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return aHigh > bHigh || (aHigh === bHigh && aLow >>> 0 >= bLow >>> 0) ? 1 : 0;
}
export function i64_ge_u(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return aHigh >>> 0 > bHigh >>> 0 || (aHigh === bHigh && aLow >>> 0 >= bLow >>> 0) ? 1 : 0;
}
export function i64_clz_low(low: number, high: number): number {
  return high === 0 ? 32 + clz(low) : clz(high);
}
export function i64_clz_high(_low: number, _high: number): number {
  return 0;
}
export function i64_ctz_low(low: number, high: number): number {
  return low === 0 ? 32 + i32_ctz(high) : i32_ctz(low);
}
export function i64_ctz_high(_low: number, _high: number): number {
  return 0;
}
export function i64_popcnt_low(low: number, high: number): number {
  return i32_popcnt(low) + i32_popcnt(high);
}
export function i64_popcnt_high(_low: number, _high: number): number {
  return 0;
}
export function i64_add_low(aLow: number, _aHigh: number, bLow: number, _bHigh: number): number {
  return (aLow + bLow) | 0;
}
export function i64_add_high(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return (aHigh + bHigh + ((aLow + bLow) >>> 0 < aLow >>> 0 ? 1 : 0)) | 0;
}
export function i64_sub_low(aLow: number, _aHigh: number, bLow: number, _bHigh: number): number {
  return (aLow - bLow) | 0;
}
export function i64_sub_high(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return (aHigh - bHigh - (aLow >>> 0 < bLow >>> 0 ? 1 : 0)) | 0;
}
/** The high word of the unsigned 64-bit product of two 32-bit words. */
export function multiplyHigh(a: number, b: number): number {
  const aLow = a & 65535;
  const aHigh = a >>> 16;
  const bLow = b & 65535;
  const bHigh = b >>> 16;
  const middle = (imul(aHigh, bLow) + (imul(aLow, bLow) >>> 16)) | 0;
  const carry = (imul(aLow, bHigh) + (middle & 65535)) | 0;
  return (imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}
export function i64_mul_low(aLow: number, _aHigh: number, bLow: number, _bHigh: number): number {
  return imul(aLow, bLow);
}
export function i64_mul_high(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  const a0 = aLow & 65535;
  const a1 = aLow >>> 16;
  const b0 = bLow & 65535;
  const b1 = bLow >>> 16;
  const middle = (imul(a1, b0) + (imul(a0, b0) >>> 16)) | 0;
  const carry = (imul(a0, b1) + (middle & 65535)) | 0;
  return (imul(a1, b1) + (middle >>> 16) + (carry >>> 16) + imul(aHigh, bLow) + imul(aLow, bHigh)) | 0;
}
export function i64_div_s_trap(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return (bLow | bHigh) === 0
    ? Trap.DivideByZero
    : (bLow & bHigh) === -1 && aLow === 0 && aHigh === -2147483648
      ? Trap.IntegerOverflow
      : Trap.None;
}
export function i64_div_u_trap(_aLow: number, _aHigh: number, bLow: number, bHigh: number): number {
  return (bLow | bHigh) === 0 ? Trap.DivideByZero : Trap.None;
}
export function i64_rem_s_trap(_aLow: number, _aHigh: number, bLow: number, bHigh: number): number {
  return (bLow | bHigh) === 0 ? Trap.DivideByZero : Trap.None;
}
export function i64_rem_u_trap(_aLow: number, _aHigh: number, bLow: number, bHigh: number): number {
  return (bLow | bHigh) === 0 ? Trap.DivideByZero : Trap.None;
}

let quotientLow = 0;
let quotientHigh = 0;
let remainderLow = 0;
let remainderHigh = 0;

/** Unsigned 64-bit division by doubles: exact, since every dividend below stays under 2^53 or is corrected by one. */
function divide(aLow: number, aHigh: number, bLow: number, bHigh: number): void {
  if (bHigh === 0) {
    const divisor = bLow >>> 0;
    const top = aHigh >>> 0;
    const high = Math.floor(top / divisor);
    let rest = (top - high * divisor) * 65536 + (aLow >>> 16);
    const upper = Math.floor(rest / divisor);
    rest = (rest - upper * divisor) * 65536 + (aLow & 65535);
    const lower = Math.floor(rest / divisor);
    quotientHigh = high | 0;
    quotientLow = (upper * 65536 + lower) | 0;
    remainderHigh = 0;
    remainderLow = (rest - lower * divisor) | 0;
    return;
  }
  // Two below the estimate is never too large; at most three corrections follow.
  let quotient = Math.floor(((aHigh >>> 0) * TWO_32 + (aLow >>> 0)) / ((bHigh >>> 0) * TWO_32 + (bLow >>> 0))) - 2;
  if (quotient < 0) quotient = 0;
  let q = quotient | 0;
  const productLow = imul(q, bLow);
  const productHigh = (multiplyHigh(q, bLow) + imul(q, bHigh)) | 0;
  remainderLow = i64_sub_low(aLow, aHigh, productLow, productHigh);
  remainderHigh = i64_sub_high(aLow, aHigh, productLow, productHigh);
  while (i64_ge_u(remainderLow, remainderHigh, bLow, bHigh) === 1) {
    q = (q + 1) | 0;
    const low = i64_sub_low(remainderLow, remainderHigh, bLow, bHigh);
    remainderHigh = i64_sub_high(remainderLow, remainderHigh, bLow, bHigh);
    remainderLow = low;
  }
  quotientLow = q;
  quotientHigh = 0;
}

function negateHigh(low: number, high: number): number {
  return (~high + (low === 0 ? 1 : 0)) | 0;
}

function divideMagnitudes(aLow: number, aHigh: number, bLow: number, bHigh: number): void {
  const aNegative = aHigh < 0;
  const bNegative = bHigh < 0;
  divide(
    aNegative ? (0 - aLow) | 0 : aLow,
    aNegative ? negateHigh(aLow, aHigh) : aHigh,
    bNegative ? (0 - bLow) | 0 : bLow,
    bNegative ? negateHigh(bLow, bHigh) : bHigh,
  );
}

/** Leaves the high word in `highWord`. */
export function i64_div_s(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  divideMagnitudes(aLow, aHigh, bLow, bHigh);
  if (aHigh < 0 === bHigh < 0) {
    highWord = quotientHigh;
    return quotientLow;
  }
  highWord = negateHigh(quotientLow, quotientHigh);
  return (0 - quotientLow) | 0;
}
/** Leaves the high word in `highWord`. */
export function i64_div_u(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  divide(aLow, aHigh, bLow, bHigh);
  highWord = quotientHigh;
  return quotientLow;
}
/** Leaves the high word in `highWord`. */
export function i64_rem_s(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  divideMagnitudes(aLow, aHigh, bLow, bHigh);
  if (aHigh >= 0) {
    highWord = remainderHigh;
    return remainderLow;
  }
  highWord = negateHigh(remainderLow, remainderHigh);
  return (0 - remainderLow) | 0;
}
/** Leaves the high word in `highWord`. */
export function i64_rem_u(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  divide(aLow, aHigh, bLow, bHigh);
  highWord = remainderHigh;
  return remainderLow;
}
export function i64_and_low(aLow: number, _aHigh: number, bLow: number, _bHigh: number): number {
  return aLow & bLow;
}
export function i64_and_high(_aLow: number, aHigh: number, _bLow: number, bHigh: number): number {
  return aHigh & bHigh;
}
export function i64_or_low(aLow: number, _aHigh: number, bLow: number, _bHigh: number): number {
  return aLow | bLow;
}
export function i64_or_high(_aLow: number, aHigh: number, _bLow: number, bHigh: number): number {
  return aHigh | bHigh;
}
export function i64_xor_low(aLow: number, _aHigh: number, bLow: number, _bHigh: number): number {
  return aLow ^ bLow;
}
export function i64_xor_high(_aLow: number, aHigh: number, _bLow: number, bHigh: number): number {
  return aHigh ^ bHigh;
}
// A shift by 32 and more moves a whole word; the double shifts avoid a count of 32, which is none.
export function i64_shl_low(aLow: number, _aHigh: number, bLow: number, _bHigh: number): number {
  return (bLow & 32) === 0 ? aLow << (bLow & 31) : 0;
}
export function i64_shl_high(aLow: number, aHigh: number, bLow: number, _bHigh: number): number {
  return (bLow & 32) === 0 ? (aHigh << (bLow & 31)) | ((aLow >>> 1) >>> (~bLow & 31)) : aLow << (bLow & 31);
}
export function i64_shr_s_low(aLow: number, aHigh: number, bLow: number, _bHigh: number): number {
  return (bLow & 32) === 0 ? (aLow >>> (bLow & 31)) | ((aHigh << 1) << (~bLow & 31)) : aHigh >> (bLow & 31);
}
export function i64_shr_s_high(_aLow: number, aHigh: number, bLow: number, _bHigh: number): number {
  return (bLow & 32) === 0 ? aHigh >> (bLow & 31) : aHigh >> 31;
}
export function i64_shr_u_low(aLow: number, aHigh: number, bLow: number, _bHigh: number): number {
  return (bLow & 32) === 0 ? (aLow >>> (bLow & 31)) | ((aHigh << 1) << (~bLow & 31)) : (aHigh >>> (bLow & 31)) | 0;
}
export function i64_shr_u_high(_aLow: number, aHigh: number, bLow: number, _bHigh: number): number {
  return (bLow & 32) === 0 ? (aHigh >>> (bLow & 31)) | 0 : 0;
}
export function i64_rotl_low(aLow: number, aHigh: number, bLow: number, _bHigh: number): number {
  return (bLow & 32) === 0
    ? (aLow << (bLow & 31)) | ((aHigh >>> 1) >>> (~bLow & 31))
    : (aHigh << (bLow & 31)) | ((aLow >>> 1) >>> (~bLow & 31));
}
export function i64_rotl_high(aLow: number, aHigh: number, bLow: number, _bHigh: number): number {
  return (bLow & 32) === 0
    ? (aHigh << (bLow & 31)) | ((aLow >>> 1) >>> (~bLow & 31))
    : (aLow << (bLow & 31)) | ((aHigh >>> 1) >>> (~bLow & 31));
}
export function i64_rotr_low(aLow: number, aHigh: number, bLow: number, _bHigh: number): number {
  return (bLow & 32) === 0
    ? (aLow >>> (bLow & 31)) | ((aHigh << 1) << (~bLow & 31))
    : (aHigh >>> (bLow & 31)) | ((aLow << 1) << (~bLow & 31));
}
export function i64_rotr_high(aLow: number, aHigh: number, bLow: number, _bHigh: number): number {
  return (bLow & 32) === 0
    ? (aHigh >>> (bLow & 31)) | ((aLow << 1) << (~bLow & 31))
    : (aLow >>> (bLow & 31)) | ((aHigh << 1) << (~bLow & 31));
}
export function i64_extend8_s_low(low: number, _high: number): number {
  return (low << 24) >> 24;
}
export function i64_extend8_s_high(low: number, _high: number): number {
  return (low << 24) >> 31;
}
export function i64_extend16_s_low(low: number, _high: number): number {
  return (low << 16) >> 16;
}
export function i64_extend16_s_high(low: number, _high: number): number {
  return (low << 16) >> 31;
}
export function i64_extend32_s_low(low: number, _high: number): number {
  return low;
}
export function i64_extend32_s_high(low: number, _high: number): number {
  return low >> 31;
}

export function f64_eq(a: number, b: number): number {
  return a === b ? 1 : 0;
}
export function f64_ne(a: number, b: number): number {
  return a !== b ? 1 : 0;
}
export function f64_lt(a: number, b: number): number {
  return a < b ? 1 : 0;
}
export function f64_gt(a: number, b: number): number {
  return a > b ? 1 : 0;
}
export function f64_le(a: number, b: number): number {
  return a <= b ? 1 : 0;
}
export function f64_ge(a: number, b: number): number {
  return a >= b ? 1 : 0;
}
export function f64_add(a: number, b: number): number {
  return a + b;
}
export function f64_sub(a: number, b: number): number {
  return a - b;
}
export function f64_mul(a: number, b: number): number {
  return a * b;
}
export function f64_div(a: number, b: number): number {
  return a / b;
}
export function f64_sqrt(a: number): number {
  return Math.sqrt(a);
}
export function f64_ceil(a: number): number {
  return Math.ceil(a);
}
export function f64_floor(a: number): number {
  return Math.floor(a);
}
export function f64_trunc(a: number): number {
  return a < 0 ? Math.ceil(a) : Math.floor(a);
}
/** Adding and taking away 2^52 rounds to an integer, halves to even. */
export function f64_nearest(a: number): number {
  if (a > 0) return a < TWO_52 ? a + TWO_52 - TWO_52 : a;
  if (a < 0) return a > -TWO_52 ? NEGATIVE_ZERO - (TWO_52 - a - TWO_52) : a;
  return a;
}
export function f64_min(a: number, b: number): number {
  if (a !== a || b !== b) return NaN;
  if (a === b) return a === 0 && 1 / b < 0 ? b : a;
  return a < b ? a : b;
}
export function f64_max(a: number, b: number): number {
  if (a !== a || b !== b) return NaN;
  if (a === b) return a === 0 && 1 / a < 0 ? b : a;
  return a > b ? a : b;
}
/** Takes and returns bits, as the five functions below do: the sign of a NaN counts. */
export function f32_abs(bits: number): number {
  return bits & 0x7fffffff;
}
export function f32_neg(bits: number): number {
  return bits ^ -2147483648;
}
export function f32_copysign(a: number, b: number): number {
  return (a & 0x7fffffff) | (b & -2147483648);
}
export function f64_abs_high(_low: number, high: number): number {
  return high & 0x7fffffff;
}
export function f64_neg_high(_low: number, high: number): number {
  return high ^ -2147483648;
}
export function f64_copysign_high(_aLow: number, aHigh: number, _bLow: number, bHigh: number): number {
  return (aHigh & 0x7fffffff) | (bHigh & -2147483648);
}

export function i32_trunc_f64_s_trap(a: number): number {
  return a > -2147483649 && a < 2147483648 ? Trap.None : a === a ? Trap.IntegerOverflow : Trap.InvalidConversion;
}
export function i32_trunc_f64_s(a: number): number {
  return a | 0;
}
export function i32_trunc_f64_u_trap(a: number): number {
  return a > -1 && a < TWO_32 ? Trap.None : a === a ? Trap.IntegerOverflow : Trap.InvalidConversion;
}
export function i32_trunc_f64_u(a: number): number {
  return a | 0;
}
export function i64_trunc_f64_s_trap(a: number): number {
  return a >= -TWO_63 && a < TWO_63 ? Trap.None : a === a ? Trap.IntegerOverflow : Trap.InvalidConversion;
}
export function i64_trunc_f64_u_trap(a: number): number {
  return a > -1 && a < TWO_64 ? Trap.None : a === a ? Trap.IntegerOverflow : Trap.InvalidConversion;
}
/** Truncates a double whose integer part has 64 bits. Leaves the high word in `highWord`. */
export function i64_trunc_f64_s(a: number): number {
  const integer = f64_trunc(a);
  const high = Math.floor(integer / TWO_32);
  highWord = high | 0;
  return (integer - high * TWO_32) | 0;
}
/** Leaves the high word in `highWord`. */
export function i64_trunc_f64_u(a: number): number {
  return i64_trunc_f64_s(a);
}
export function i32_trunc_sat_f64_s(a: number): number {
  return a >= 2147483647 ? 2147483647 : a <= -2147483648 ? -2147483648 : a | 0;
}
export function i32_trunc_sat_f64_u(a: number): number {
  return a >= 4294967295 ? -1 : a > 0 ? a | 0 : 0;
}
/** Leaves the high word in `highWord`. */
export function i64_trunc_sat_f64_s(a: number): number {
  if (a >= TWO_63) {
    highWord = 0x7fffffff;
    return -1;
  }
  if (a < -TWO_63 || a !== a) {
    highWord = a === a ? -2147483648 : 0;
    return 0;
  }
  return i64_trunc_f64_s(a);
}
/** Leaves the high word in `highWord`. */
export function i64_trunc_sat_f64_u(a: number): number {
  if (a >= TWO_64) {
    highWord = -1;
    return -1;
  }
  if (a > 0) return i64_trunc_f64_s(a);
  highWord = 0;
  return 0;
}
export function i64_extend_i32_s_low(a: number): number {
  return a;
}
export function i64_extend_i32_s_high(a: number): number {
  return a >> 31;
}
export function i64_extend_i32_u_low(a: number): number {
  return a;
}
export function i64_extend_i32_u_high(_a: number): number {
  return 0;
}
export function f64_convert_i32_s(a: number): number {
  return a;
}
export function f64_convert_i32_u(a: number): number {
  return a >>> 0;
}
export function f64_convert_i64_s(low: number, high: number): number {
  return high * TWO_32 + (low >>> 0);
}
export function f64_convert_i64_u(low: number, high: number): number {
  return (high >>> 0) * TWO_32 + (low >>> 0);
}
/** Rounds to odd at 53 bits, so that the second rounding, to 24, gives what one rounding would. */
export function roundToOdd(low: number): number {
  return (low & -2048) | ((low & 2047) === 0 ? 0 : 2048);
}
export function f32_convert_i64_s(low: number, high: number): number {
  return high >= -2097152 && high < 2097152 ? high * TWO_32 + (low >>> 0) : high * TWO_32 + (roundToOdd(low) >>> 0);
}
export function f32_convert_i64_u(low: number, high: number): number {
  return high >>> 0 < 2097152 ? (high >>> 0) * TWO_32 + (low >>> 0) : (high >>> 0) * TWO_32 + (roundToOdd(low) >>> 0);
}
export function f64_promote_f32(a: number): number {
  return a;
}
export function f32_demote_f64(a: number): number {
  return a;
}
