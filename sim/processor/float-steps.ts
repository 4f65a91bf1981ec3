// The steps of the float unit. Registers hold bits, so that NaNs keep their payloads.

import type { FormName } from '../../machine/thumb/table.js';
import { conditionTest, setFlags } from './branch-steps.js';
import type { StepMaker } from './data-steps.js';
import { hex, ProcessorFault } from './fault.js';
import {
  add,
  compare,
  divide,
  fromInteger,
  fusedMultiplyAdd,
  maximum,
  minimum,
  multiply,
  nanOf,
  negate,
  type Rounding,
  roundToIntegral,
  squareRoot,
  toCeiling,
  toFloor,
  toInteger,
  toNearestAway,
  toNearestEven,
  towardZero,
} from './float.js';
import { FPSCR, S0 } from './state.js';

/** Rounding modes, flush to zero, default NaN and the other format of half precision. */
const UNSUPPORTED_MODES = 0x07c00000;

const binary =
  (compute: (x: number, y: number) => number): StepMaker =>
  ({ state: { words: s } }, { next }, d, n, m) =>
  () => {
    s[S0 + d] = compute(s[S0 + n], s[S0 + m]);
    return next;
  };

/** The four frequent operations compute on floats; only a NaN needs its bits. */
type Frequent = (s: Int32Array, f: Float32Array, d: number, n: number, m: number, next: number) => () => number;

const frequent =
  (operation: Frequent): StepMaker =>
  ({ state }, { next }, d, n, m) =>
    operation(state.words, state.floats, S0 + d, S0 + n, S0 + m, next);

const vadd: Frequent = (s, f, d, n, m, next) => () => {
  const result = f[n] + f[m];
  if (result === result) f[d] = result;
  else s[d] = nanOf(s[n], s[m]);
  return next;
};
const vsub: Frequent = (s, f, d, n, m, next) => () => {
  const result = f[n] - f[m];
  if (result === result) f[d] = result;
  else s[d] = nanOf(s[n], s[m]);
  return next;
};
const vmul: Frequent = (s, f, d, n, m, next) => () => {
  const result = f[n] * f[m];
  if (result === result) f[d] = result;
  else s[d] = nanOf(s[n], s[m]);
  return next;
};

const unary =
  (compute: (x: number) => number): StepMaker =>
  ({ state: { words: s } }, { next }, d, m) =>
  () => {
    s[S0 + d] = compute(s[S0 + m]);
    return next;
  };

const accumulating =
  (compute: (addend: number, x: number, y: number) => number): StepMaker =>
  ({ state: { words: s } }, { next }, d, n, m) =>
  () => {
    s[S0 + d] = compute(s[S0 + d], s[S0 + n], s[S0 + m]);
    return next;
  };

const comparison: StepMaker =
  ({ state: { words: s } }, { next }, d, m) =>
  () => {
    s[FPSCR] = (s[FPSCR] & 0x0fffffff) | compare(s[S0 + d], s[S0 + m]);
    return next;
  };

const comparisonWithZero: StepMaker =
  ({ state: { words: s } }, { next }, d) =>
  () => {
    s[FPSCR] = (s[FPSCR] & 0x0fffffff) | compare(s[S0 + d], 0);
    return next;
  };

const rounds = (rounding: Rounding) => unary((x) => roundToIntegral(x, rounding));
const converts = (rounding: Rounding, isSigned: boolean) => unary((x) => toInteger(x, rounding, isSigned));

/** Chooses by a condition, as its code. */
const selection =
  (condition: number): StepMaker =>
  ({ state: { words: s } }, { next }, d, n, m) => {
    const test = conditionTest(s, condition);
    return () => {
      s[S0 + d] = s[S0 + (test() ? n : m)];
      return next;
    };
  };

