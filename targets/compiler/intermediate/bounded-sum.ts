// Sums of an address and a value whose bounds its own operation shows, such as a masked index: whatever proves the bytes from the address
// on to be within memory proves it for the sum.

import { Opcode } from '../../../src/opcodes.js';
import { definitionOf } from './definitions.js';
import { type Instruction, Proven, resolved } from './instruction.js';
import { isBoolean, Operation } from './operation.js';

/** How deep to look into the operands of a value. */
const DEPTH = 4;
/** Larger distances are of no use: no check covers so many bytes. */
const MOST_DISTANCE = 65536;

export interface AddressStep {
  /** The address without what is added. */
  value: Instruction;
  /** The most that is added; a constant may be negative. */
  added: number;
}

/** The operand of a sum that does not wrap, and what is added to it at most; null for other values. */
export function boundedSum({ operation, operands, proven }: Instruction): AddressStep | null {
  if ((proven & Proven.Fits) === 0) return null;
  if (operation === Opcode.I32Sub) {
    const by = resolved(operands[1]);
    return by.operation === Operation.Constant ? { value: definitionOf(operands[0]), added: -by.index } : null;
  }
  if (operation !== Opcode.I32Add) return null;
  const [a, b] = operands.map((each) => definitionOf(each));
  if (b.operation === Operation.Constant) return { value: a, added: b.index };
  const most = mostBy(b);
  if (most !== null) return { value: a, added: most };
  const other = mostBy(a);
  return other === null ? null : { value: b, added: other };
}

/** The maximum of a value that is never negative, as far as its operation and operands show it; null for others. */
function mostBy(value: Instruction, depth = DEPTH): number | null {
  const found = mostOf(value, depth);
  return found !== null && found <= MOST_DISTANCE ? found : null;
}

function mostOf({ operation, operands, index }: Instruction, depth: number): number | null {
  if (operation === Operation.Constant) return index >= 0 ? index : null;
  if (isBoolean(operation)) return 1;
  if (operation === Opcode.I32Load8U) return 0xff;
  if (operation === Opcode.I32Load16U) return 0xffff;
  if (depth === 0) return null;
  const of = (operand: number) => mostBy(definitionOf(operands[operand]), depth - 1);
  switch (operation) {
    case Opcode.I32And:
      return leastOf(of(0), of(1));
    case Opcode.I32Shl: {
      const [most, count] = [of(0), definitionOf(operands[1])];
      return most === null || count.operation !== Operation.Constant ? null : most * 2 ** (count.index & 31);
    }
    case Opcode.I32ShrU: {
      const count = definitionOf(operands[1]);
      return count.operation === Operation.Constant ? 0xffffffff >>> (count.index & 31) : null;
    }
    case Operation.Select: {
      const [whenTrue, whenFalse] = [of(1), of(2)];
      return whenTrue === null || whenFalse === null ? null : Math.max(whenTrue, whenFalse);
    }
    default:
      return null;
  }
}

function leastOf(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
