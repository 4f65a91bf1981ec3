// Computes the range of a result from the ranges of the operands.

import { Opcode } from '../../../src/opcodes.js';
import { isBoolean, Operation } from '../intermediate/operation.js';
import {
  ANY,
  BOOLEAN,
  between,
  constantRange,
  divisorOf,
  LEAST,
  MOST,
  powerOfTwoIn,
  type Range,
  UNCHECKED,
  wrapped,
} from '../intermediate/value-range.js';

const TRUE = constantRange(1);
const FALSE = constantRange(0);
const BYTE = between(0, 255);
const SIGNED_BYTE = between(-128, 127);
const SHORT = between(0, 65535);
const SIGNED_SHORT = between(-32768, 32767);
const BITS = between(0, 32);
const PAGES = between(0, 65536);

/** Ranges of operations with at most two i32 operands. `b` is ANY if there is only one operand. */
export function resultRange(operation: number, a: Range, b: Range): Range {
  switch (operation) {
    case Opcode.I32Load8U:
      return BYTE;
    case Opcode.I32Load8S:
      return SIGNED_BYTE;
    case Opcode.I32Load16U:
      return SHORT;
    case Opcode.I32Load16S:
      return SIGNED_SHORT;
    case Opcode.I32Clz:
    case Opcode.I32Ctz:
    case Opcode.I32Popcnt:
      return BITS;
    case Opcode.I32Extend8S:
      return a.least >= -128 && a.most <= 127 ? a : SIGNED_BYTE;
    case Opcode.I32Extend16S:
      return a.least >= -32768 && a.most <= 32767 ? a : SIGNED_SHORT;
    case Operation.MemorySize:
      return PAGES;
    case Opcode.I32Add:
      return add(a, b);
    case Opcode.I32Sub:
      return subtract(a, b);
    case Opcode.I32Mul:
      return multiply(a, b);
    case Opcode.I32And:
      return and(a, b);
    case Opcode.I32Or:
      return or(a, b);
    case Opcode.I32Xor:
      return xor(a, b);
    case Opcode.I32Shl:
      return b.isConstant ? multiply(a, constantRange(2 ** (b.least & 31))) : ANY;
    case Opcode.I32ShrS:
      return shiftRight(a, b);
    case Opcode.I32ShrU:
      return shiftRightUnsigned(a, b);
    case Opcode.I32DivS:
      return divide(a, b);
    case Opcode.I32DivU:
      return divideUnsigned(a, b);
    case Opcode.I32RemS:
      return remainder(a, b);
    case Opcode.I32RemU:
      return remainderUnsigned(a, b);
    case Operation.MultiplyHigh:
      return a.least >= 0 && b.least >= 0 ? between(0, Math.floor((a.most * b.most) / 2 ** 32)) : ANY;
    default:
      return isBoolean(operation) ? truth(operation, a, b) : ANY;
  }
}

/** The result of a comparison, as far as the ranges determine it. */
function truth(operation: number, a: Range, b: Range): Range {
  const areNotNegative = a.least >= 0 && b.least >= 0;
  switch (operation) {
    case Opcode.I32Eqz:
      return decided(a.least === 0 && a.most === 0, a.nonZero);
    case Opcode.I32Eq:
      return decided(a.isConstant && b.isConstant && a.least === b.least, areApart(a, b));
    case Opcode.I32Ne:
      return decided(areApart(a, b), a.isConstant && b.isConstant && a.least === b.least);
    case Opcode.I32LtU:
      if (!areNotNegative) return BOOLEAN;
      return decided(a.most < b.least, a.least >= b.most);
    case Opcode.I32LtS:
      return decided(a.most < b.least, a.least >= b.most);
    case Opcode.I32LeU:
      if (!areNotNegative) return BOOLEAN;
      return decided(a.most <= b.least, a.least > b.most);
    case Opcode.I32LeS:
      return decided(a.most <= b.least, a.least > b.most);
    case Opcode.I32GtU:
      if (!areNotNegative) return BOOLEAN;
      return decided(a.least > b.most, a.most <= b.least);
    case Opcode.I32GtS:
      return decided(a.least > b.most, a.most <= b.least);
    case Opcode.I32GeU:
      if (!areNotNegative) return BOOLEAN;
      return decided(a.least >= b.most, a.most < b.least);
    case Opcode.I32GeS:
      return decided(a.least >= b.most, a.most < b.least);
    default:
      return BOOLEAN;
  }
}

function areApart(a: Range, b: Range): boolean {
  return a.most < b.least || b.most < a.least;
}

function decided(isTrue: boolean, isFalse: boolean): Range {
  if (isTrue) return TRUE;
  return isFalse ? FALSE : BOOLEAN;
}

function add(a: Range, b: Range): Range {
  const least = a.least + b.least;
  const most = a.most + b.most;
  const sum = wrapped(least, most, divisorOf(a.modulus, b.modulus), a.remainder + b.remainder);
  if (a.checked === UNCHECKED || !b.isConstant || least < LEAST || most > MOST) return sum;
  return sum.withChecked(a.checked - b.least, a.checker);
}

function subtract(a: Range, b: Range): Range {
  return wrapped(a.least - b.most, a.most - b.least, divisorOf(a.modulus, b.modulus), a.remainder - b.remainder);
}

