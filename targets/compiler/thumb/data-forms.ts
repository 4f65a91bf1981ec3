// The forms of data processing: for an operation of nodes, all forms that do it with given registers, the shortest first.

import type { Form } from '../../../machine/thumb/form.js';
import { shiftOf } from '../../../machine/thumb/shift.js';
import { FORMS, type FormName } from '../../../machine/thumb/table.js';
import type { Candidate } from './assembly.js';
import { Code, Shift } from './node.js';

const STACK = 13;

/** The last operand: a register, perhaps shifted, or a constant. */
export type LastOperand = { register: number; shift: Shift; amount: number } | { immediate: number };

function form(name: string): Form | undefined {
  return (FORMS as Record<string, Form>)[name];
}

/** Forms of an operation with two operands. */
interface BinaryForms {
  /** Forms of ARMv6-M with an immediate of 3 or 8 bits; only sums and differences have them. */
  narrow3?: Form;
  narrow8?: Form;
  wide: Form;
  wideImmediate: Form;
}

function wideForms(name: string): BinaryForms {
  return { wide: form(`${name}_w_reg`)!, wideImmediate: form(`${name}_w_imm`)! };
}

const ADDS = { narrow3: FORMS.adds_imm3, narrow8: FORMS.adds_imm8 };
const SUBS = { narrow3: FORMS.subs_imm3, narrow8: FORMS.subs_imm8 };
const BINARY: ReadonlyMap<Code, BinaryForms> = new Map([
  [Code.Add, { ...wideForms('add'), ...ADDS }],
  [Code.Subtract, { ...wideForms('sub'), ...SUBS }],
  [Code.ReverseSubtract, wideForms('rsb')],
  [Code.And, wideForms('and')],
  [Code.Or, wideForms('orr')],
  [Code.Xor, wideForms('eor')],
  [Code.BitClear, wideForms('bic')],
  [Code.OrNot, wideForms('orn')],
  [Code.AddSet, { ...wideForms('adds'), ...ADDS }],
  [Code.AddCarry, wideForms('adcs')],
  [Code.SubtractSet, { ...wideForms('subs'), ...SUBS }],
  [Code.SubtractCarry, wideForms('sbcs')],
]);
/** Narrow forms of two registers, the first of which is overwritten. */
const NARROW: Partial<Record<Code, FormName>> = {
  [Code.And]: 'ands_reg',
  [Code.Or]: 'orrs_reg',
  [Code.Xor]: 'eors_reg',
  [Code.BitClear]: 'bics_reg',
  [Code.AddCarry]: 'adcs_reg',
  [Code.SubtractCarry]: 'sbcs_reg',
};
const COMMUTATIVE: ReadonlySet<Code> = new Set([Code.And, Code.Or, Code.Xor, Code.AddCarry]);

/** Forms of a shift: by a constant, by a register, and those in which a register is shifted itself. */
function namedShift(name: string) {
  return {
    immediate: form(`${name}s_imm`),
    register: form(`${name}s_reg`)!,
    wideImmediate: form(`${name}_w_imm`)!,
    wide: form(`${name}_w_reg`)!,
  };
}
const SHIFT_FORMS: ReadonlyMap<Code, ReturnType<typeof namedShift>> = new Map([
  [Code.ShiftLeft, namedShift('lsl')],
  [Code.ShiftRightUnsigned, namedShift('lsr')],
  [Code.ShiftRightSigned, namedShift('asr')],
  [Code.RotateRight, namedShift('ror')],
]);

function shiftBits(shift: Shift, amount: number): number {
  switch (shift) {
    case Shift.Left:
      return shiftOf('lsl', amount);
    case Shift.RightUnsigned:
      return shiftOf('lsr', amount);
    case Shift.RightSigned:
      return shiftOf('asr', amount);
    case Shift.RotateRight:
      return shiftOf('ror', amount);
    default:
      return 0;
  }
}

/** Returns the forms of an operation with two operands. */
export function binaryForms(code: Code, to: number, first: number, last: LastOperand): Candidate[] {
  const { narrow3, narrow8, wide, wideImmediate } = BINARY.get(code)!;
  const isSum = code === Code.Add || code === Code.AddSet;
  const isDifference = code === Code.Subtract || code === Code.SubtractSet;
  const found: Candidate[] = [];
  if ('immediate' in last) {
    const value = last.immediate;
    if (narrow3 !== undefined && value >= 0 && value < 8) found.push([narrow3, [to, first, value]]);
    if (narrow8 !== undefined && to === first) found.push([narrow8, [to, value]]);
    if (code === Code.ReverseSubtract && value === 0) found.push([FORMS.rsbs_zero, [to, first]]);
    found.push([wideImmediate, [to, first, value]]);
    if (code === Code.Add) found.push([FORMS.addw, [to, first, value]]);
    if (code === Code.Subtract) found.push([FORMS.subw, [to, first, value]]);
    return found;
  }
  const { register, shift, amount } = last;
  if (shift === Shift.None) {
    if (isSum) found.push([FORMS.adds_reg, [to, first, register]]);
    if (isDifference) found.push([FORMS.subs_reg, [to, first, register]]);
    if (code === Code.ReverseSubtract) found.push([FORMS.subs_reg, [to, register, first]]);
    if (code === Code.Add && to === first) found.push([FORMS.add_high, [to, register]]);
    if (code === Code.Add && to === register) found.push([FORMS.add_high, [to, first]]);
    const narrow = NARROW[code];
    if (narrow !== undefined && to === first) found.push([FORMS[narrow], [to, register]]);
    if (narrow !== undefined && to === register && COMMUTATIVE.has(code)) found.push([FORMS[narrow], [to, first]]);
  }
  found.push([wide, [to, first, register, shiftBits(shift, amount)]]);
  return found;
}

