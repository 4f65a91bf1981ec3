// Encodes machine instructions: a form with a number for each operand.

import { encoding, type Form } from './form.js';

/** Operands that a form does not have. */
class EncodingError extends Error {
  override name = 'EncodingError';
}

/**
 * The encoding, 16 or 32 bits; of 32, the upper half is the first halfword.
 * Throws EncodingError where the form does not have such operands.
 */
export function encode(form: Form, operands: readonly number[]): number {
  const bits = encoding(form, operands);
  if (bits < 0) {
    const given = form.operands.map(({ name }, i) => `${name} = ${operands[i]}`).join(', ');
    throw new EncodingError(`${form.name} cannot encode ${given}`);
  }
  return bits;
}

/** Writes an encoding of `size` bytes at `at`: halfwords, the first first, each with its low byte first. */
export function writeEncoding(bytes: Uint8Array, at: number, bits: number, size: 2 | 4): void {
  if (size === 4) {
    const first = bits >>> 16;
    bytes[at++] = first;
    bytes[at++] = first >> 8;
  }
  bytes[at++] = bits;
  bytes[at] = bits >> 8;
}

/** The address from which the distance of a form's label is counted, for an instruction at `address`. */
export function labelBase(form: Form, address: number): number {
  const isLiteral = form.operands.some(({ kind }) => kind === 'literal' || kind === 'behind');
  return isLiteral ? (address + 4) & ~3 : address + 4;
}
