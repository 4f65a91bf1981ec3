// What instructions cost a back end: passes ask it where a transformation pays only on some of them.

import type { Instruction } from '../intermediate/instruction.js';

export interface Costs {
  /** Of reading a variable. All costs are in the same unit, whichever the back end takes. */
  readonly read: number;
  /** What a value must cost so that to keep it in a variable and read that twice costs less than to compute it twice. */
  readonly worthKeeping: number;
  /** The same in a loop, where the variable's own cost, once for each call of the function, does not count. */
  readonly worthKeepingInLoop: number;
  /** Of an instruction, without its operands. */
  of(instruction: Instruction): number;
  /** Of a `select` of i64: two Selects of one condition, or a mask, which has no branch to mispredict. */
  readonly wideSelect: 'selects' | 'mask';
}
