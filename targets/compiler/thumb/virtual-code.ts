// Machine code with virtual registers: what selection gives to the allocation of registers, and that to the printer of forms.
// Registers below 16 are the processor's. A condition and the instruction that depends on it are one instruction.
// What walks over all instructions and their registers counts: the arrays are of several kinds, for which V8 does not inline iterators.

import { Code, OperationDetails } from './node.js';

/** Number of the first virtual register. */
export const FIRST_VIRTUAL = 16;

export enum Register {
  R0,
  R1,
  R2,
  R3,
  R4,
  R5,
  R6,
  R7,
  R8,
  R9,
  R10,
  R11,
  R12,
  Stack,
  Link,
  Program,
}

const NONE: number[] = [];

export class VirtualInstruction extends OperationDetails {
  code: Code;
  writes: number[];
  reads: number[];
  /** For a ConditionalMove: the constant that it moves instead of the first of `reads`. */
  moved: number | null = null;
  /** Whether it gives the same value anywhere. */
  isRepeated = false;
  /** Whether flags are in use at its place. */
  keepsFlags = false;
  /** Registers that it may not write to before it has read all others: none of its operands may be in them. */
  isEarly = false;
  /** Of a TrapIf that compares with MemoryLimit: the bytes, if they are fewer than that is about. The register that it writes is free for their limit. */
  nearBytes: number | null = null;

  constructor(code: Code, writes: number[], reads: number[]) {
    super();
    this.code = code;
    this.writes = writes.length === 0 ? NONE : writes;
    this.reads = reads.length === 0 ? NONE : reads;
  }
}

/** A loop of the flow graph. */
export interface VirtualLoop {
  outer: VirtualLoop | null;
  /** The only block that leads into it, and that leads nowhere else; null if there is none. */
  preheader: VirtualBlock | null;
}

export class VirtualBlock {
  instructions: VirtualInstruction[] = [];
  successors: VirtualBlock[] = [];
  predecessors: VirtualBlock[] = [];
  /** How often it is assumed to run, relative to the function's start. */
  frequency: number;
  /** Place in the layout. */
  order = 0;
  /** The innermost one that it is in. */
  loop: VirtualLoop | null = null;

  constructor(frequency: number) {
    this.frequency = frequency;
  }
}

export interface VirtualFunction {
  index: number;
  /** Blocks in the order of the layout; the first is the entry. */
  blocks: VirtualBlock[];
  /** Number of registers, those of the processor included. */
  registers: number;
  /** Registers that one instruction uses: they are never spilled. */
  temporary: Set<number>;
  /** Registers that hold a spilled value in a loop. */
  split: Set<number>;
  /** Words of the stack for spilled values. */
  slots: number;
  /** Words at the bottom of the frame for arguments and results of calls that do not fit registers. */
  outgoingWords: number;
  calls: boolean;
}

/** An instruction that gives the same value wherever it stands, for another register. */
export function repeatedTo(instruction: VirtualInstruction, to: number, keepsFlags: boolean): VirtualInstruction {
  const made = new VirtualInstruction(instruction.code, [to], instruction.reads);
  made.takeDetails(instruction);
  made.moved = instruction.moved;
  made.isRepeated = instruction.isRepeated;
  made.keepsFlags = keepsFlags;
  made.isEarly = instruction.isEarly;
  made.nearBytes = instruction.nearBytes;
  return made;
}

export function move(to: number, from: number): VirtualInstruction {
  return new VirtualInstruction(Code.Move, [to], [from]);
}

/** The last instruction of a block, which ends it. */
export function endOf(block: VirtualBlock): VirtualInstruction {
  return block.instructions[block.instructions.length - 1];
}
