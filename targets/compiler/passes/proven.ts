// Derives from the ranges of operands what is proven of an instruction: the bits of `Proven`.

import { Opcode } from '../../../src/opcodes.js';
import { definitionOf } from '../intermediate/definitions.js';
import { type Instruction, Proven } from '../intermediate/instruction.js';
import { accessBytes, isLoad, isStore, Operation } from '../intermediate/operation.js';
import { LEAST, MOST, type Range } from '../intermediate/value-range.js';
import type { Knowledge } from './knowledge.js';

/** A product below this is exact. */
const EXACT = 2 ** 53;

/** `a` and `b` are the ranges of the first two operands. For an access, records the check that it relies on. */
export function provenOf(instruction: Instruction, a: Range, b: Range, knowledge: Knowledge): number {
  const { operation } = instruction;
  if (isLoad(operation) || isStore(operation)) return ofAccess(instruction, a, knowledge);
  const counted = b.least >= 0 && b.most < 32 ? Proven.CountInRange : 0;
  switch (operation) {
    case Opcode.I32Add:
      return fits(a.least + b.least, a.most + b.most);
    case Opcode.I32Sub:
      return fits(a.least - b.most, a.most - b.least);
    case Opcode.I32Mul: {
      const corners = [a.least * b.least, a.least * b.most, a.most * b.least, a.most * b.most];
      const exact = a.magnitude * b.magnitude < EXACT ? Proven.Exact : 0;
      return exact | fits(Math.min(...corners), Math.max(...corners));
    }
    case Opcode.I32Shl: {
      const most = 2 ** Math.min(b.most, 31);
      return counted === 0 ? 0 : counted | fits(Math.min(0, a.least * most), a.most * most);
    }
    case Opcode.I32ShrU:
      return counted | (a.least >= 0 ? Proven.NotNegative : 0);
    case Opcode.I32ShrS:
    case Opcode.I32Rotl:
    case Opcode.I32Rotr:
      return counted;
    case Opcode.I32DivS:
    case Opcode.I32RemS:
    case Opcode.I32DivU:
    case Opcode.I32RemU: {
      const overflows = a.least === LEAST && b.least <= -1 && b.most >= -1;
      return (b.nonZero ? Proven.NonZero : 0) | (overflows ? 0 : Proven.NoOverflow) | notNegative(a, b);
    }
    case Opcode.I32LtU:
    case Opcode.I32LeU:
    case Opcode.I32GtU:
    case Opcode.I32GeU:
      return notNegative(a, b);
    case Opcode.F32ConvertI32S:
    case Opcode.F32ConvertI32U:
    case Opcode.F64ConvertI32S:
    case Opcode.F64ConvertI32U:
    case Operation.BranchTable:
      return a.least >= 0 ? Proven.NotNegative : 0;
    default:
      return 0;
  }
}

function fits(least: number, most: number): number {
  return least >= LEAST && most <= MOST ? Proven.Fits : 0;
}

function notNegative(a: Range, b: Range): number {
  return a.least >= 0 && b.least >= 0 ? Proven.NotNegative : 0;
}

function ofAccess(instruction: Instruction, address: Range, knowledge: Knowledge): number {
  const { operation, operands, index: offset } = instruction;
  const size = accessBytes(operation);
  const aligned = address.isMultiple(offset, size) ? Proven.Aligned : 0;
  instruction.check = null;
  if (address.least < 0 || address.most + offset >= 2 ** 32) return aligned;
  const isAlwaysThere = knowledge.isAlwaysThere(operands[0], offset + size);
  if (!isAlwaysThere) instruction.check = knowledge.checkOf(operands[0], offset + size);
  const inBounds = isAlwaysThere || instruction.check !== null ? Proven.InBounds : 0;
  return Proven.Bounded | aligned | inBounds | (isScaled(instruction, size, knowledge) ? Proven.Scaled : 0);
}

/** The address is not negative. */
function isScaled({ operands, index: offset }: Instruction, size: number, knowledge: Knowledge): boolean {
  let shift = definitionOf(operands[0]);
  let added = offset;
  if (shift.operation === Opcode.I32Add && shift.has(Proven.Fits)) {
    const by = definitionOf(shift.operands[1]);
    if (by.operation !== Operation.Constant) return false;
    added += by.index;
    shift = definitionOf(shift.operands[0]);
  }
  if (shift.operation !== Opcode.I32Shl || !shift.has(Proven.Fits) || added % size !== 0) return false;
  const count = definitionOf(shift.operands[1]);
  if (count.operation !== Operation.Constant || 2 ** count.index !== size) return false;
  const index = knowledge.of(shift.operands[0]);
  return index.least + added / size >= 0 && index.most + added / size <= MOST;
}
