// Floats and their bits: a NaN of an f32 is the double with the same sign and payload.
// Written for Espruino: no hoisting, no rest arguments.

import { load32, store32 } from './loads-and-stores.js';
import { double, doubleBits, single, singleBits } from './state.js';

export function f64_of_words(low: number, high: number): number {
  doubleBits[0] = low;
  doubleBits[1] = high;
  return double[0];
}

export function f64_low(value: number): number {
  double[0] = value;
  return doubleBits[0];
}

export function f64_high(value: number): number {
  double[0] = value;
  return doubleBits[1];
}

export function f32_of_bits(bits: number): number {
  singleBits[0] = bits;
  const value = single[0];
  if (value === value) return value;
  return f64_of_words(bits << 29, (bits & -2147483648) | 0x7ff00000 | ((bits & 0x7fffff) >> 3));
}

export function f32_bits(value: number): number {
  if (value === value) {
    single[0] = value;
    return singleBits[0];
  }
  double[0] = value;
  const payload = ((doubleBits[1] & 0xfffff) << 3) | (doubleBits[0] >>> 29);
  return (doubleBits[1] & -2147483648) | 0x7f800000 | (payload === 0 ? 0x400000 : payload);
}

/** The canonical NaN for a NaN. */
export function canonical(value: number): number {
  return value === value ? value : f64_of_words(0, 0x7ff80000);
}

export function f32_load(address: number, at: number): number {
  return f32_of_bits(load32(address, at));
}

export function f32_store(address: number, value: number, at: number): void {
  store32(address, f32_bits(value), at);
}

export function own_f64_neg(value: number): number {
  double[0] = value;
  doubleBits[1] = doubleBits[1] ^ -2147483648;
  return double[0];
}

export function own_f64_abs(value: number): number {
  double[0] = value;
  doubleBits[1] = doubleBits[1] & 0x7fffffff;
  return double[0];
}

export function own_f64_copysign(value: number, sign: number): number {
  const high = f64_high(sign);
  double[0] = value;
  doubleBits[1] = (doubleBits[1] & 0x7fffffff) | (high & -2147483648);
  return double[0];
}
