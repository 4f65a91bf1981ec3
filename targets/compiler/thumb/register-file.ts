// The registers of the processor that values can be in.

import { Register } from './virtual-code.js';

export interface RegisterFile {
  /** Registers in the order of preference for a function that calls others, or saves registers anyway. */
  allocatable: readonly number[];
  /** Registers that a function must save before it uses them. */
  saved: ReadonlySet<number>;
  /** Whether a limit of addresses, which takes one instruction, is computed in front of each loop before it takes a register across calls. */
  repeatsLimits: boolean;
}

/** The registers for Thumb-2, or for ARMv6-M, where most instructions take the low ones. */
export function registerFile(isThumb2: boolean, keepsFuel: boolean): RegisterFile {
  const { R0, R1, R2, R3, R4, R5, R6, R7, R11, R12, Link } = Register;
  const low = [R0, R1, R2, R3, R4, R5, R6, R7];
  const allocatable = isThumb2 ? [...low, R12, Link, ...(keepsFuel ? [] : [R11])] : low;
  return { allocatable, saved: new Set([R4, R5, R6, R7, R11, Link]), repeatsLimits: isThumb2 };
}
