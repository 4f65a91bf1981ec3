// What is known of an i32: that it is not negative, and how large it can be.

import { type Instruction, resolved } from '../intermediate/instruction.js';
import { Operation } from '../intermediate/operation.js';

/** The most that a value can be if it is never negative, else Infinity. */
export function mostOf(value: Instruction): number {
  const { operation, index, range } = resolved(value);
  if (operation === Operation.Constant) return index >= 0 ? index : Infinity;
  return range !== null && range.least >= 0 ? range.most : Infinity;
}
