// Cheap bounds of an i32 value: whether it is not negative, and its maximum.

import { type Instruction, resolved } from '../intermediate/instruction.js';
import { Operation } from '../intermediate/operation.js';

/** The maximum of a value that is never negative, else Infinity. */
export function mostOf(value: Instruction): number {
  const { operation, index, range } = resolved(value);
  if (operation === Operation.Constant) return index >= 0 ? index : Infinity;
  return range !== null && range.least >= 0 ? range.most : Infinity;
}
