// A form: one encoding of one instruction. The rows of the table become forms here; everything else reads forms.
//
// A row has
// - what it needs of the processor,
// - its text in the unified syntax, as objdump prints it: `add{s} rd, rn, #imm`. `{s}` stands for an s outside IT blocks and nothing inside;
// - its bits, in the notation of the Architecture Reference Manual: digits, `rd:3` for a field, `imm[6:2]` for bits of a value;
// - what it writes and reads: `rd NZCV = rn rm C`. Registers are operands or sp, lr, pc; capital letters are flags, `mem` is memory.
// - the class of its cost (`cycles.ts`).

import type { Feature } from './cpu.js';
import { bitsToValue, kindOf, type Operand, valueToBits } from './operand.js';
import { LR, PC, SP } from './registers.js';

/** Bits of `Form.flagsRead` and `Form.flagsWritten`. */
const FLAG_N = 8;
const FLAG_Z = 4;
const FLAG_C = 2;
const FLAG_V = 1;

/** What kind of work an instruction does; `cycles.ts` has its cycles on each core. */
export type CostClass =
  | 'alu'
  | 'multiply'
  | 'multiplyAdd'
  | 'multiplyLong'
  | 'multiplyAddLong'
  | 'divide'
  | 'load'
  | 'store'
  | 'floatLoad'
  | 'floatStore'
  | 'loadMany'
  | 'storeMany'
  | 'branch'
  | 'compareBranch'
  | 'call'
  | 'indirectCall'
  | 'tableBranch'
  | 'it'
  | 'float'
  | 'floatMultiplyAdd'
  | 'floatDivide'
  | 'system';

export interface Form {
  /** A unique key in the table. */
  name: string;
  /** The index in the table. */
  id: number;
  needs: Feature;
  /** In bytes. */
  size: 2 | 4;
  /** Without suffix, condition and `{s}`: `add`. */
  mnemonic: string;
  /** Suffix of the mnemonic, after the condition: `.w`, `.f32`, or nothing. */
  suffix: string;
  /** Sets flags outside IT blocks only, and has an `s` there: the narrow forms of data processing. */
  flagsOutsideIt: boolean;
  /** Cannot be in an IT block. */
  outsideIt: boolean;
  /** Pairs of indices of operands: registers that must differ, or a register and a list that must not have it. */
  distinct: [number, number][];
  /** Pairs of indices of operands: a register and a list that must have it. */
  within: [number, number][];
  /** Pairs of indices of registers: the first may be the stack pointer only where the second is. */
  spWith: [number, number][];
  /** Pairs of indices of registers of which one has to be r8 or higher. */
  high: [number, number][];
  /** Whether there are such pairs. */
  hasRelations: boolean;
  /** Operands in the order of the text. A machine instruction has one number for each. */
  operands: Operand[];
  /** The operands' text: words, punctuation, or indices of operands. */
  text: (string | number)[];
  /** The bits that tell this form from others; the first halfword of 32-bit forms is the upper half. */
  mask: number;
  bits: number;
  /** Indices of operands that are registers. */
  readsOperands: number[];
  writesOperands: number[];
  /** Registers that the text does not show as operands, a bit for each. */
  readsFixed: number;
  writesFixed: number;
  flagsRead: number;
  flagsWritten: number;
  readsMemory: boolean;
  writesMemory: boolean;
  cost: CostClass;
}

/** A form before it has its name and place. */
export type Row = Omit<Form, 'name' | 'id'>;

export interface RowOptions {
  /** Operands that may be the stack pointer. Operands of 3 bits need no permission. */
  sp?: string;
  /** Operands that may be the program counter. */
  pc?: string;
  /** Cannot be in an IT block. */
  outsideIt?: boolean;
  /** Pairs of registers that must differ, and registers that a list must not have: `rt/rn rn/list`. */
  distinct?: string;
  /** A register that a list must have: `rn/list`. */
  within?: string;
  /** A register that may be the stack pointer only where another one is: `rd/rn`. */
  spWith?: string;
  /** Registers of which one has to be r8 or higher: `rn/rm`. */
  high?: string;
}

const FIXED: Record<string, number> = { sp: 1 << SP, lr: 1 << LR, pc: 1 << PC };
const FLAGS: Record<string, number> = { N: FLAG_N, Z: FLAG_Z, C: FLAG_C, V: FLAG_V };