function multiply(a: Range, b: Range): Range {
  if (a.isConstant && b.isConstant) return constantRange(Math.imul(a.least, b.least));
  const corners = [a.least * b.least, a.least * b.most, a.most * b.least, a.most * b.most];
  const modulus = divisorOf(
    divisorOf(a.modulus * b.modulus, Math.abs(a.modulus * b.remainder)),
    Math.abs(b.modulus * a.remainder),
  );
  const product = wrapped(Math.min(...corners), Math.max(...corners), modulus, a.remainder * b.remainder);
  // An odd factor has an inverse modulo 2^32.
  const isInvertible = (a.isConstant && a.least % 2 !== 0) || (b.isConstant && b.least % 2 !== 0);
  return isInvertible && a.nonZero && b.nonZero ? product.withoutZero() : product;
}

/** The number of known low bits, as a power of two. */
function known({ modulus }: Range): number {
  return powerOfTwoIn(modulus);
}

/** The largest power of two that divides it. */
function zeros({ modulus, remainder }: Range): number {
  return powerOfTwoIn(divisorOf(modulus, Math.abs(remainder)));
}

function and(a: Range, b: Range): Range {
  const zero = Math.max(zeros(a), zeros(b));
  const common = Math.min(known(a), known(b));
  const [modulus, rest] = zero >= common ? [zero, 0] : [common, a.remainder & b.remainder & (common - 1)];
  if (a.least >= 0 || b.least >= 0) {
    const most = Math.min(a.least >= 0 ? a.most : MOST, b.least >= 0 ? b.most : MOST);
    return between(Math.max(roundedDown(a, b), roundedDown(b, a)), most, modulus, rest);
  }
  return between(LEAST, Math.max(a.most, b.most), modulus, rest);
}

/** The minimum of a non-negative value after its lowest bits are cleared, if `mask` is a constant that clears them; else 0. */
function roundedDown(value: Range, mask: Range): number {
  if (value.least < 0 || !mask.isConstant || mask.least >= 0) return 0;
  const size = -mask.least;
  return (size & -size) === size ? value.least - (value.least % size) : 0;
}

/** All ones from the highest bit of either operand down. */
function filled(a: Range, b: Range): number {
  const most = Math.max(a.most, b.most);
  return most === 0 ? 0 : 2 ** (32 - Math.clz32(most)) - 1;
}

function or(a: Range, b: Range): Range {
  const modulus = Math.min(known(a), known(b));
  const rest = (a.remainder | b.remainder) & (modulus - 1);
  if (a.least >= 0 && b.least >= 0) return between(Math.max(a.least, b.least), filled(a, b), modulus, rest);
  const isNegative = a.most < 0 || b.most < 0;
  const found = between(LEAST, isNegative ? -1 : MOST, modulus, rest);
  return a.nonZero || b.nonZero ? found.withoutZero() : found;
}

function xor(a: Range, b: Range): Range {
  const modulus = Math.min(known(a), known(b));
  const rest = (a.remainder ^ b.remainder) & (modulus - 1);
  if (a.least >= 0 && b.least >= 0) return between(0, filled(a, b), modulus, rest);
  if (b.isConstant && b.least === -1) return between(~a.most, ~a.least, modulus, rest);
  return between(LEAST, MOST, modulus, rest);
}

function shiftRight(a: Range, b: Range): Range {
  if (!b.isConstant) return between(Math.min(a.least, 0), Math.max(a.most, 0));
  const by = b.least & 31;
  const divisor = 2 ** by;
  const isExact = a.modulus % divisor === 0 && a.remainder % divisor === 0;
  const [modulus, rest] = isExact ? [a.modulus / divisor, a.remainder / divisor] : [1, 0];
  return between(a.least >> by, a.most >> by, modulus, rest);
}

function shiftRightUnsigned(a: Range, b: Range): Range {
  if (a.least >= 0) return shiftRight(a, b);
  if (!b.isConstant || (b.least & 31) === 0) return ANY;
  if (a.most < 0) return between(a.least >>> (b.least & 31), a.most >>> (b.least & 31));
  return between(0, 2 ** (32 - (b.least & 31)) - 1);
}

function divide(a: Range, b: Range): Range {
  if (b.isConstant && b.least > 0) return between(Math.trunc(a.least / b.least) + 0, Math.trunc(a.most / b.least) + 0);
  if (a.least >= 0 && b.least >= 0) return divideUnsigned(a, b);
  const most = a.magnitude;
  return between(-most, Math.min(most, MOST));
}

function divideUnsigned(a: Range, b: Range): Range {
  const least = Math.max(1, b.least);
  if (b.least < 0) return a.least >= 0 ? between(0, a.most) : ANY;
  const most = a.least >= 0 ? a.most : 2 ** 32 - 1;
  return most / least <= MOST ? between(0, Math.floor(most / least)) : ANY;
}

function remainder(a: Range, b: Range): Range {
  const most = Math.max(0, b.magnitude - 1);
  return between(a.least < 0 ? -Math.min(most, -a.least) : 0, a.most > 0 ? Math.min(most, a.most) : 0);
}

function remainderUnsigned(a: Range, b: Range): Range {
  const most = a.least >= 0 ? a.most : MOST;
  if (b.least >= 0) return between(0, Math.min(most, Math.max(0, b.most - 1)));
  return a.least >= 0 ? between(0, most) : ANY;
}
