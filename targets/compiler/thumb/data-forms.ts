// The forms of data processing: for an operation of nodes, all forms that do it with given registers, the shortest first.

import { shiftOf } from '../../../machine/thumb/shift.js';
import { FORMS, type FormName } from '../../../machine/thumb/table.js';
import type { Candidate } from './assembly.js';
import { Code, Shift } from './node.js';

/** The last operand: a register, perhaps shifted, or a constant. */
export type LastOperand = { register: number; shift: Shift; amount: number } | { immediate: number };

/** Names of the wide forms, without suffix. */
const WIDE: Partial<Record<Code, string>> = {
  [Code.Add]: 'add',
  [Code.Subtract]: 'sub',
  [Code.ReverseSubtract]: 'rsb',
  [Code.And]: 'and',
  [Code.Or]: 'orr',
  [Code.Xor]: 'eor',
  [Code.BitClear]: 'bic',
  [Code.OrNot]: 'orn',
  [Code.AddSet]: 'adds',
  [Code.AddCarry]: 'adcs',
  [Code.SubtractSet]: 'subs',
  [Code.SubtractCarry]: 'sbcs',
};
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
const SHIFT_NAMES: Partial<Record<Code, string>> = {
  [Code.ShiftLeft]: 'lsl',
  [Code.ShiftRightUnsigned]: 'lsr',
  [Code.ShiftRightSigned]: 'asr',
  [Code.RotateRight]: 'ror',
};

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

function form(name: string): (typeof FORMS)[FormName] {
  return FORMS[name as FormName];
}

/** Of an operation with two operands. */
export function binaryForms(code: Code, to: number, first: number, last: LastOperand): Candidate[] {
  const name = WIDE[code]!;
  const isSum = code === Code.Add || code === Code.AddSet;
  const isDifference = code === Code.Subtract || code === Code.SubtractSet;
  const found: Candidate[] = [];
  if ('immediate' in last) {
    const value = last.immediate;
    if (isSum || isDifference) {
      const narrow = isSum ? 'adds' : 'subs';
      found.push([form(`${narrow}_imm3`), to, first, value]);
      if (to === first) found.push([form(`${narrow}_imm8`), to, value]);
    }
    if (code === Code.ReverseSubtract && value === 0) found.push([FORMS.rsbs_zero, to, first]);
    found.push([form(`${name}_w_imm`), to, first, value]);
    if (code === Code.Add) found.push([FORMS.addw, to, first, value]);
    if (code === Code.Subtract) found.push([FORMS.subw, to, first, value]);
    return found;
  }
  const { register, shift, amount } = last;
  if (shift === Shift.None) {
    if (isSum) found.push([FORMS.adds_reg, to, first, register]);
    if (isDifference) found.push([FORMS.subs_reg, to, first, register]);
    if (code === Code.ReverseSubtract) found.push([FORMS.subs_reg, to, register, first]);
    if (code === Code.Add && to === first) found.push([FORMS.add_high, to, register]);
    if (code === Code.Add && to === register) found.push([FORMS.add_high, to, first]);
    const narrow = NARROW[code];
    if (narrow !== undefined && to === first) found.push([FORMS[narrow], to, register]);
    if (narrow !== undefined && to === register && COMMUTATIVE.has(code)) found.push([FORMS[narrow], to, first]);
  }
  found.push([form(`${name}_w_reg`), to, first, register, shiftBits(shift, amount)]);
  return found;
}

export function notForms(
  to: number,
  { register, shift, amount }: { register: number; shift: Shift; amount: number },
): Candidate[] {
  const wide: Candidate = [FORMS.mvn_w_reg, to, register, shiftBits(shift, amount)];
  return shift === Shift.None ? [[FORMS.mvns_reg, to, register], wide] : [wide];
}

export function shiftForms(
  code: Code,
  to: number,
  value: number,
  last: { register: number } | { immediate: number },
): Candidate[] {
  const name = SHIFT_NAMES[code]!;
  if ('immediate' in last) {
    const wide: Candidate = [form(`${name}_w_imm`), to, value, last.immediate];
    return code === Code.RotateRight ? [wide] : [[form(`${name}s_imm`), to, value, last.immediate], wide];
  }
  const wide: Candidate = [form(`${name}_w_reg`), to, value, last.register];
  return to === value ? [[form(`${name}s_reg`), to, last.register], wide] : [wide];
}

export function multiplyForms(to: number, a: number, b: number): Candidate[] {
  const found: Candidate[] = [];
  if (to === a) found.push([FORMS.muls_reg, to, b]);
  if (to === b) found.push([FORMS.muls_reg, to, a]);
  return [...found, [FORMS.mul_w, to, a, b]];
}

export function moveForms(to: number, from: number): Candidate[] {
  return [[FORMS.mov_high, to, from]];
}

/** Those that hold the constant themselves. */
export function constantForms(to: number, value: number): Candidate[] {
  return [
    [FORMS.movs_imm, to, value],
    [FORMS.mov_w_imm, to, value],
    [FORMS.mvn_w_imm, to, ~value],
    [FORMS.movw, to, value],
  ];
}

/** Of a comparison by subtraction, addition or bits in common. */
export function compareForms(name: 'cmp' | 'cmn' | 'tst', first: number, last: LastOperand): Candidate[] {
  if ('immediate' in last) {
    const wide: Candidate = [form(`${name}_w_imm`), first, last.immediate];
    return name === 'cmp' ? [[FORMS.cmp_imm, first, last.immediate], wide] : [wide];
  }
  const { register, shift, amount } = last;
  const found: Candidate[] = [];
  if (shift === Shift.None) {
    found.push([form(`${name}_reg`), first, register]);
    if (name === 'cmp') found.push([FORMS.cmp_high, first, register]);
  }
  return [...found, [form(`${name}_w_reg`), first, register, shiftBits(shift, amount)]];
}

/** Loads and stores of `size` bytes, by an offset or an index. */
export function accessForms(
  name: 'ldr' | 'str',
  size: number,
  isSigned: boolean,
  register: number,
  base: number,
  last: { register: number; amount: number } | { immediate: number },
): Candidate[] {
  const suffix = size === 4 ? '' : `${isSigned ? 's' : ''}${size === 1 ? 'b' : 'h'}`;
  const full = `${name}${suffix}`;
  if ('immediate' in last) {
    const offset = last.immediate;
    const found: Candidate[] = [];
    if (!isSigned) found.push([form(`${full}_imm`), register, base, offset]);
    if (size === 4 && base === 13) found.push([form(`${full}_sp`), register, offset]);
    found.push([form(`${full}_w_imm`), register, base, offset]);
    if (offset < 0) found.push([form(`${full}_w_neg`), register, base, offset]);
    return found;
  }
  const wide: Candidate = [form(`${full}_w_reg`), register, base, last.register, last.amount];
  return last.amount === 0 ? [[form(`${full}_reg`), register, base, last.register], wide] : [wide];
}

/** The same operation with flags; null where there is none. */
export function withFlags({ name }: (typeof FORMS)[FormName]): (typeof FORMS)[FormName] | null {
  return name.includes('_w_') ? (FORMS[name.replace('_w_', 's_w_') as FormName] ?? null) : null;
}
