// The kinds of operands: what values they take, and the bits that stand for them in an encoding.
//
// An operand's name in a form's text and bits says its kind. A pattern places bits of a value: `imm[6:2]` places bits 6 to 2, so the
// values that fit are multiples of 4 below 128. Kinds with another representation than the plain number convert here.

import { floatImmediateBits, floatImmediateValue, modifiedImmediateBits, modifiedImmediateValue } from './immediate.js';

export type OperandKind =
  /** A core register, 0 to 15. */
  | 'register'
  /** A single-precision register, 0 to 31. */
  | 'single'
  /** A double-precision register, 0 to 15: only moved, loaded and stored. */
  | 'double'
  /** A number that is not negative. */
  | 'unsigned'
  /** A shift by a constant: 1 to 31 for `lsl` and `ror`, 1 to 32 for `lsr` and `asr`. */
  | 'leftShift'
  | 'rightShift'
  /** A 32-bit constant that fits ThumbExpandImm. */
  | 'constant'
  /** A float that fits VFPExpandImm. */
  | 'floatConstant'
  /** How a register operand is shifted: see `shiftOf`; 0 is not at all. */
  | 'shift'
  /** A rotation to the right by 0, 8, 16 or 24. */
  | 'rotation'
  /** A shift to the left of an index register, 0 to 3. */
  | 'indexShift'
  /** An offset with a sign bit: -0 subtracts 0. */
  | 'offset'
  /** An offset that is subtracted, 0 as -0. */
  | 'negative'
  /** Bytes from the address of the instruction plus 4. */
  | 'label'
  /** A `label` that lies ahead. */
  | 'forward'
  /** Bytes from the address of the instruction plus 4, aligned down to 4. */
  | 'literal'
  /** A `literal` that lies behind the instruction. */
  | 'behind'
  /** A set of core registers: bit n is register n. */
  | 'list'
  /** Consecutive single registers: the first, plus 256 times their number. */
  | 'singles'
  /** A condition, 0 (eq) to 13 (le). */
  | 'condition'
  /** The mask of IT: see `itMask`. */
  | 'mask'
  /** The width of a bit field, one more than what is encoded; it follows the operand `lsb`. */
  | 'width'
  /** The width of a bit field whose last bit is encoded. */
  | 'widthToLast'
  /** The width that `ssat` saturates to, one more than what is encoded. */
  | 'saturation';

const KINDS: Record<string, OperandKind> = {
  imm: 'unsigned',
  left: 'leftShift',
  right: 'rightShift',
  const: 'constant',
  float: 'floatConstant',
  shift: 'shift',
  rot: 'rotation',
  index: 'indexShift',
  off: 'offset',
  neg: 'negative',
  label: 'label',
  forward: 'forward',
  literal: 'literal',
  behind: 'behind',
  list: 'list',
  singles: 'singles',
  cond: 'condition',
  mask: 'mask',
  lsb: 'unsigned',
  width: 'width',
  last: 'widthToLast',
  sat: 'saturation',
};

export interface Operand {
  name: string;
  kind: OperandKind;
  /** The pieces of the encoding: `width` bits of the value from bit `low` on are at bit `at` of the encoding. */
  pieces: { at: number; low: number; width: number }[];
  /** The bits of the value that some piece holds. */
  present: number;
  /** Registers that this operand cannot name, a bit for each: they are another instruction, or unpredictable. */
  excluded: number;
}

export function kindOf(name: string): OperandKind {
  if (/^r/.test(name) && name !== 'rot' && name !== 'right') return 'register';
  if (/^s[dnm]$/.test(name)) return 'single';
  if (/^d[dnm]$/.test(name)) return 'double';
  const kind = KINDS[name];
  if (!kind) throw new Error(`no kind of operand is named ${name}`);
  return kind;
}

/** The bits that stand for `value`, or -1 where the operand cannot have it. `previous` is the operand before it. */
export function valueToBits({ kind, present, excluded }: Operand, value: number, previous: number): number {
  const bits = unchecked(kind, present, value, previous);
  if (bits < 0 || (bits & ~present) !== 0) return -1;
  if (excluded !== 0 && ((excluded >>> value) & 1) !== 0) return -1;
  return bits;
}

