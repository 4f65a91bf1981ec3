// The stack frame of a function: what it saves, and where its words are. From the stack pointer up: words for calls that do not fit
// registers, slots of spilled values, saved registers, then the words that the caller passes.

import { Register, type VirtualFunction } from './virtual-code.js';

/** The fuel, which may be in the last of these, is not written as a value. */
const SAVED = [Register.R4, Register.R5, Register.R6, Register.R7, Register.R11];

export class Frame {
  /** Registers that are pushed, the link register not among them. */
  readonly saved: readonly number[];
  readonly savesLink: boolean;
  /** Bytes below the saved registers. */
  readonly bytes: number;
  private readonly outgoingWords: number;

  constructor(code: VirtualFunction, overwritesLink: boolean) {
    const written = writtenRegisters(code);
    this.saved = SAVED.filter((register) => (written & (1 << register)) !== 0);
    const writesLink = (written & (1 << Register.Link)) !== 0;
    this.savesLink = overwritesLink || code.calls || this.saved.length > 0 || writesLink;
    this.outgoingWords = Math.max(0, code.outgoingWords);
    this.bytes = (this.outgoingWords + code.slots) * 4;
  }

  /** Bytes from the stack pointer to the words that the caller passes. */
  get size(): number {
    return this.bytes + this.pushedBytes;
  }

  /** Bytes from the stack pointer at a trap to behind the return address, which is pushed there unless the frame has it. */
  get bytesToCaller(): number {
    return this.size + (this.savesLink ? 0 : 4);
  }

  get pushedBytes(): number {
    return (this.saved.length + (this.savesLink ? 1 : 0)) * 4;
  }

  /** A bit for each register that is pushed. */
  get pushed(): number {
    return this.saved.reduce((list, register) => list | (1 << register), this.savesLink ? 1 << Register.Link : 0);
  }

  /** Registers that the return pops, including the program counter. */
  get popped(): number {
    return this.saved.reduce((list, register) => list | (1 << register), this.savesLink ? 1 << Register.Program : 0);
  }

  slotOffset(slot: number): number {
    return (this.outgoingWords + slot) * 4;
  }

  outgoingOffset(word: number): number {
    return word * 4;
  }

  incomingOffset(word: number): number {
    return this.size + word * 4;
  }
}

/** A bit for each register of the processor that the function writes. */
function writtenRegisters({ blocks }: VirtualFunction): number {
  let written = 0;
  for (const { instructions } of blocks) {
    for (let at = 0; at < instructions.length; at++) {
      const { writes } = instructions[at];
      for (let each = 0; each < writes.length; each++) written |= 1 << writes[each];
    }
  }
  return written;
}
