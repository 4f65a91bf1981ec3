// Notes what is known of instructions and their operands: `Proven`.

import { Opcode } from '../../../src/opcodes.js';
import { type FunctionCode, type Instruction, Proven, resolved, visit } from '../intermediate/instruction.js';
import { accessBytes, isLoad, isStore, Operation } from '../intermediate/operation.js';
import { mostOf } from './range.js';

/** A product below this is exact. */
const EXACT = 2 ** 53;
const LARGEST = 2 ** 31 - 1;

export function facts(code: FunctionCode, { minimumMemory }: { minimumMemory: number }): void {
  visit(code.body, (instruction) => {
    const { operation } = instruction;
    if (isLoad(operation) || isStore(operation)) access(instruction, minimumMemory);
    else if (operation >= Opcode.I32Eqz && operation <= Opcode.I32Rotr) arithmetic(instruction);
  });
}

function access(instruction: Instruction, minimumMemory: number): void {
  const address = resolved(instruction.operands[0]);
  const size = accessBytes(instruction.operation);
  const isConstant = address.operation === Operation.Constant;
  const most = isConstant ? address.index >>> 0 : mostOf(address);
  if (most <= LARGEST && most + instruction.index < 2 ** 32) instruction.proven |= Proven.Bounded;
  if (most + instruction.index + size <= minimumMemory) instruction.proven |= Proven.InBounds;
  if (size === 1 || (isConstant && (address.index + instruction.index) % size === 0))
    instruction.proven |= Proven.Aligned;
}

function arithmetic(instruction: Instruction): void {
  const { operation, operands } = instruction;
  const [a, b] = operands.map((operand) => mostOf(operand));
  switch (operation) {
    case Opcode.I32Mul:
      if (magnitude(operands[0]) * magnitude(operands[1]) < EXACT) instruction.proven |= Proven.Exact;
      if (a * b <= LARGEST) instruction.proven |= Proven.Fits;
      break;
    case Opcode.I32Add:
      if (a + b <= LARGEST) instruction.proven |= Proven.Fits;
      break;
    case Opcode.I32DivS:
    case Opcode.I32RemS:
    case Opcode.I32DivU:
    case Opcode.I32RemU: {
      const divisor = resolved(operands[1]);
      const isConstant = divisor.operation === Operation.Constant;
      if (isConstant && divisor.index !== 0) instruction.proven |= Proven.NonZero;
      if ((isConstant && divisor.index !== -1) || b <= LARGEST) instruction.proven |= Proven.NoOverflow;
      if (a <= LARGEST && b <= LARGEST) instruction.proven |= Proven.NotNegative;
      break;
    }
    case Opcode.I32LtU:
    case Opcode.I32LeU:
    case Opcode.I32GtU:
    case Opcode.I32GeU:
      if (a <= LARGEST && b <= LARGEST) instruction.proven |= Proven.NotNegative;
      break;
    case Opcode.I32ShrU:
      if (a <= LARGEST) instruction.proven |= Proven.NotNegative;
  }
  if (operation >= Opcode.I32Shl && operation <= Opcode.I32Rotr && b < 32) instruction.proven |= Proven.CountInRange;
}

function magnitude(operand: Instruction): number {
  const { operation, index } = resolved(operand);
  return operation === Operation.Constant ? Math.abs(index) : Math.min(mostOf(operand), 2 ** 31);
}
