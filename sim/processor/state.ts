// Registers, flags and constants of the simulated processor: one array of 32-bit integers, so that steps are short.
//
// Operands of instructions are indices into it. An immediate is a slot, too: one step serves both forms of an operation.

export { LR, PC, SP } from '../../machine/thumb/registers.js';

/** N and Z as a number that is negative, or zero: N and Z are never both set. */
export const NZ = 16;
export const C = 17;
export const V = 18;
/** The status and control register of the float unit. */
export const FPSCR = 19;
/** Always 0. */
export const ZERO = 20;
/** A shifted operand. */
export const SHIFTED = 21;
/** The first of 32 single-precision registers. */
export const S0 = 32;
const CONSTANTS = 64;
const SLOTS = 1 << 16;

export class State {
  /** Registers as integers, at the indices above. */
  readonly words = new Int32Array(SLOTS);
  /** The words as floats. A NaN that is read or written here may lose its payload. */
  readonly floats = new Float32Array(this.words.buffer);
  private readonly slots = new Map<number, number>();

  /** The slot of a constant. Throws where a program has more than 65,000 of them. */
  constant(value: number): number {
    value |= 0;
    if (value === 0) return ZERO;
    const known = this.slots.get(value);
    if (known !== undefined) return known;
    const slot = CONSTANTS + this.slots.size;
    if (slot >= SLOTS)
      throw new Error(`a program for the simulated processor has ${SLOTS - CONSTANTS} constants at most`);
    this.words[slot] = value;
    this.slots.set(value, slot);
    return slot;
  }
}
