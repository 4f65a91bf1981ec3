// Steps of data processing (ARM DDI 0403E, A7.7; shifts and sums as in A2.2.1).
//
// Operands are slots of the state, so a constant is an operand like a register.

import { modifiedImmediateSetsCarry } from '../../machine/thumb/immediate.js';
import type { Step } from './machine.js';
import { C, NZ, SHIFTED, V } from './state.js';

export type Words = Int32Array;
/** Makes the step of `d = n op (m << left)`. */
export type Operation = (s: Words, d: number, n: number, m: number, left: number, next: number) => Step;

export const OPERATIONS = {
  and: (s, d, n, m, left, next) => () => {
    s[d] = s[n] & (s[m] << left);
    return next;
  },
  bic: (s, d, n, m, left, next) => () => {
    s[d] = s[n] & ~(s[m] << left);
    return next;
  },
  orr: (s, d, n, m, left, next) => () => {
    s[d] = s[n] | (s[m] << left);
    return next;
  },
  orn: (s, d, n, m, left, next) => () => {
    s[d] = s[n] | ~(s[m] << left);
    return next;
  },
  eor: (s, d, n, m, left, next) => () => {
    s[d] = s[n] ^ (s[m] << left);
    return next;
  },
  add: (s, d, n, m, left, next) => () => {
    s[d] = s[n] + (s[m] << left);
    return next;
  },
  adc: (s, d, n, m, left, next) => () => {
    s[d] = s[n] + (s[m] << left) + s[C];
    return next;
  },
  sub: (s, d, n, m, left, next) => () => {
    s[d] = s[n] - (s[m] << left);
    return next;
  },
  sbc: (s, d, n, m, left, next) => () => {
    s[d] = s[n] - (s[m] << left) - 1 + s[C];
    return next;
  },
  rsb: (s, d, n, m, left, next) => () => {
    s[d] = (s[m] << left) - s[n];
    return next;
  },
} satisfies Record<string, Operation>;

/** The operations that set N and Z, or all flags. The carry of logical operations is set before, by the shifter. */
export const OPERATIONS_WITH_FLAGS = {
  and: (s, d, n, m, left, next) => () => {
    s[NZ] = s[d] = s[n] & (s[m] << left);
    return next;
  },
  bic: (s, d, n, m, left, next) => () => {
    s[NZ] = s[d] = s[n] & ~(s[m] << left);
    return next;
  },
  orr: (s, d, n, m, left, next) => () => {
    s[NZ] = s[d] = s[n] | (s[m] << left);
    return next;
  },
  orn: (s, d, n, m, left, next) => () => {
    s[NZ] = s[d] = s[n] | ~(s[m] << left);
    return next;
  },
  eor: (s, d, n, m, left, next) => () => {
    s[NZ] = s[d] = s[n] ^ (s[m] << left);
    return next;
  },
  add: (s, d, n, m, left, next) => () => {
    s[d] = sum(s, s[n], s[m] << left, 0);
    return next;
  },
  adc: (s, d, n, m, left, next) => () => {
    s[d] = sum(s, s[n], s[m] << left, s[C]);
    return next;
  },
  sub: (s, d, n, m, left, next) => () => {
    s[d] = difference(s, s[n], s[m] << left);
    return next;
  },
  sbc: (s, d, n, m, left, next) => () => {
    s[d] = sum(s, s[n], ~(s[m] << left), s[C]);
    return next;
  },
  rsb: (s, d, n, m, left, next) => () => {
    s[d] = difference(s, s[m] << left, s[n]);
    return next;
  },
} satisfies Record<keyof typeof OPERATIONS, Operation>;

/** Operations that write flags only. */
export const COMPARISONS = {
  tst: (s, _, n, m, left, next) => () => {
    s[NZ] = s[n] & (s[m] << left);
    return next;
  },
  teq: (s, _, n, m, left, next) => () => {
    s[NZ] = s[n] ^ (s[m] << left);
    return next;
  },
  cmn: (s, _, n, m, left, next) => () => {
    sum(s, s[n], s[m] << left, 0);
    return next;
  },
  cmp: (s, _, n, m, left, next) => () => {
    difference(s, s[n], s[m] << left);
    return next;
  },
} satisfies Record<string, Operation>;

/** x + y + carry, with all flags. */
function sum(s: Words, x: number, y: number, carry: number): number {
  const result = (x + y + carry) | 0;
  s[NZ] = result;
  s[C] = (x >>> 0) + (y >>> 0) + carry > 0xffffffff ? 1 : 0;
  s[V] = ((x ^ result) & (y ^ result)) >>> 31;
  return result;
}

