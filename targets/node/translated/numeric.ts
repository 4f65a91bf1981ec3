// Numeric instructions that are not a JavaScript expression, as functions with the operands of translated code: words, and the byte
// offset of the instruction if it can trap.

import * as numeric from '../../../src/numeric.js';
import { Trap } from '../../../src/trap.js';
import { wideAdd, wideMultiply, wideResult, wideSubtract } from '../../../src/wide.js';
import { resultIntegers } from './value.js';

/** Throws. */
export type TrapFunction = (code: number, at: number) => never;

type WordFunction = (aLow: number, aHigh: number, bLow: number, bHigh: number) => number;

const { imul } = Math;

/** Operations that cannot trap. `multiplyHigh16` is for factors up to 65536. */
export const pureNumeric = {
  multiplyHigh: numeric.multiplyHigh,
  multiplyHigh16: (a: number, factor: number): number =>
    (imul(a >>> 16, factor) + (imul(a & 65535, factor) >>> 16)) >>> 16,
  i32_ctz: numeric.i32_ctz,
  i32_popcnt: numeric.i32_popcnt,
  i32_rotl: numeric.i32_rotl,
  i32_rotr: numeric.i32_rotr,
  i64_shl_low: numeric.i64_shl_low as unknown as Shift,
  i64_shl_high: numeric.i64_shl_high as unknown as Shift,
  i64_shr_s_low: numeric.i64_shr_s_low as unknown as Shift,
  i64_shr_s_high: numeric.i64_shr_s_high as unknown as Shift,
  i64_shr_u_low: numeric.i64_shr_u_low as unknown as Shift,
  i64_shr_u_high: numeric.i64_shr_u_high as unknown as Shift,
  i64_rotl_low: numeric.i64_rotl_low as unknown as Shift,
  i64_rotl_high: numeric.i64_rotl_high as unknown as Shift,
  f64_nearest: numeric.f64_nearest,
  f32_convert_i64_s: numeric.f32_convert_i64_s,
  f32_convert_i64_u: numeric.f32_convert_i64_u,
  f64_convert_i64_s: numeric.f64_convert_i64_s,
  f64_convert_i64_u: numeric.f64_convert_i64_u,
  i32_trunc_sat_f32_s: numeric.i32_trunc_sat_f64_s,
  i32_trunc_sat_f32_u: numeric.i32_trunc_sat_f64_u,
  i32_trunc_sat_f64_s: numeric.i32_trunc_sat_f64_s,
  i32_trunc_sat_f64_u: numeric.i32_trunc_sat_f64_u,
  i64_trunc_sat_f32_s: saturating(numeric.i64_trunc_sat_f64_s),
  i64_trunc_sat_f32_u: saturating(numeric.i64_trunc_sat_f64_u),
  i64_trunc_sat_f64_s: saturating(numeric.i64_trunc_sat_f64_s),
  i64_trunc_sat_f64_u: saturating(numeric.i64_trunc_sat_f64_u),
  i64_add128: (...words: number[]) => wide(() => wideAdd(operands(words), 0, 2, 4, 6)),
  i64_sub128: (...words: number[]) => wide(() => wideSubtract(operands(words), 0, 2, 4, 6)),
  i64_mul_wide_s: (...words: number[]) => wide(() => wideMultiply(operands(words), 0, 2, 1)),
  i64_mul_wide_u: (...words: number[]) => wide(() => wideMultiply(operands(words), 0, 2, 0)),
};

/** The count is the low word of an i64: its high word does not matter. */
type Shift = (low: number, high: number, count: number) => number;

const wideOperands = new Int32Array(8);

function operands(words: number[]): Int32Array {
  wideOperands.set(words);
  return wideOperands;
}

function wide(compute: () => void): number {
  compute();
  for (let word = 1; word < 4; word++) resultIntegers[word] = wideResult[word];
  return wideResult[0];
}

function saturating(convert: (value: number) => number): (value: number) => number {
  return (value) => {
    const low = convert(value);
    resultIntegers[1] = numeric.highWord;
    return low;
  };
}

/** Operations that can trap. */
export function trappingNumeric(trap: TrapFunction) {
  function wordDivision(check: WordFunction, divide: WordFunction) {
    return (aLow: number, aHigh: number, bLow: number, bHigh: number, at: number): number => {
      const code = check(aLow, aHigh, bLow, bHigh);
      if (code !== Trap.None) trap(code, at);
      const low = divide(aLow, aHigh, bLow, bHigh);
      resultIntegers[1] = numeric.highWord;
      return low;
    };
  }
  function truncation(check: (value: number) => number, truncate: (value: number) => number) {
    return (value: number, at: number): number => {
      const code = check(value);
      if (code !== Trap.None) trap(code, at);
      return truncate(value);
    };
  }
  const i32_s = truncation(numeric.i32_trunc_f64_s_trap, numeric.i32_trunc_f64_s);
  const i32_u = truncation(numeric.i32_trunc_f64_u_trap, numeric.i32_trunc_f64_u);
  const i64_s = truncation(numeric.i64_trunc_f64_s_trap, saturating(numeric.i64_trunc_f64_s));
  const i64_u = truncation(numeric.i64_trunc_f64_u_trap, saturating(numeric.i64_trunc_f64_u));
  return {
    trap,
    i32_div_s(a: number, b: number, at: number): number {
      if (b === 0) trap(Trap.DivideByZero, at);
      if (b === -1 && a === -2147483648) trap(Trap.IntegerOverflow, at);
      return (a / b) | 0;
    },
    i32_div_u(a: number, b: number, at: number): number {
      if (b === 0) trap(Trap.DivideByZero, at);
      return ((a >>> 0) / (b >>> 0)) | 0;
    },
    i32_rem_s(a: number, b: number, at: number): number {
      if (b === 0) trap(Trap.DivideByZero, at);
      return (a % b) | 0;
    },
    i32_rem_u(a: number, b: number, at: number): number {
      if (b === 0) trap(Trap.DivideByZero, at);
      return ((a >>> 0) % (b >>> 0)) | 0;
    },
    i64_div_s: wordDivision(numeric.i64_div_s_trap, numeric.i64_div_s),
    i64_div_u: wordDivision(numeric.i64_div_u_trap, numeric.i64_div_u),
    i64_rem_s: wordDivision(numeric.i64_rem_s_trap, numeric.i64_rem_s),
    i64_rem_u: wordDivision(numeric.i64_rem_u_trap, numeric.i64_rem_u),
    i32_trunc_f32_s: i32_s,
    i32_trunc_f32_u: i32_u,
    i32_trunc_f64_s: i32_s,
    i32_trunc_f64_u: i32_u,
    i64_trunc_f32_s: i64_s,
    i64_trunc_f32_u: i64_u,
    i64_trunc_f64_s: i64_s,
    i64_trunc_f64_u: i64_u,
  };
}
