// Replaces values that their ranges determine: by constants, or by an operand that a mask, shift or sign extension does not change.

import { Opcode } from '../../../src/opcodes.js';
import { constant, type FunctionCode, type Instruction, Proven, resolved, visit } from '../intermediate/instruction.js';
import { Effect, Operation, Type } from '../intermediate/operation.js';

/** Instructions that may be removed: they only read. */
const PURE = Effect.ReadsMemory | Effect.ReadsGlobals | Effect.ReadsTables | Effect.ReadsVariable;

export function knownValues(code: FunctionCode): void {
  visit(code.body, (instruction) => {
    const { operands, operation, type } = instruction;
    for (let index = 0; index < operands.length; index++) operands[index] = resolved(operands[index]);
    if (type !== Type.I32 || operation === Operation.Constant || (instruction.effects & ~PURE) !== 0) return;
    instruction.replacement ??= replacementOf(instruction);
  });
}

function replacementOf(instruction: Instruction): Instruction | null {
  const { range, operation, operands, at } = instruction;
  if (range?.isConstant) return constant(range.least, Type.I32, at);
  const [a, b] = operands;
  switch (operation) {
    case Opcode.I32And:
      return b.operation === Operation.Constant && isWithin(a, b.index) ? a : null;
    case Opcode.I32Shl:
    case Opcode.I32ShrS:
    case Opcode.I32ShrU:
    case Opcode.I32Rotl:
    case Opcode.I32Rotr:
      return b.operation === Operation.Constant && (b.index & 31) === 0 ? a : null;
    case Opcode.I32Extend8S:
      return isBetween(a, -128, 127) ? a : null;
    case Opcode.I32Extend16S:
      return isBetween(a, -32768, 32767) ? a : null;
    case Opcode.I32LtU:
      // The carry of a sum that cannot carry.
      return isSumOf(a, b) ? constant(0, Type.I32, at) : null;
    default:
      return null;
  }
}

/** Whether a mask contains all bits that the value can have. */
function isWithin({ range }: Instruction, mask: number): boolean {
  if (range === null || range.least < 0) return false;
  const bits = range.most === 0 ? 0 : 2 ** (32 - Math.clz32(range.most)) - 1;
  return (mask & bits) === bits;
}

function isBetween({ range }: Instruction, least: number, most: number): boolean {
  return range !== null && range.least >= least && range.most <= most;
}

/** Whether a value is the sum of another value and a non-negative number, without wrapping. */
function isSumOf(sum: Instruction, part: Instruction): boolean {
  if (sum.operation !== Opcode.I32Add || !sum.has(Proven.Fits)) return false;
  return sum.operands.includes(part) && sum.operands.every(({ range }) => range !== null && range.least >= 0);
}
