// Calls between translated code and code that passes bits: two words per value, and references separately.

import type { TypedFunction } from '../javascript-api/typed-function.js';
import { callWords } from '../javascript-api/typed-function.js';
import type { FunctionReference, WordFunction } from './function-reference.js';
import {
  f32_bits,
  f32_of_bits,
  f64_high,
  f64_low,
  f64_of_words,
  resultFloats,
  resultIntegers,
  resultReferences,
  resultWord,
  wordCount,
} from './value.js';

/** Converts references to functions to a host's values, and back. */
export interface FunctionValues {
  toValue(reference: FunctionReference | null): unknown;
  fromValue(value: unknown): FunctionReference | null;
}

/** Calls translated code with bits. A funcref in `references` is a FunctionReference or null. Throws what the code throws. */
export function callReference(reference: FunctionReference, bits: Int32Array, references: unknown[]): void {
  const [parameters, results] = reference.signature.split(':');
  // An array of numbers alone makes NaNs quiet: an object keeps it from being one.
  const words: unknown[] = [reference];
  for (const [index, letter] of [...parameters].entries()) {
    const low = bits[index * 2];
    const high = bits[index * 2 + 1];
    if (letter === 'i') words.push(low);
    else if (letter === 'I') words.push(low, high);
    else if (letter === 'f') words.push(f32_of_bits(low));
    else if (letter === 'F') words.push(f64_of_words(low, high));
    else words.push(references[index]);
  }
  const first: unknown = Function.prototype.call.apply(reference.call, words as [unknown]);
  let word = 0;
  for (const [index, letter] of [...results].entries()) {
    const value = resultWord(letter, word, first);
    if (letter === 'r' || letter === 'R') references[index] = value;
    else if (letter === 'i' || letter === 'I') bits[index * 2] = value as number;
    else if (letter === 'f') bits[index * 2] = f32_bits(value as number);
    else bits[index * 2] = f64_low(value as number);
    if (letter === 'I') bits[index * 2 + 1] = resultIntegers[word + 1];
    else bits[index * 2 + 1] = letter === 'F' ? f64_high(value as number) : 0;
    word += wordCount(letter);
  }
}

/** A function with a type as translated code calls it. */
export function wordFunctionOf({ signature, callBits }: TypedFunction, values: FunctionValues): WordFunction {
  const [parameters, results] = signature.split(':');
  return (...words) => {
    const bits = callWords(parameters, results);
    const references: unknown[] = [];
    let word = 0;
    for (const [index, letter] of [...parameters].entries()) {
      const value = words[word];
      if (letter === 'r') references[index] = values.toValue(value);
      else if (letter === 'R') references[index] = value;
      else if (letter === 'f') bits[index * 2] = f32_bits(value);
      else bits[index * 2] = letter === 'F' ? f64_low(value) : value;
      if (letter === 'I') bits[index * 2 + 1] = words[word + 1];
      else if (letter === 'F') bits[index * 2 + 1] = f64_high(value);
      word += wordCount(letter);
    }
    callBits(bits, references);
    return leaveResults(results, bits, references, values);
  };
}

/** Leaves results where translated code expects them; returns the first word. */
function leaveResults(results: string, bits: Int32Array, references: unknown[], values: FunctionValues): unknown {
  let first: unknown;
  let word = 0;
  for (const [index, letter] of [...results].entries()) {
    let value: unknown = bits[index * 2];
    if (letter === 'i' || letter === 'I') resultIntegers[word] = value as number;
    else if (letter === 'f' || letter === 'F') {
      const float = letter === 'f' ? f32_of_bits(bits[index * 2]) : f64_of_words(bits[index * 2], bits[index * 2 + 1]);
      resultFloats[word] = float;
      value = float;
    } else {
      value = letter === 'r' ? values.fromValue(references[index]) : references[index];
      resultReferences[word] = value;
    }
    if (letter === 'I') resultIntegers[word + 1] = bits[index * 2 + 1];
    if (index === 0) first = value;
    word += wordCount(letter);
  }
  return first;
}
