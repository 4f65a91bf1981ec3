// The expected results of each routine of the native tier, computed by Node with numbers and BigInts.

import { Trap } from '../../../../src/trap.js';

/** Types of the words in r0 to r3: i32, i64, f32 or f64, in this order. */
export type Operands = 'i' | 'ii' | 'l' | 'll' | 'li' | 'f' | 'ff' | 'd' | 'dd';

export interface Expectation {
  readonly operands: Operands;
  /** The words that r0, r1, … must hold after a call with these words in r0 to r3. Undefined where the operands are not allowed. */
  readonly results: (words: Uint32Array) => readonly number[] | undefined;
}

const view = new DataView(new ArrayBuffer(8));

function f64(low: number, high: number): number {
  view.setUint32(0, low, true);
  view.setUint32(4, high, true);
  return view.getFloat64(0, true);
}

function f64Words(value: number): number[] {
  view.setFloat64(0, value, true);
  return value !== value ? [0, 0x7ff80000] : [view.getUint32(0, true), view.getUint32(4, true)];
}

function f32(bits: number): number {
  view.setUint32(0, bits, true);
  return view.getFloat32(0, true);
}

function f32Words(value: number): number[] {
  view.setFloat32(0, value, true);
  return value !== value ? [0x7fc00000] : [view.getUint32(0, true)];
}

const i64 = (low: number, high: number) => BigInt.asIntN(64, u64(low, high));
const u64 = (low: number, high: number) => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
const i64Words = (value: bigint) => [Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(64, value) >> 32n)];

function nearest(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 52) return value;
  const floor = Math.floor(value);
  const fraction = value - floor;
  const rounded = fraction > 0.5 || (fraction === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
  return rounded === 0 ? (value < 0 || Object.is(value, -0) ? -0 : 0) : rounded;
}

/** An integer in a range, and in the word behind it the trap of the instruction that does not saturate. */
function truncated(value: number, least: bigint, most: bigint, words: (value: bigint) => number[]): number[] {
  if (value !== value) return [...words(0n), Trap.InvalidConversion];
  if (value === Number.POSITIVE_INFINITY) return [...words(most), Trap.IntegerOverflow];
  if (value === Number.NEGATIVE_INFINITY) return [...words(least), Trap.IntegerOverflow];
  const whole = BigInt(Math.trunc(value));
  if (whole < least) return [...words(least), Trap.IntegerOverflow];
  if (whole > most) return [...words(most), Trap.IntegerOverflow];
  return [...words(whole), Trap.None];
}

const i32Words = (value: bigint) => [Number(BigInt.asUintN(32, value))];
const toI32 = (value: number) => truncated(value, -(2n ** 31n), 2n ** 31n - 1n, i32Words);
const toU32 = (value: number) => truncated(value, 0n, 2n ** 32n - 1n, i32Words);
const toI64 = (value: number) => truncated(value, -(2n ** 63n), 2n ** 63n - 1n, i64Words);
const toU64 = (value: number) => truncated(value, 0n, 2n ** 64n - 1n, i64Words);

/** An i64 as f32, rounded once: the double keeps 53 bits, and of the others whether one is not 0. */
function f32OfInteger(value: bigint): number {
  const negative = value < 0n;
  const magnitude = negative ? -value : value;
  const excess = BigInt(Math.max(0, magnitude.toString(2).length - 40));
  const kept = magnitude >> excess;
  const sticky = kept << excess === magnitude ? kept : kept | 1n;
  const rounded = Math.fround(Number(sticky)) * 2 ** Number(excess);
  return negative ? -rounded : rounded;
}

type Binary = (a: number, b: number) => number;
const f64Binary = (of: Binary): Expectation => ({
  operands: 'dd',
  results: (w) => f64Words(of(f64(w[0], w[1]), f64(w[2], w[3]))),
});
const f64Unary = (of: (a: number) => number): Expectation => ({
  operands: 'd',
  results: (w) => f64Words(of(f64(w[0], w[1]))),
});
const f32Binary = (of: Binary): Expectation => ({
  operands: 'ff',
  results: (w) => f32Words(of(f32(w[0]), f32(w[1]))),
});
const f32Unary = (of: (a: number) => number): Expectation => ({
  operands: 'f',
  results: (w) => f32Words(of(f32(w[0]))),
});
const f64Compare = (of: (a: number, b: number) => boolean): Expectation => ({
  operands: 'dd',
  results: (w) => [of(f64(w[0], w[1]), f64(w[2], w[3])) ? 1 : 0],
});
const f32Compare = (of: (a: number, b: number) => boolean): Expectation => ({
  operands: 'ff',
  results: (w) => [of(f32(w[0]), f32(w[1])) ? 1 : 0],
});
const f64To = (of: (a: number) => number[]): Expectation => ({ operands: 'd', results: (w) => of(f64(w[0], w[1])) });
const f32To = (of: (a: number) => number[]): Expectation => ({ operands: 'f', results: (w) => of(f32(w[0])) });
const i64Shift = (of: (a: bigint, count: bigint) => bigint, signed = false): Expectation => ({
  operands: 'li',
  results: (w) => i64Words(of((signed ? i64 : u64)(w[0], w[1]), BigInt(w[2] & 63))),
});
const u32 = (value: number) => value >>> 0;