export function notForms(
  to: number,
  { register, shift, amount }: { register: number; shift: Shift; amount: number },
): Candidate[] {
  const wide: Candidate = [FORMS.mvn_w_reg, [to, register, shiftBits(shift, amount)]];
  return shift === Shift.None ? [[FORMS.mvns_reg, [to, register]], wide] : [wide];
}

export function shiftForms(
  code: Code,
  to: number,
  value: number,
  last: { register: number } | { immediate: number },
): Candidate[] {
  const forms = SHIFT_FORMS.get(code)!;
  if ('immediate' in last) {
    const wide: Candidate = [forms.wideImmediate, [to, value, last.immediate]];
    return forms.immediate === undefined ? [wide] : [[forms.immediate, [to, value, last.immediate]], wide];
  }
  const wide: Candidate = [forms.wide, [to, value, last.register]];
  return to === value ? [[forms.register, [to, last.register]], wide] : [wide];
}

export function multiplyForms(to: number, a: number, b: number): Candidate[] {
  const found: Candidate[] = [];
  if (to === a) found.push([FORMS.muls_reg, [to, b]]);
  if (to === b) found.push([FORMS.muls_reg, [to, a]]);
  return [...found, [FORMS.mul_w, [to, a, b]]];
}

export function moveForms(to: number, from: number): Candidate[] {
  return [[FORMS.mov_high, [to, from]]];
}

/** Returns the forms that contain the constant. */
export function constantForms(to: number, value: number): Candidate[] {
  return [
    [FORMS.movs_imm, [to, value]],
    [FORMS.mov_w_imm, [to, value]],
    [FORMS.mvn_w_imm, [to, ~value]],
    [FORMS.movw, [to, value]],
  ];
}

/** Forms of a comparison: narrow ones where there are any. */
const COMPARISONS = {
  cmp: {
    immediate: FORMS.cmp_imm,
    register: FORMS.cmp_reg,
    high: FORMS.cmp_high,
    wideImmediate: FORMS.cmp_w_imm,
    wide: FORMS.cmp_w_reg,
  },
  cmn: {
    immediate: null,
    register: FORMS.cmn_reg,
    high: null,
    wideImmediate: FORMS.cmn_w_imm,
    wide: FORMS.cmn_w_reg,
  },
  tst: {
    immediate: null,
    register: FORMS.tst_reg,
    high: null,
    wideImmediate: FORMS.tst_w_imm,
    wide: FORMS.tst_w_reg,
  },
};

/** Returns the forms of a comparison by subtraction, addition or common bits. */
export function compareForms(name: 'cmp' | 'cmn' | 'tst', first: number, last: LastOperand): Candidate[] {
  const forms = COMPARISONS[name];
  if ('immediate' in last) {
    const wide: Candidate = [forms.wideImmediate, [first, last.immediate]];
    return forms.immediate === null ? [wide] : [[forms.immediate, [first, last.immediate]], wide];
  }
  const { register, shift, amount } = last;
  const found: Candidate[] = [];
  if (shift === Shift.None) {
    found.push([forms.register, [first, register]]);
    if (forms.high !== null) found.push([forms.high, [first, register]]);
  }
  found.push([forms.wide, [first, register, shiftBits(shift, amount)]]);
  return found;
}

/** Forms of an access: with an offset, which may be from the stack pointer or negative, or with an index. */
function namedAccess(name: string) {
  return {
    offset: form(`${name}_imm`),
    fromStack: form(`${name}_sp`),
    wideOffset: form(`${name}_w_imm`)!,
    negativeOffset: form(`${name}_w_neg`)!,
    index: form(`${name}_reg`)!,
    wideIndex: form(`${name}_w_reg`)!,
  };
}
type AccessForms = ReturnType<typeof namedAccess>;
/** Forms by the number of bytes. */
const STORES: Partial<Record<number, AccessForms>> = {
  1: namedAccess('strb'),
  2: namedAccess('strh'),
  4: namedAccess('str'),
};
const LOADS: Partial<Record<number, AccessForms>> = {
  1: namedAccess('ldrb'),
  2: namedAccess('ldrh'),
  4: namedAccess('ldr'),
};
const SIGNED_LOADS: Partial<Record<number, AccessForms>> = {
  1: namedAccess('ldrsb'),
  2: namedAccess('ldrsh'),
  4: LOADS[4],
};

/** Loads and stores of `size` bytes, by an offset or an index. */
export function accessForms(
  name: 'ldr' | 'str',
  size: number,
  isSigned: boolean,
  register: number,
  base: number,
  last: { register: number; amount: number } | { immediate: number },
): Candidate[] {
  const forms = (name === 'str' ? STORES : isSigned ? SIGNED_LOADS : LOADS)[size]!;
  if ('immediate' in last) {
    const offset = last.immediate;
    const operands = [register, base, offset];
    const found: Candidate[] = [];
    if (forms.offset !== undefined) found.push([forms.offset, operands]);
    if (forms.fromStack !== undefined && base === STACK) found.push([forms.fromStack, [register, offset]]);
    found.push([offset < 0 ? forms.negativeOffset : forms.wideOffset, operands]);
    return found;
  }
  const wide: Candidate = [forms.wideIndex, [register, base, last.register, last.amount]];
  return last.amount === 0 ? [[forms.index, [register, base, last.register]], wide] : [wide];
}

/** Returns the form that also sets flags; null without one. */
export function withFlags({ name }: (typeof FORMS)[FormName]): (typeof FORMS)[FormName] | null {
  return name.includes('_w_') ? (FORMS[name.replace('_w_', 's_w_') as FormName] ?? null) : null;
}
