// Replacements for numeric instructions whose obvious form in JavaScript gives wrong results in Espruino, by their names in
// src/numeric.ts.

/** A remainder by -1 of the least integer ends some builds of the firmware, where the division overflows. */
export function i32_rem_s(a: number, b: number): number {
  return b === -1 ? 0 : (a % b) | 0;
}

const TWO_54 = 18014398509481984;
/** 2^27 + 1: splits a double in two halves whose products are exact (Dekker, 1971). */
const SPLITTER = 134217729;
const rootBuffer = new ArrayBuffer(8);
const rootValue = new Float64Array(rootBuffer);
const rootWords = new Int32Array(rootBuffer);

/** 2^53: 1 divided by it is half the distance from 1 to the next double. */
const TWO_53 = 9007199254740992;

/** The root in the cases that are rare: zeros, negative numbers, infinity, NaN, and numbers far from 1. */
function rareRoot(a: number): number {
  if (!(a > 0) || a === Infinity) return a < 0 ? NaN : a;
  let scale = 1;
  rootValue[0] = a;
  if (rootWords[1] < 1048576) {
    rootValue[0] = a * TWO_54;
    scale = 1 / 134217728;
  }
  // Now it is between 1 and 4; the removed exponent is even.
  const exponent = (rootWords[1] >> 20) - 1023;
  const half = exponent >> 1;
  rootWords[1] = (rootWords[1] & 1048575) | ((1023 + (exponent & 1)) << 20);
  const x = rootValue[0];
  let y = Math.sqrt(x);
  y = (y + x / y) / 2;
  y = (y + x / y) / 2;
  const split = y * SPLITTER;
  const high = split - (split - y);
  const low = y - high;
  const square = y * y;
  const rest = x - square - (high * high - square + 2 * high * low + low * low);
  const unit = 1 / 4503599627370496;
  if (rest > y * unit) y += unit;
  else if (rest <= -y * unit) y -= unit;
  rootWords[0] = 0;
  rootWords[1] = (half + 1023) << 20;
  return y * rootValue[0] * scale;
}

/**
 * The square root, rounded to nearest: Espruino's Math.sqrt is `exp(log(x) / 2)`, which is some units off. After a step of
 * Newton's method, the exact remainder tells whether a neighbour is nearer. A power of two has no neighbours at equal distances.
 */
export function f64_sqrt(a: number): number {
  // Between 2^-53 and 2^53, no step overflows or loses bits.
  if (!(a < TWO_53 && a * TWO_53 > 1)) return rareRoot(a);
  let y = Math.sqrt(a);
  y = (y + a / y) / 2;
  const split = y * SPLITTER;
  const high = split - (split - y);
  const low = y - high;
  const square = y * y;
  const rest = a - square - (high * high - square + 2 * high * low + low * low);
  const next = y + y / TWO_53;
  const unit = next - y;
  if (unit === 0) return rest === 0 ? y : rareRoot(a);
  const bound = y * unit;
  return rest > bound ? next : rest > -bound ? y : y - unit;
}