export const expectations: Readonly<Record<string, Expectation>> = {
  __aeabi_uidiv: { operands: 'ii', results: (w) => (w[1] === 0 ? undefined : [Math.floor(w[0] / w[1])]) },
  __aeabi_uidivmod: {
    operands: 'ii',
    results: (w) => (w[1] === 0 ? undefined : [Math.floor(w[0] / w[1]), w[0] % w[1]]),
  },
  __aeabi_idiv: { operands: 'ii', results: (w) => (w[1] === 0 ? undefined : [u32((w[0] | 0) / (w[1] | 0))]) },
  __aeabi_idivmod: {
    operands: 'ii',
    results: (w) => (w[1] === 0 ? undefined : [u32((w[0] | 0) / (w[1] | 0)), u32((w[0] | 0) % (w[1] | 0))]),
  },
  __clzsi2: { operands: 'i', results: (w) => [Math.clz32(w[0])] },
  __ctzsi2: { operands: 'i', results: (w) => [w[0] === 0 ? 32 : 31 - Math.clz32(w[0] & -w[0])] },
  __popcountsi2: { operands: 'i', results: (w) => [w[0].toString(2).replaceAll('0', '').length] },
  __wasm_umull: { operands: 'ii', results: (w) => i64Words(BigInt(w[0]) * BigInt(w[1])) },

  __aeabi_lmul: { operands: 'll', results: (w) => i64Words(u64(w[0], w[1]) * u64(w[2], w[3])) },
  __aeabi_llsl: i64Shift((a, count) => a << count),
  __aeabi_llsr: i64Shift((a, count) => a >> count),
  __aeabi_lasr: i64Shift((a, count) => a >> count, true),
  __wasm_i64_rotl: i64Shift((a, count) => (a << count) | (a >> (64n - count))),
  __wasm_i64_rotr: i64Shift((a, count) => (a >> count) | (a << (64n - count))),
  __aeabi_uldivmod: {
    operands: 'll',
    results: (w) => {
      const [a, b] = [u64(w[0], w[1]), u64(w[2], w[3])];
      return b === 0n ? undefined : [...i64Words(a / b), ...i64Words(a % b)];
    },
  },
  __aeabi_ldivmod: {
    operands: 'll',
    results: (w) => {
      const [a, b] = [i64(w[0], w[1]), i64(w[2], w[3])];
      return b === 0n ? undefined : [...i64Words(a / b), ...i64Words(a % b)];
    },
  },

  __aeabi_dadd: f64Binary((a, b) => a + b),
  __aeabi_dsub: f64Binary((a, b) => a - b),
  __aeabi_dmul: f64Binary((a, b) => a * b),
  __aeabi_ddiv: f64Binary((a, b) => a / b),
  __wasm_f64_sqrt: f64Unary(Math.sqrt),
  __wasm_f64_min: f64Binary(Math.min),
  __wasm_f64_max: f64Binary(Math.max),
  __wasm_f64_ceil: f64Unary(Math.ceil),
  __wasm_f64_floor: f64Unary(Math.floor),
  __wasm_f64_trunc: f64Unary(Math.trunc),
  __wasm_f64_nearest: f64Unary(nearest),
  __aeabi_dcmpeq: f64Compare((a, b) => a === b),
  __aeabi_dcmplt: f64Compare((a, b) => a < b),
  __aeabi_dcmple: f64Compare((a, b) => a <= b),
  __aeabi_dcmpgt: f64Compare((a, b) => a > b),
  __aeabi_dcmpge: f64Compare((a, b) => a >= b),

  __aeabi_fadd: f32Binary((a, b) => a + b),
  __aeabi_fsub: f32Binary((a, b) => a - b),
  __aeabi_fmul: f32Binary((a, b) => a * b),
  __aeabi_fdiv: f32Binary((a, b) => a / b),
  __wasm_f32_sqrt: f32Unary(Math.sqrt),
  __wasm_f32_min: f32Binary(Math.min),
  __wasm_f32_max: f32Binary(Math.max),
  __wasm_f32_ceil: f32Unary(Math.ceil),
  __wasm_f32_floor: f32Unary(Math.floor),
  __wasm_f32_trunc: f32Unary(Math.trunc),
  __wasm_f32_nearest: f32Unary(nearest),
  __aeabi_fcmpeq: f32Compare((a, b) => a === b),
  __aeabi_fcmplt: f32Compare((a, b) => a < b),
  __aeabi_fcmple: f32Compare((a, b) => a <= b),
  __aeabi_fcmpgt: f32Compare((a, b) => a > b),
  __aeabi_fcmpge: f32Compare((a, b) => a >= b),

  __aeabi_i2d: { operands: 'i', results: (w) => f64Words(w[0] | 0) },
  __aeabi_ui2d: { operands: 'i', results: (w) => f64Words(w[0]) },
  __aeabi_l2d: { operands: 'l', results: (w) => f64Words(Number(i64(w[0], w[1]))) },
  __aeabi_ul2d: { operands: 'l', results: (w) => f64Words(Number(u64(w[0], w[1]))) },
  __aeabi_i2f: { operands: 'i', results: (w) => f32Words(w[0] | 0) },
  __aeabi_ui2f: { operands: 'i', results: (w) => f32Words(w[0]) },
  __aeabi_l2f: { operands: 'l', results: (w) => f32Words(f32OfInteger(i64(w[0], w[1]))) },
  __aeabi_ul2f: { operands: 'l', results: (w) => f32Words(f32OfInteger(u64(w[0], w[1]))) },
  __aeabi_f2d: { operands: 'f', results: (w) => f64Words(f32(w[0])) },
  __aeabi_d2f: { operands: 'd', results: (w) => f32Words(f64(w[0], w[1])) },
  __aeabi_d2iz: f64To(toI32),
  __aeabi_d2uiz: f64To(toU32),
  __aeabi_d2lz: f64To(toI64),
  __aeabi_d2ulz: f64To(toU64),
  __aeabi_f2iz: f32To(toI32),
  __aeabi_f2uiz: f32To(toU32),
  __aeabi_f2lz: f32To(toI64),
  __aeabi_f2ulz: f32To(toU64),
};
