// The places of values that got no register of the processor.

import type { VirtualInstruction } from './virtual-code.js';

export interface Homes {
  /** By register: the slot, or the instruction that computes the value again. */
  slots: ReadonlyMap<number, number>;
  repeated: ReadonlyMap<number, VirtualInstruction>;
  /** The register that stands for another one in these. */
  find(register: number): number;
  /** Whether values may be in a register: the others are neither loaded nor stored. */
  isAllocatable(register: number): boolean;
  /** Whether loops may get registers of their own for such values. */
  areSplit: boolean;
}
