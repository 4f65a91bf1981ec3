// Numeric instructions that trap.
// Written for Espruino: no hoisting, no rest arguments.

import {
  i32_rem_s,
  i32_trunc_f64_s_trap,
  i32_trunc_f64_u_trap,
  i64_div_s,
  i64_div_s_trap,
  i64_div_u,
  i64_rem_s,
  i64_rem_u,
  i64_trunc_f64_s,
  i64_trunc_f64_s_trap,
  i64_trunc_f64_u,
  i64_trunc_f64_u_trap,
} from '../../../../src/numeric.js';
// The build has those of targets/board/numeric-replacements.ts in the place of some.
import { Trap } from '../../../../src/trap.js';
import { trap } from './traps.js';

export function own_i32_div_s(a: number, b: number, at: number): number {
  if (b === 0) trap(Trap.DivideByZero, at);
  if (b === -1 && a === -2147483648) trap(Trap.IntegerOverflow, at);
  return (a / b) | 0;
}

export function own_i32_div_u(a: number, b: number, at: number): number {
  if (b === 0) trap(Trap.DivideByZero, at);
  return ((a >>> 0) / (b >>> 0)) | 0;
}

export function own_i32_rem_s(a: number, b: number, at: number): number {
  if (b === 0) trap(Trap.DivideByZero, at);
  return i32_rem_s(a, b);
}

export function own_i32_rem_u(a: number, b: number, at: number): number {
  if (b === 0) trap(Trap.DivideByZero, at);
  return ((a >>> 0) % (b >>> 0)) | 0;
}

export function own_i64_div_s(a: number, b: number, c: number, d: number, at: number): number {
  const code = i64_div_s_trap(a, b, c, d);
  if (code > 0) trap(code, at);
  return i64_div_s(a, b, c, d);
}

export function own_i64_div_u(a: number, b: number, c: number, d: number, at: number): number {
  if ((c | d) === 0) trap(Trap.DivideByZero, at);
  return i64_div_u(a, b, c, d);
}

export function own_i64_rem_s(a: number, b: number, c: number, d: number, at: number): number {
  if ((c | d) === 0) trap(Trap.DivideByZero, at);
  return i64_rem_s(a, b, c, d);
}

export function own_i64_rem_u(a: number, b: number, c: number, d: number, at: number): number {
  if ((c | d) === 0) trap(Trap.DivideByZero, at);
  return i64_rem_u(a, b, c, d);
}

export function own_i32_trunc_f64_s(a: number, at: number): number {
  const code = i32_trunc_f64_s_trap(a);
  if (code > 0) trap(code, at);
  return a | 0;
}

export function own_i32_trunc_f64_u(a: number, at: number): number {
  const code = i32_trunc_f64_u_trap(a);
  if (code > 0) trap(code, at);
  return a | 0;
}

export function own_i64_trunc_f64_s(a: number, at: number): number {
  const code = i64_trunc_f64_s_trap(a);
  if (code > 0) trap(code, at);
  return i64_trunc_f64_s(a);
}

export function own_i64_trunc_f64_u(a: number, at: number): number {
  const code = i64_trunc_f64_u_trap(a);
  if (code > 0) trap(code, at);
  return i64_trunc_f64_u(a);
}
