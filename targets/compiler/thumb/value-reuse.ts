// Behind the allocation of registers: leaves out loads of spilled values and constants that a register has already, and stores of values
// that their slot has. Looks through blocks, and on into blocks to which only one leads. This is right because only
// SlotStore writes to slots, and `writes` of an instruction has all registers with values that it may overwrite; those of a call, too.

import { Code } from './node.js';
import { move, type VirtualFunction, type VirtualInstruction } from './virtual-code.js';

/** Constants from which on a move is shorter than making the constant again. */
const LEAST_MOVED = 256;
/** Values that are known at once: they are searched one after the other. */
const MOST_HELD = 64;

/** The contents of registers: values of slots, constants and addresses, each under a number of its own. */
class Held {
  private readonly values: number[];
  /** Of each value: a register that has it. */
  private readonly holders: number[];

  constructor(from: Held | null) {
    this.values = from === null ? [] : from.values.slice();
    this.holders = from === null ? [] : from.holders.slice();
  }

  /** -1 for none. */
  registerOf(value: number): number {
    const at = this.values.indexOf(value);
    return at < 0 ? -1 : this.holders[at];
  }

  set(value: number, register: number): void {
    const at = this.values.indexOf(value);
    if (at >= 0) this.holders[at] = register;
    else if (this.values.length < MOST_HELD) {
      this.values.push(value);
      this.holders.push(register);
    }
  }

  overwrite(register: number): void {
    const { values, holders } = this;
    for (let at = holders.length - 1; at >= 0; at--) {
      if (holders[at] !== register) continue;
      const [value, holder] = [values.pop()!, holders.pop()!];
      if (at === values.length) continue;
      values[at] = value;
      holders[at] = holder;
    }
  }
}

export function reuseValues({ blocks }: VirtualFunction): void {
  const ends: Held[] = [];
  for (const block of blocks) {
    const { instructions, predecessors } = block;
    const before = predecessors.length === 1 ? ends[predecessors[0].order] : undefined;
    const held = new Held(before ?? null);
    let kept = 0;
    for (let at = 0; at < instructions.length; at++) {
      const found = reused(instructions[at], held);
      if (found !== null) instructions[kept++] = found;
    }
    instructions.length = kept;
    ends[block.order] = held;
  }
}

/** The instruction, what to take instead of it, or null for nothing. */
function reused(instruction: VirtualInstruction, held: Held): VirtualInstruction | null {
  const { code, writes, reads } = instruction;
  const value = contentOf(instruction);
  const holder = value === null ? -1 : held.registerOf(value);
  if (code === Code.SlotStore) {
    if (holder === reads[0]) return null;
    held.set(value!, reads[0]);
    return instruction;
  }
  if (holder >= 0 && holder === writes[0]) return null;
  for (let at = 0; at < writes.length; at++) held.overwrite(writes[at]);
  if (value === null) return instruction;
  if (holder < 0) held.set(value, writes[0]);
  const isMoved = code === Code.SlotLoad || instruction.immediate < 0 || instruction.immediate >= LEAST_MOVED;
  return holder >= 0 && isMoved ? move(writes[0], holder) : instruction;
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