/** x - y, with all flags. */
function difference(s: Words, x: number, y: number): number {
  const result = (x - y) | 0;
  s[NZ] = result;
  s[C] = x >>> 0 >= y >>> 0 ? 1 : 0;
  s[V] = ((x ^ y) & (x ^ result)) >>> 31;
  return result;
}

/** Runs `first`, then `second`, as one step. */
export function both(first: () => void, second: Step): Step {
  return () => {
    first();
    return second();
  };
}

/**
 * Returns a step that puts the register `m`, shifted by a constant, into slot SHIFTED; with `carry`, the last bit shifted out goes to C.
 * `shift` is an operand in the form of `machine/thumb/shift.ts`, not 0.
 */
export function shifter(s: Words, m: number, shift: number, carry: boolean): () => void {
  const [type, amount] = [shift >> 5, shift & 31];
  if (type === 3 && amount === 0)
    return () => {
      const value = s[m];
      s[SHIFTED] = (value >>> 1) | (s[C] << 31);
      if (carry) s[C] = value & 1;
    };
  const shifted = constantShift(s, m, type, amount);
  if (!carry) return shifted;
  // The last bit out: for `lsl` from the top, otherwise from below.
  const last = type === 0 ? 32 - amount : (amount || 32) - 1;
  return () => {
    const bit = (s[m] >>> last) & 1;
    shifted();
    s[C] = bit;
  };
}

function constantShift(s: Words, m: number, type: number, amount: number): () => void {
  if (type === 0)
    return () => {
      s[SHIFTED] = s[m] << amount;
    };
  if (type === 1)
    return () => {
      s[SHIFTED] = amount === 0 ? 0 : s[m] >>> amount;
    };
  if (type === 2)
    return () => {
      s[SHIFTED] = s[m] >> (amount || 31);
    };
  return () => {
    s[SHIFTED] = (s[m] >>> amount) | (s[m] << (32 - amount));
  };
}

/** Returns a step that sets C for the constant of a logical operation with flags; undefined if the constant leaves C unchanged. */
export function constantCarry(s: Words, value: number): (() => void) | undefined {
  if (!modifiedImmediateSetsCarry(value)) return undefined;
  const bit = value >>> 31;
  return () => {
    s[C] = bit;
  };
}

/** Shifts by the low byte of a register. A shift by 0 leaves C. */
export const REGISTER_SHIFTS = {
  lsl: (s, d, n, m, flags, next) => () => {
    const amount = s[m] & 255;
    const value = s[n];
    s[d] = amount < 32 ? value << amount : 0;
    if (flags) {
      s[NZ] = s[d];
      if (amount > 0) s[C] = amount <= 32 ? (value >>> (32 - amount)) & 1 : 0;
    }
    return next;
  },
  lsr: (s, d, n, m, flags, next) => () => {
    const amount = s[m] & 255;
    const value = s[n];
    s[d] = amount < 32 ? value >>> amount : 0;
    if (flags) {
      s[NZ] = s[d];
      if (amount > 0) s[C] = amount <= 32 ? (value >>> (amount - 1)) & 1 : 0;
    }
    return next;
  },
  asr: (s, d, n, m, flags, next) => () => {
    const amount = s[m] & 255;
    const value = s[n];
    s[d] = value >> (amount < 32 ? amount : 31);
    if (flags) {
      s[NZ] = s[d];
      if (amount > 0) s[C] = (value >>> (amount <= 32 ? amount - 1 : 31)) & 1;
    }
    return next;
  },
  ror: (s, d, n, m, flags, next) => () => {
    const amount = s[m] & 255;
    const value = s[n];
    s[d] = (value >>> (amount & 31)) | (value << (-amount & 31));
    if (flags) {
      s[NZ] = s[d];
      if (amount > 0) s[C] = s[d] >>> 31;
    }
    return next;
  },
} satisfies Record<string, (s: Words, d: number, n: number, m: number, flags: boolean, next: number) => Step>;

/** Bits 63 to 32 of the product of two unsigned numbers. */
export function highProduct(x: number, y: number): number {
  const [xLow, xHigh] = [x & 0xffff, x >>> 16];
  const [yLow, yHigh] = [y & 0xffff, y >>> 16];
  const middle = xHigh * yLow + ((xLow * yLow) >>> 16);
  const other = xLow * yHigh + (middle & 0xffff);
  return (xHigh * yHigh + Math.floor(middle / 0x10000) + Math.floor(other / 0x10000)) | 0;
}

/** Bits 63 to 32 of the product of two signed numbers. */
export function highSignedProduct(x: number, y: number): number {
  return (highProduct(x, y) - (x < 0 ? y : 0) - (y < 0 ? x : 0)) | 0;
}
