// Calls of translated functions with the bits of values, as the command line and tests have them.

import { NULL_REFERENCE } from '../../../src/types.js';
import { resultWord, translated, wordCount } from './exported-function.js';
import type { FunctionReference } from './function-reference.js';
import { f32_bits, f32_of_bits, f64_high, f64_low, f64_of_words } from './value.js';

/** Of a number, its bits; of a reference, -1 for null, an externref that is a number, or the index of a function. */
export type ResultBits = bigint;

/** Calls a function. Throws WasmTrap, or what a host function threw. */
export function callWords(reference: FunctionReference, values: readonly bigint[]): ResultBits[] {
  const [parameters, results] = reference.signature.split(':');
  // An array of numbers alone makes NaNs quiet: an object keeps it from being one.
  const words: unknown[] = [reference];
  for (const [index, letter] of [...parameters].entries()) pushWords(words, letter, values[index]);
  let first: unknown;
  try {
    first = Function.prototype.call.apply(reference.call, words as [unknown]);
  } catch (error) {
    throw translated(error);
  }
  let word = 0;
  return [...results].map((letter) => {
    const at = word;
    word += wordCount(letter);
    return bitsOf(letter, resultWord(letter, at, first), resultWord(letter, at + 1, first));
  });
}

function pushWords(words: unknown[], letter: string, bits: bigint): void {
  const low = Number(BigInt.asIntN(32, bits));
  const high = Number(BigInt.asIntN(32, bits >> 32n));
  if (letter === 'i') words.push(low);
  else if (letter === 'I') words.push(low, high);
  else if (letter === 'f') words.push(f32_of_bits(low));
  else if (letter === 'F') words.push(f64_of_words(low, high));
  else words.push(low === NULL_REFERENCE ? null : low);
}

function bitsOf(letter: string, first: unknown, second: unknown): ResultBits {
  if (letter === 'i') return joined(first as number, 0);
  if (letter === 'I') return joined(first as number, second as number);
  if (letter === 'f') return joined(f32_bits(first as number), 0);
  if (letter === 'F') return joined(f64_low(first as number), f64_high(first as number));
  if (first === null) return BigInt(NULL_REFERENCE);
  return BigInt(typeof first === 'number' ? first : (first as FunctionReference).index);
}

function joined(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
