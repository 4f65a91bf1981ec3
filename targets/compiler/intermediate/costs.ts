// Costs of instructions in a back end. The builder and the passes use them to decide what pays in this back end.

import type { Instruction } from './instruction.js';

export interface Costs {
  /** The cost of reading a variable. All costs have the same unit, which the back end chooses. */
  readonly read: number;
  /** The minimum cost of a value for which keeping it in a variable and reading it twice is cheaper than computing it twice. */
  readonly worthKeeping: number;
  /** The minimum in a loop, where the variable's own cost, once per call of the function, does not count. */
  readonly worthKeepingInLoop: number;
  /** The minimum cost of a value for which computing it in front of a loop and reading a variable in the loop is cheaper. */
  readonly worthHoisting: number;
  /** The cost of an instruction, without its operands. */
  of(instruction: Instruction): number;
  /** The form of a `select` of i64: two Selects with one condition, or a mask, which has no branch to mispredict. */
  readonly wideSelect: 'selects' | 'mask';
  /**
   * The word of an i64 to load first. If the high word is within memory, the low word needs no check. If the address of the low
   * word is an int32, the address of the high word is one too.
   */
  readonly firstWord: 'high' | 'low';
  /** Whether stores of floats make a NaN the canonical one, so that no instruction has to in front of them. */
  readonly canonicalStores: boolean;
}
