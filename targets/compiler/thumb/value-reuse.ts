// Behind the allocation of registers: leaves out loads of spilled values and constants that a register has already, and stores of values
// that their slot has. Looks through blocks, and on into blocks to which only one leads. This is right because only
// SlotStore writes to slots, and `writes` of an instruction has all registers with values that it may overwrite; those of a call, too.

import { Code } from './node.js';
import { move, type VirtualBlock, type VirtualFunction, type VirtualInstruction } from './virtual-code.js';

/** Constants from which on a move is shorter than making the constant again. */
const LEAST_MOVED = 256;

/** The contents of registers: values of slots, constants and addresses, each under a number of its own. */
class Held {
  /** By value: a register that holds it. */
  private readonly registers: Map<number, number>;

  constructor(from: Held | null = null) {
    this.registers = new Map(from?.registers);
  }

  registerOf(value: number): number | null {
    return this.registers.get(value) ?? null;
  }

  set(value: number, register: number): void {
    this.registers.set(value, register);
  }

  overwrite(register: number): void {
    for (const [value, holder] of this.registers) if (holder === register) this.registers.delete(value);
  }
}

export function reuseValues({ blocks }: VirtualFunction): void {
  const ends = new Map<VirtualBlock, Held>();
  for (const block of blocks) {
    const [before] = block.predecessors;
    const held = new Held(block.predecessors.length === 1 ? (ends.get(before) ?? null) : null);
    block.instructions = block.instructions.flatMap((each) => reused(each, held) ?? []);
    ends.set(block, held);
  }
}

/** The instruction, what to take instead of it, or null for nothing. */
function reused(instruction: VirtualInstruction, held: Held): VirtualInstruction | null {
  const { code, writes, reads } = instruction;
  if (code === Code.SlotStore) {
    const value = contentOf(instruction)!;
    if (held.registerOf(value) === reads[0]) return null;
    held.set(value, reads[0]);
    return instruction;
  }
  const value = contentOf(instruction);
  const holder = value === null ? null : held.registerOf(value);
  if (holder !== null && holder === writes[0]) return null;
  for (const register of writes) held.overwrite(register);
  if (value === null) return instruction;
  if (holder === null) held.set(value, writes[0]);
  const isMoved = code === Code.SlotLoad || instruction.immediate < 0 || instruction.immediate >= LEAST_MOVED;
  return holder !== null && isMoved ? move(writes[0], holder) : instruction;
}

/** A number for what the instruction loads into a register, or stores; null for other instructions. */
function contentOf({ code, immediate }: VirtualInstruction): number | null {
  switch (code) {
    case Code.SlotLoad:
    case Code.SlotStore:
      return immediate * 3;
    case Code.Constant:
      return immediate * 3 + 1;
    case Code.MemoryAddress:
      return immediate * 3 + 2;
    default:
      return null;
  }
}
