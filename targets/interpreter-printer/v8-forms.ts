// Numeric functions as V8 computes them best: expressions without a call, for those of src/numeric.ts that are statements or call another
// one. They stand in the loop of the interpreter, where a call would make V8 keep all variables in memory.

/**
 * Division and remainder of 64-bit integers, for operands from 0 to 2^52: their quotient as a double, rounded down, is exact. Where a
 * body leaves with Status.Cold, a function computes the result.
 */
const quotient = (low: string, high: string) => `
  const p = P(2); const q = P(3);
  if (((R[p + 1] | R[q + 1]) >>> 0) >= 0x100000 || (R[q] | R[q + 1]) === 0) EXIT(Status.Cold)
  const x = R[p + 1] * TWO_32 + (R[p] >>> 0); const y = R[q + 1] * TWO_32 + (R[q] >>> 0); const z = Math.floor(x / y);
  const l = ${low}, h = ${high}, d = P(1); R[d] = l; R[d + 1] = h;`;
const divide = quotient('z | 0', '(z / TWO_32) | 0');
const remainder = quotient('(x - z * y) | 0', '((x - z * y) / TWO_32) | 0');

/** Bodies of instructions, in the language of instructions.ts, that are for frequent operands. */
export const frequentForms: Record<string, string> = {
  'i64.div_s': divide,
  'i64.div_u': divide,
  'i64.rem_s': remainder,
  'i64.rem_u': remainder,
};

/** Functions of numeric.ts that these replace, and the words of some 64-bit results that it has in one function. */
export const v8Forms = `
function f64_min(a, b) { return Math.min(a, b); }
function f64_max(a, b) { return Math.max(a, b); }
function f64_nearest(a) {
  return a > 0 ? (a < 0x10000000000000 ? a + 0x10000000000000 - 0x10000000000000 : a) : a < 0 ? (a > -0x10000000000000 ? -0 - (0x10000000000000 - a - 0x10000000000000) : a) : a;
}
function i64_ctz_low(low, high) {
  return low !== 0 ? 31 - clz(low & (0 - low)) : high !== 0 ? 63 - clz(high & (0 - high)) : 64;
}
function i64_trunc_f64_s_low(a) { return a | 0; }
function i64_trunc_f64_s_high(a) { return Math.floor(Math.trunc(a) / TWO_32) | 0; }
function i64_trunc_f64_u_low(a) { return a | 0; }
function i64_trunc_f64_u_high(a) { return Math.floor(Math.trunc(a) / TWO_32) | 0; }
function i64_trunc_sat_f64_s_low(a) { return a >= TWO_63 ? -1 : a >= -TWO_63 ? a | 0 : 0; }
function i64_trunc_sat_f64_s_high(a) {
  return a >= TWO_63 ? 0x7fffffff : a >= -TWO_63 ? Math.floor(Math.trunc(a) / TWO_32) | 0 : a < 0 ? -2147483648 : 0;
}
function i64_trunc_sat_f64_u_low(a) { return a >= TWO_64 ? -1 : a > 0 ? a | 0 : 0; }
function i64_trunc_sat_f64_u_high(a) { return a >= TWO_64 ? -1 : a > 0 ? Math.floor(a / TWO_32) | 0 : 0; }
function f32_convert_i64_s(low, high) {
  return high * TWO_32 + ((high >= -2097152 && high < 2097152 ? low : (low & -2048) | ((low & 2047) === 0 ? 0 : 2048)) >>> 0);
}
function f32_convert_i64_u(low, high) {
  return (high >>> 0) * TWO_32 + ((high >>> 0 < 2097152 ? low : (low & -2048) | ((low & 2047) === 0 ? 0 : 2048)) >>> 0);
}
function i64_popcnt_low(low, high) {
  const a = low - ((low >>> 1) & 0x55555555);
  const b = high - ((high >>> 1) & 0x55555555);
  const c = (a & 0x33333333) + ((a >>> 2) & 0x33333333) + (b & 0x33333333) + ((b >>> 2) & 0x33333333);
  return imul((c & 0x0f0f0f0f) + ((c >>> 4) & 0x0f0f0f0f), 0x01010101) >>> 24;
}
`;
