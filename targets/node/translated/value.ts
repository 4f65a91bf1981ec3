// Values in translated code: an i64 is two int32, an f32 a number. A NaN that came as an f32 becomes the double NaN with the same sign
// and payload, also if it is signalling, so that the bits are preserved.

import type { FunctionReference } from './function-reference.js';

const words = new Int32Array(2);
const singles = new Float32Array(words.buffer);
const doubles = new Float64Array(words.buffer);

/** Values of words behind the first one that a call returns: `integers[1]` is the high word of an i64. */
export const resultIntegers = new Int32Array(2048);
export const resultFloats = new Float64Array(2048);
export const resultReferences: unknown[] = new Array(2048).fill(null);

/** How many words a value takes. */
export function wordCount(letter: string): number {
  return letter === 'I' ? 2 : 1;
}

/** Word `word` of the results of a call that returned `first`. An array of several would not keep the bits of a NaN. */
export function resultWord(letter: string, word: number, first: unknown): unknown {
  return word === 0 ? first : resultArray(letter)[word];
}

export function resultArray(letter: string): { [index: number]: unknown } {
  if (letter === 'i' || letter === 'I') return resultIntegers;
  return letter === 'f' || letter === 'F' ? resultFloats : resultReferences;
}

export type Reference = FunctionReference | unknown;

/** The number of an f32's bits. */
export function f32_of_bits(bits: number): number {
  words[0] = bits;
  const value = singles[0];
  return value === value ? value : widenNaN(bits);
}

/** The bits of an f32. */
export function f32_bits(value: number): number {
  if (value === value) {
    singles[0] = value;
    return words[0];
  }
  doubles[0] = value;
  const payload = ((words[1] & 0xfffff) << 3) | (words[0] >>> 29);
  return (words[1] & -2147483648) | 0x7f800000 | (payload === 0 ? 0x400000 : payload);
}

/** Shifts the payload to where a double has it; a conversion would make it quiet. */
function widenNaN(bits: number): number {
  return f64_of_words(bits << 29, (bits & -2147483648) | 0x7ff00000 | ((bits & 0x7fffff) >> 3));
}

export function f64_of_words(low: number, high: number): number {
  words[0] = low;
  words[1] = high;
  return doubles[0];
}

export function f64_low(value: number): number {
  doubles[0] = value;
  return words[0];
}

export function f64_high(value: number): number {
  doubles[0] = value;
  return words[1];
}

export function f32_load(memory: DataView, address: number, at: number): number {
  const value = memory.getFloat32(address, at as unknown as boolean);
  return value === value ? value : widenNaN(memory.getInt32(address, true));
}

export function f32_store(memory: DataView, address: number, value: number, at: number): void {
  if (value === value) memory.setFloat32(address, value, at as unknown as boolean);
  else memory.setInt32(address, f32_bits(value), at as unknown as boolean);
}

export function f64_neg(value: number): number {
  return value === value ? -value : f64_of_words(f64_low(value), f64_high(value) ^ -2147483648);
}

export function f64_abs(value: number): number {
  return value === value ? Math.abs(value) : f64_of_words(f64_low(value), f64_high(value) & 0x7fffffff);
}

export function f64_copysign(value: number, sign: number): number {
  return f64_of_words(f64_low(value), (f64_high(value) & 0x7fffffff) | (f64_high(sign) & -2147483648));
}