/** A row of the table; see the top of this file. Throws on a row that is wrong in itself. */
export function row(
  needs: Feature,
  text: string,
  pattern: string,
  effect: string,
  cost: CostClass,
  { sp = '', pc = '', outsideIt = false, distinct = '', within = '', spWith = '', high = '' }: RowOptions = {},
): Row {
  const { size, mask, bits, fields } = parsePattern(pattern);
  const [head, rest = ''] = text.split(/\s+(.*)/);
  const operands: Operand[] = [];
  const operandIndex = (name: string): number | undefined => {
    const pieces = fields.get(name);
    if (!pieces) return undefined;
    const known = operands.findIndex((each) => each.name === name);
    if (known >= 0) return known;
    const kind = kindOf(name);
    let present = 0;
    for (const { low, width } of pieces) present |= ((1 << width) - 1) << low;
    const canBe = (list: string) => list.split(' ').includes(name);
    const isWide = kind === 'register' && present === 15;
    const excluded = isWide ? (canBe(sp) ? 0 : FIXED.sp) | (canBe(pc) ? 0 : FIXED.pc) : 0;
    return operands.push({ name, kind, pieces, present, excluded }) - 1;
  };
  // Conditions and masks are written in the mnemonic, before all other operands.
  const inMnemonic = /\{(cond|mask)\}/.exec(head);
  if (inMnemonic) operandIndex(inMnemonic[1]);
  const parts = (rest.match(/#?[\w.]+|[^\s\w]/g) ?? []).flatMap((part): (string | number)[] => {
    const index = operandIndex(part.replace('#', ''));
    return index === undefined ? [part] : part.startsWith('#') ? ['#', index] : [index];
  });
  const missing = [...fields.keys()].filter((name) => !operands.some((each) => each.name === name));
  if (missing.length > 0) throw new Error(`${text} does not show ${missing}`);

  const [, mnemonic, s, suffix] = /^([a-z0-9]+(?=\{s\}|\{|\.|$))(\{s\})?(?:\{cond\}|\{mask\})?(.*)$/.exec(head) ?? [];
  if (mnemonic === undefined) throw new Error(`${text}: no mnemonic`);
  const indexOf = (name: string) => operands.findIndex((each) => each.name === name);
  const pairs = (text: string) =>
    [...text.matchAll(/(\w+)\/(\w+)/g)].map(([, x, y]): [number, number] => [indexOf(x), indexOf(y)]);
  const [written, read] = effect.split('=').map((side) => side.split(' ').filter((word) => word !== ''));
  const registers = (words: string[]) => words.map((word) => indexOf(word)).filter((index) => index >= 0);
  const fixed = (words: string[]) => words.reduce((sum, word) => sum | (FIXED[word] ?? 0), 0);
  const flags = (words: string[]) =>
    words
      .filter((word) => /^[NZCV]+$/.test(word))
      .flatMap((word) => [...word])
      .reduce((sum, letter) => sum | FLAGS[letter], 0);
  return {
    needs,
    size,
    mnemonic,
    suffix,
    flagsOutsideIt: s !== undefined,
    outsideIt,
    distinct: pairs(distinct),
    within: pairs(within),
    spWith: pairs(spWith),
    high: pairs(high),
    hasRelations: [distinct, within, spWith, high].some((pairs) => pairs !== ''),
    operands,
    text: parts,
    mask,
    bits,
    readsOperands: registers(read),
    writesOperands: registers(written),
    readsFixed: fixed(read),
    writesFixed: fixed(written),
    flagsRead: flags(read),
    flagsWritten: flags(written),
    readsMemory: read.includes('mem'),
    writesMemory: written.includes('mem'),
    cost,
  };
}

type Token = { width: number } & ({ digits: string } | { name: string; low: number });

function parsePattern(pattern: string) {
  const fields = new Map<string, Operand['pieces']>();
  const tokens = pattern.split(' ').map((token): Token => {
    const field = /^([a-z]\w*)(?::(\d+)|\[(\d+)(?::(\d+))?\])$/.exec(token);
    if (!field) {
      if (!/^[01]+$/.test(token)) throw new Error(`${pattern}: ${token} is neither digits nor a field`);
      return { digits: token, width: token.length };
    }
    const [, name, width, high, low = high] = field;
    return width !== undefined
      ? { name, low: 0, width: Number(width) }
      : { name, low: Number(low), width: Number(high) - Number(low) + 1 };
  });
  const length = tokens.reduce((sum, { width }) => sum + width, 0);
  if (length !== 16 && length !== 32) throw new Error(`${pattern} has ${length} bits`);
  let at = length;
  let mask = 0;
  let bits = 0;
  for (const token of tokens) {
    at -= token.width;
    if ('digits' in token) {
      mask += (2 ** token.width - 1) * 2 ** at;
      bits += Number.parseInt(token.digits, 2) * 2 ** at;
    } else {
      const { name, low, width } = token;
      fields.set(name, [...(fields.get(name) ?? []), { at, low, width }]);
    }
  }
  return { size: (length / 8) as 2 | 4, mask: mask >>> 0, bits: bits >>> 0, fields };
}

/** The encoding of `form` with these operands, or -1 where one does not fit. Of 32 bits, the first halfword is the upper half. */
export function encoding(form: Form, values: readonly number[]): number {
  const { operands } = form;
  let bits = form.bits;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i];
    const raw = valueToBits(operand, values[i], i > 0 ? values[i - 1] : 0);
    if (raw < 0) return -1;
    for (const { at, low, width } of operand.pieces) bits |= ((raw >>> low) & ((1 << width) - 1)) << at;
  }
  return !form.hasRelations || areRelated(form, values) ? bits >>> 0 : -1;
}

function areRelated({ distinct, within, spWith, high, operands }: Form, values: readonly number[]): boolean {
  for (const [x, y] of distinct)
    if (operands[y].kind === 'list' ? (values[y] >> values[x]) & 1 : values[x] === values[y]) return false;
  for (const [x, y] of spWith) if (values[x] === SP && values[y] !== SP) return false;
  for (const [x, y] of high) if (values[x] < 8 && values[y] < 8) return false;
  for (const [x, y] of within) if (((values[y] >> values[x]) & 1) === 0) return false;
  return true;
}

/** The operands of an encoding of this form, or undefined where it is another instruction or unpredictable. */
export function operandsOf(form: Form, bits: number): number[] | undefined {
  if ((bits & form.mask) >>> 0 !== form.bits) return undefined;
  const values: number[] = [];
  for (const operand of form.operands) {
    let raw = 0;
    for (const { at, low, width } of operand.pieces) raw |= ((bits >>> at) & ((1 << width) - 1)) << low;
    // A register that is encoded twice has to be the same one.
    for (const { at, low, width } of operand.pieces)
      if (((bits >>> at) & ((1 << width) - 1)) !== ((raw >>> low) & ((1 << width) - 1))) return undefined;
    const value = bitsToValue(operand, raw, values.at(-1) ?? 0);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return areRelated(form, values) ? values : undefined;
}
