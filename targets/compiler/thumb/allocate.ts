// Assigns registers of the processor to virtual registers: colours the interference graph, spills the registers that got no colour, and
// colours again until all have one.

import { Colouring, type RegisterFile } from './colouring.js';
import { Code } from './node.js';
import { spill } from './spill.js';
import { Register, type VirtualFunction } from './virtual-code.js';

/** Rounds of spilling: each leaves shorter live ranges, so more of them do not occur. */
const MOST_ROUNDS = 32;

/** The registers for Thumb-2, or for ARMv6-M, where most instructions take the low ones. */
export function registerFile(isThumb2: boolean, keepsFuel: boolean): RegisterFile {
  const { R0, R1, R2, R3, R4, R5, R6, R7, R11, R12, Link } = Register;
  const low = [R0, R1, R2, R3, R4, R5, R6, R7];
  const allocatable = isThumb2 ? [...low, R12, Link, ...(keepsFuel ? [] : [R11])] : low;
  return { allocatable, saved: new Set([R4, R5, R6, R7, R11, Link]) };
}

/** Replaces virtual registers, and adds loads and stores of those that are kept on the stack. */
export function allocate(code: VirtualFunction, file: RegisterFile): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const colouring = new Colouring(code, file);
    const uncoloured = colouring.run();
    if (uncoloured.length === 0) {
      apply(code, colouring);
      return;
    }
    spill(code, uncoloured, colouring);
  }
  throw new Error(`no registers were found for function ${code.index} in ${MOST_ROUNDS} rounds`);
}

function apply({ blocks }: VirtualFunction, colouring: Colouring): void {
  for (const block of blocks) {
    for (const instruction of block.instructions) {
      instruction.reads = instruction.reads.map((register) => colouring.colourOf(register));
      instruction.writes = instruction.writes.map((register) => colouring.colourOf(register));
    }
    const kept = block.instructions.filter(({ code, reads, writes }) => code !== Code.Move || reads[0] !== writes[0]);
    block.instructions.splice(0, block.instructions.length, ...kept);
  }
}
