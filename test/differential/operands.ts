// Edge-case operands of every number type, as bits: where integers wrap, floats round, and NaNs carry payloads.
import type { NumberType } from './module-builder.js';

const INTEGERS_32 = [
  0, 1, 2, 3, 7, 8, 31, 32, 33, 63, 64, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 0x00ffffff, 0x12345678,
  0x3fffffff, 0x40000000, 0x55555555, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0x80007fff, 0xaaaaaaaa,
  0xc0000000, 0xffff7fff, 0xffff8000, 0xffffff7f, 0xffffff80, 0xfffffffe, 0xffffffff,
].map(BigInt);

const INTEGERS_64 = [
  0n,
  1n,
  2n,
  3n,
  7n,
  31n,
  32n,
  33n,
  63n,
  64n,
  65n,
  128n,
  0x8000n,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  0x100000000n,
  0x100000001n,
  0x123456789abcdef0n,
  // Numbers at which a double, and a float, begin to round, and the ties there.
  0x1fffffffffffffn,
  0x20000000000001n,
  0x3fffffffffffffn,
  0x100000080000000n,
  0x7fffff4000000001n,
  0x7fffffbfffffffffn,
  0x7ffffffffffffbffn,
  0x7ffffffffffffe00n,
  0x7fffffffffffffffn,
  0x8000000000000000n,
  0x8000000000000001n,
  0x8000008000000001n,
  0x80000000ffffffffn,
  0x5555555555555555n,
  0xfffffffeffffffffn,
  0xffffffff00000000n,
  0xffffffff7fffffffn,
  0xffffffff80000000n,
  0xffffffffffffff80n,
  0xfffffffffffffffen,
  0xffffffffffffffffn,
];

/** Magnitudes around which conversions and roundings change their result. */
const MAGNITUDES = [
  0,
  0.5,
  0.49999999999999994,
  0.49999997,
  0.75,
  0.9999999999999999,
  0.99999994,
  1,
  1.0000000000000002,
  1.5,
  2.5,
  3.5,
  Math.PI,
  8388607.5,
  8388608.5,
  16777215,
  16777217,
  16777219,
  2147483647,
  2147483648,
  2147483649,
  4294967295,
  4294967296,
  4294967295.9999995,
  2147483647.9999998,
  2147483520,
  4503599627370495.5,
  2 ** 52 + 1,
  9007199254740991,
  9007199254740992,
  2 ** 63 - 2 ** 39,
  2 ** 63 - 1024,
  2 ** 63,
  2 ** 64 - 2 ** 40,
  2 ** 64 - 2048,
  2 ** 64,
  // The largest float, what still rounds to it, and what rounds to infinity.
  3.4028234663852886e38,
  3.4028235677973362e38,
  3.4028235677973366e38,
  1.401298464324817e-45,
  // Half of that: to zero; the next double: up.
  2 ** -150,
  2 ** -150 + 2 ** -202,
  1.1754943508222875e-38,
  1.1754942106924411e-38,
  1e-40,
];

const MAGNITUDES_64 = [Number.MAX_VALUE, Number.MIN_VALUE, 2.2250738585072014e-308, 2.225073858507201e-308, 1e-310];

const NANS_32 = [0x7fc00000n, 0x7f800001n, 0x7fa00000n, 0x7fffffffn, 0x7fc12345n];
const NANS_64 = [
  0x7ff8000000000000n,
  0x7ff0000000000001n,
  0x7ff4000000000000n,
  0x7fffffffffffffffn,
  0x7ff8123456789abcn,
  0x7ff0000020000000n,
];

const SIGN_32 = 0x80000000n;
const SIGN_64 = 0x8000000000000000n;

function bothSigns(magnitudes: bigint[], sign: bigint): bigint[] {
  return [...new Set(magnitudes)].flatMap((bits) => [bits, bits | sign]);
}

export function bitsOfF32(value: number): bigint {
  return BigInt(new Uint32Array(new Float32Array([value]).buffer)[0]);
}
export function bitsOfF64(value: number): bigint {
  return new BigUint64Array(new Float64Array([value]).buffer)[0];
}

/** The edge cases of a type. */
export const operands: Record<NumberType, readonly bigint[]> = {
  i32: INTEGERS_32,
  i64: INTEGERS_64,
  f32: bothSigns([...MAGNITUDES.map(bitsOfF32), bitsOfF32(Infinity), ...NANS_32], SIGN_32),
  f64: bothSigns([...[...MAGNITUDES, ...MAGNITUDES_64, Infinity].map(bitsOfF64), ...NANS_64], SIGN_64),
};

/** Some of them, for what is tried in every form and use. */
export const fewOperands: Record<NumberType, readonly bigint[]> = {
  i32: [0n, 1n, 2n, 31n, 32n, 33n, 0x7ffffffen, 0x7fffffffn, 0x80000000n, 0x80000001n, 0xfffffffen, 0xffffffffn],
  i64: [0n, 1n, 63n, 64n, 0x7fffffffn, 0x80000000n, 0xffffffffn, 0x100000000n, 0x7fffffffffffffffn].concat([
    0x8000000000000000n,
    0xffffffff00000000n,
    0xffffffffffffffffn,
  ]),
  f32: bothSigns([0, 0.5, 1, 2147483648, 3.4028234663852886e38, Infinity].map(bitsOfF32).concat(NANS_32[1]), SIGN_32),
  f64: bothSigns([0, 0.5, 1, 2147483648, Number.MIN_VALUE, Infinity].map(bitsOfF64).concat(NANS_64[1]), SIGN_64),
};
