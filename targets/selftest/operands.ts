// Operands of the self-test: edges of each type, and of memory.

import { MEMORY_BYTES } from './module-text.js';
import type { Operand, Operands } from './reference.js';

const I32 = [0, 1, -1, 0x80000000 | 0, 0x7fffffff, 0x12345678, 31, -37, 65536];

const wide = (value: bigint): Operand => [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
const I64 = [0n, 1n, -1n, -(2n ** 63n), 2n ** 63n - 1n, 0x123456789abcdef0n, 63n, -(2n ** 32n), 2n ** 31n].map(wide);

const bits = new DataView(new ArrayBuffer(8));

const singleBits = (value: number): Operand => {
  bits.setFloat32(0, value, true);
  return bits.getInt32(0, true);
};
const doubleBits = (value: number): Operand => {
  bits.setFloat64(0, value, true);
  return [bits.getInt32(0, true), bits.getInt32(4, true)];
};
const FLOATS = [0, -0, 1.5, -2.5, Number.POSITIVE_INFINITY, Number.NaN, 1e-42, -3e9, 16777217.5];

const ADDRESSES = [0, 1, 7, 8, MEMORY_BYTES - 9, MEMORY_BYTES - 8, MEMORY_BYTES - 3, MEMORY_BYTES, -1];

/** Returns operands for a function: at most `most` for each parameter. */
export function operandsOf(name: string, most: number): Operands {
  const few = <T>(values: readonly T[]) => values.slice(0, most);
  const both = (values: readonly Operand[]) => ({ first: few(values), second: few(values) });
  switch (name) {
    case 'i32':
      return both(I32);
    case 'i64':
      return both(I64);
    case 'f32':
      return both(FLOATS.map(singleBits));
    case 'f64':
      return both(FLOATS.map(doubleBits));
    case 'memory':
      return { first: [...few(ADDRESSES.slice(0, 4)), ...few(ADDRESSES.slice(4))], second: I64.slice(5, 7) };
    default:
      return { first: [5, 0, -1], second: [0, 1, 2, 3, 4, -1] };
  }
}
