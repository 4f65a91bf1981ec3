// Calls of translated functions with the bits of values, for the command line and tests.

import { NULL_REFERENCE } from '../../../src/types.js';
import { callWords as room } from '../javascript-api/typed-function.js';
import { callReference } from './bits.js';
import { translated } from './exported-function.js';
import type { FunctionReference } from './function-reference.js';

/** The bits of a number. For a reference: -1 for null, a number for an externref, or the index of a function. */
export type ResultBits = bigint;

/** Calls a function. Throws WasmTrap, or what a host function threw. */
export function callWords(reference: FunctionReference, values: readonly bigint[]): ResultBits[] {
  const [parameters, results] = reference.signature.split(':');
  const words = room(parameters, results);
  const references: unknown[] = [];
  for (const [index, bits] of values.entries()) {
    const low = Number(BigInt.asIntN(32, bits));
    words[index * 2] = low;
    words[index * 2 + 1] = Number(BigInt.asIntN(32, bits >> 32n));
    references[index] = low === NULL_REFERENCE ? null : low;
  }
  try {
    callReference(reference, words, references);
  } catch (error) {
    throw translated(error);
  }
  return [...results].map((letter, index) => {
    if (letter === 'r' || letter === 'R') return referenceBits(references[index]);
    return (BigInt(words[index * 2 + 1] >>> 0) << 32n) | BigInt(words[index * 2] >>> 0);
  });
}

function referenceBits(reference: unknown): ResultBits {
  if (reference === null) return BigInt(NULL_REFERENCE);
  return BigInt(typeof reference === 'number' ? reference : (reference as FunctionReference).index);
}
