// Costs of instructions in a back end. The builder and the passes use them to decide what pays in this back end.

import type { Instruction } from './instruction.js';

export interface Costs {
  /** Of reading a variable. All costs are in the same unit, whichever the back end takes. */
  readonly read: number;
  /** What a value must cost so that to keep it in a variable and read that twice costs less than to compute it twice. */
  readonly worthKeeping: number;
  /** The same in a loop, where the variable's own cost, once for each call of the function, does not count. */
  readonly worthKeepingInLoop: number;
  /** What a value must cost so that to compute it in front of a loop and read a variable in it costs less. */
  readonly worthHoisting: number;
  /** Of an instruction, without its operands. */
  of(instruction: Instruction): number;
  /** Of a `select` of i64: two Selects of one condition, or a mask, which has no branch to mispredict. */
  readonly wideSelect: 'selects' | 'mask';
  /**
   * The word of an i64 to load first. Where the high one is within memory, the low one needs no check; where the address of
   * the low one is an int32, that of the high one is, too.
   */
  readonly firstWord: 'high' | 'low';
}