/** Copies slots. */
const copies =
  (pairs: (...operands: number[]) => [to: number, from: number][]): StepMaker =>
  ({ state: { words: s } }, { next }, ...operands) => {
    const [[to, from], second] = pairs(...operands);
    if (!second)
      return () => {
        s[to] = s[from];
        return next;
      };
    return () => {
      s[to] = s[from];
      s[second[0]] = s[second[1]];
      return next;
    };
  };

export const FLOAT_STEPS = {
  vadd: frequent(vadd),
  vsub: frequent(vsub),
  vmul: frequent(vmul),
  vnmul: binary((x, y) => negate(multiply(x, y))),
  vdiv: binary(divide),
  vmla: accumulating((addend, x, y) => add(addend, multiply(x, y))),
  vmls: accumulating((addend, x, y) => add(addend, negate(multiply(x, y)))),
  vnmls: accumulating((addend, x, y) => add(negate(addend), multiply(x, y))),
  vnmla: accumulating((addend, x, y) => add(negate(addend), negate(multiply(x, y)))),
  vfma: accumulating(fusedMultiplyAdd),
  vfms: accumulating((addend, x, y) => fusedMultiplyAdd(addend, negate(x), y)),
  vfnms: accumulating((addend, x, y) => fusedMultiplyAdd(negate(addend), x, y)),
  vfnma: accumulating((addend, x, y) => fusedMultiplyAdd(negate(addend), negate(x), y)),
  vmov_imm: ({ state: { words: s } }, { next }, d, value) => {
    const bits = fromInteger(value);
    return () => {
      s[S0 + d] = bits;
      return next;
    };
  },
  vmov: copies((d, m) => [[S0 + d, S0 + m]]),
  vabs: unary((x) => x & 0x7fffffff),
  vneg: unary(negate),
  vsqrt: unary(squareRoot),
  vcmp: comparison,
  vcmpe: comparison,
  vcmp_zero: comparisonWithZero,
  vcmpe_zero: comparisonWithZero,
  vcvt_f32_u32: unary((x) => fromInteger(x >>> 0)),
  vcvt_f32_s32: unary(fromInteger),
  vcvtr_u32_f32: converts(toNearestEven, false),
  vcvt_u32_f32: converts(towardZero, false),
  vcvtr_s32_f32: converts(toNearestEven, true),
  vcvt_s32_f32: converts(towardZero, true),
  vmov_to_core: copies((t, n) => [[t, S0 + n]]),
  vmov_from_core: copies((n, t) => [[S0 + n, t]]),
  vmov_pair_to_core: copies((t, t2, d) => [
    [t, S0 + 2 * d],
    [t2, S0 + 2 * d + 1],
  ]),
  vmov_pair_from_core: copies((d, t, t2) => [
    [S0 + 2 * d, t],
    [S0 + 2 * d + 1, t2],
  ]),
  vmrs_flags:
    ({ state: { words: s } }, { next }) =>
    () => {
      setFlags(s, s[FPSCR]);
      return next;
    },
  vmrs: copies((t) => [[t, FPSCR]]),
  vmsr:
    ({ state: { words: s } }, { next }, t) =>
    () => {
      if ((s[t] & UNSUPPORTED_MODES) !== 0)
        throw new ProcessorFault(
          'undefined',
          `fpscr = ${hex(s[t])}: only rounding to nearest, with subnormals and NaNs`,
        );
      s[FPSCR] = s[t];
      return next;
    },
  vseleq: selection(0),
  vselvs: selection(6),
  vselge: selection(10),
  vselgt: selection(12),
  vmaxnm: binary(maximum),
  vminnm: binary(minimum),
  vrinta: rounds(toNearestAway),
  vrintn: rounds(toNearestEven),
  vrintp: rounds(toCeiling),
  vrintm: rounds(toFloor),
  vrintr: rounds(toNearestEven),
  vrintz: rounds(towardZero),
  vrintx: rounds(toNearestEven),
} satisfies Partial<Record<FormName, StepMaker>>;