function unchecked(kind: OperandKind, present: number, value: number, previous: number): number {
  switch (kind) {
    case 'leftShift':
      return value === 0 ? -1 : value;
    case 'rightShift':
      return value < 1 || value > 32 ? -1 : value & 31;
    case 'constant':
      return modifiedImmediateBits(value);
    case 'floatConstant':
      return floatImmediateBits(value);
    case 'shift':
      return isShift(value, present) ? value : -1;
    case 'offset': {
      const add = topBit(present);
      const isAdded = value > 0 || Object.is(value, 0);
      const magnitude = Math.abs(value);
      return magnitude >= add ? -1 : isAdded ? magnitude | add : magnitude;
    }
    case 'negative':
    case 'behind':
      return value > 0 || Object.is(value, 0) ? -1 : Math.abs(value);
    case 'label': {
      const sign = topBit(present);
      if (value < -sign || value >= sign) return -1;
      const bits = value & (2 * sign - 1);
      return sign === FAR ? withFarBits(bits) : bits;
    }
    case 'literal': {
      // Narrow forms reach forwards only; wide forms have a sign bit above the 12 bits of the distance.
      if (present <= 0xfff) return value;
      const isAdded = value > 0 || Object.is(value, 0);
      return Math.abs(value) > 0xfff ? -1 : Math.abs(value) | (isAdded ? 0x1000 : 0);
    }
    case 'condition':
      return value > 13 ? -1 : value;
    case 'list':
      return isList(value, present) ? value : -1;
    case 'mask':
      return value === 0 ? -1 : value;
    case 'singles':
      return value >> 8 === 0 || (value & 255) + (value >> 8) > 32 ? -1 : value;
    case 'width':
      return value + previous > 32 ? -1 : value - 1;
    case 'saturation':
      return value - 1;
    case 'widthToLast':
      return value < 1 ? -1 : value + previous - 1;
    default:
      return value;
  }
}

/** The value of these bits, or undefined where they are another instruction or unpredictable. */
export function bitsToValue({ kind, present, excluded }: Operand, bits: number, previous: number): number | undefined {
  if (excluded !== 0 && ((excluded >>> bits) & 1) !== 0) return undefined;
  switch (kind) {
    case 'list':
      return isList(bits, present) ? bits : undefined;
    case 'shift':
      return isShift(bits, present) ? bits : undefined;
    case 'leftShift':
    case 'mask':
      return bits === 0 ? undefined : bits;
    case 'rightShift':
      return bits === 0 ? 32 : bits;
    case 'constant':
      return modifiedImmediateValue(bits);
    case 'floatConstant':
      return floatImmediateValue(bits);
    case 'offset': {
      const add = topBit(present);
      return bits & add ? bits - add : -bits;
    }
    case 'negative':
    case 'behind':
      return -bits;
    case 'label': {
      const sign = topBit(present);
      const plain = sign === FAR ? withFarBits(bits) : bits;
      return plain & sign ? plain - 2 * sign : plain;
    }
    case 'literal':
      if (present <= 0xfff) return bits;
      return bits & 0x1000 ? bits - 0x1000 : -bits;
    case 'condition':
      return bits > 13 ? undefined : bits;
    case 'singles':
      return bits >> 8 === 0 || (bits & 255) + (bits >> 8) > 32 ? undefined : bits;
    case 'width':
      return bits + 1 + previous > 32 ? undefined : bits + 1;
    case 'saturation':
      return bits + 1;
    case 'widthToLast':
      return bits < previous ? undefined : bits - previous + 1;
    default:
      return bits;
  }
}

/** The sign of a distance of `bl` and `b.w`. */
const FAR = 1 << 24;

/** `bl` and `b.w` hold bits 23 and 22 as J1 and J2: inverted where the distance is not negative. Its own inverse. */
function withFarBits(bits: number): number {
  return bits & FAR ? bits : bits ^ 0xc00000;
}

/** Whether a list has a register; in 32 bits at least two, and not both lr and pc. */
function isList(list: number, present: number): boolean {
  const isWide = (present & 0x1f00) !== 0;
  return isWide ? (list & (list - 1)) !== 0 && list >> 14 !== 3 : list !== 0;
}

/** Whether a form has this shift. Those of saturations have one bit for the type, and no `asr #32`. */
function isShift(shift: number, present: number): boolean {
  return (present & 0x20) !== 0 || shift !== 0x40;
}

function topBit(present: number): number {
  return 1 << (31 - Math.clz32(present));
}
