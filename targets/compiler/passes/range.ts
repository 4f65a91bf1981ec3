// What is known of an i32 from how it is computed: that it is not negative, and how large it can be.

import { Opcode } from '../../../src/opcodes.js';
import { type Instruction, resolved } from '../intermediate/instruction.js';
import { isBoolean, Operation } from '../intermediate/operation.js';

/** How far to follow operands. */
const DEPTH = 4;
const LARGEST = 0x7fffffff;

/** The most that a value can be if it is never negative, else Infinity. */
export function mostOf(value: Instruction, depth = DEPTH): number {
  const { operation, operands, index } = resolved(value);
  if (operation === Operation.Constant) return index >= 0 ? index : Infinity;
  if (isBoolean(operation)) return 1;
  if (depth === 0) return Infinity;
  const most = (operand: number) => mostOf(operands[operand], depth - 1);
  switch (operation) {
    case Opcode.I32Load8U:
      return 255;
    case Opcode.I32Load16U:
      return 65535;
    case Opcode.I32Clz:
    case Opcode.I32Ctz:
    case Opcode.I32Popcnt:
      return 32;
    case Opcode.I32And:
      return Math.min(most(0), most(1));
    case Opcode.I32Add:
      return limited(most(0) + most(1));
    case Opcode.I32Mul:
      return limited(most(0) * most(1));
    case Opcode.I32Shl: {
      const count = resolved(operands[1]);
      return count.operation === Operation.Constant ? limited(most(0) * 2 ** (count.index & 31)) : Infinity;
    }
    case Opcode.I32ShrU: {
      const count = resolved(operands[1]);
      if (count.operation !== Operation.Constant || (count.index & 31) === 0) return most(0);
      return Math.floor(Math.min(most(0), 0xffffffff) / 2 ** (count.index & 31));
    }
    case Opcode.I32RemU:
    case Opcode.I32DivU:
      return most(0);
    default:
      return Infinity;
  }
}

function limited(most: number): number {
  return most <= LARGEST ? most : Infinity;
}
