// Keeps values on the stack that got no register: a load in front of each use, a store behind each write. A value that can be computed
// anywhere is computed again instead.

import type { Homes } from './homes.js';
import { LoopSplits } from './loop-splits.js';
import { Code } from './node.js';
import {
  FIRST_VIRTUAL,
  repeatedTo,
  type VirtualBlock,
  type VirtualFunction,
  VirtualInstruction,
} from './virtual-code.js';

/** Returns an array with a 1 for each register that is gone. The registers behind it are new. */
export function spill(code: VirtualFunction, homes: Homes): Uint8Array {
  return new Spill(code, homes).run();
}

class Spill {
  private readonly code: VirtualFunction;
  private readonly homes: Homes;
  private readonly splits: LoopSplits | null;
  private block: VirtualBlock;
  private into: VirtualInstruction[] = [];
  /** Spilled operands of the instruction at hand, and the registers that they were loaded into. */
  private readonly loadedFrom: number[] = [];
  private readonly loaded: number[] = [];
  /** 1 for each register that is spilled, or has become one with such a register. */
  private readonly spilled: Uint8Array;

  constructor(code: VirtualFunction, homes: Homes) {
    this.code = code;
    this.homes = homes;
    this.spilled = new Uint8Array(code.registers);
    for (const register of homes.slots.keys()) this.spilled[register] = 1;
    for (const register of homes.repeated.keys()) this.spilled[register] = 1;
    for (let register = FIRST_VIRTUAL; register < code.registers; register++)
      this.spilled[register] = this.spilled[homes.find(register)];
    this.splits = homes.areSplit ? new LoopSplits(code, homes, this.spilled) : null;
    this.block = code.blocks[0];
  }

  run(): Uint8Array {
    for (const block of this.code.blocks) {
      const { instructions } = block;
      let first = 0;
      while (first < instructions.length && !this.touches(instructions[first])) first++;
      if (first === instructions.length) continue;
      this.block = block;
      this.into = instructions.slice(0, first);
      for (let at = first; at < instructions.length; at++) this.instruction(instructions[at]);
      block.instructions = this.into;
    }
    this.splits?.insert();
    return this.spilled;
  }

  private isSpilled(register: number): boolean {
    // Those behind have just been made.
    return register < this.spilled.length && this.spilled[register] === 1;
  }

  /** Whether an instruction reads or writes a spilled register. */
  private touches({ reads, writes }: VirtualInstruction): boolean {
    for (let at = 0; at < reads.length; at++) if (this.isSpilled(reads[at])) return true;
    for (let at = 0; at < writes.length; at++) if (this.isSpilled(writes[at])) return true;
    return false;
  }

  private slotOf(register: number): number | undefined {
    return this.isSpilled(register) ? this.homes.slots.get(this.homes.find(register)) : undefined;
  }

  private repeatedOf(register: number): VirtualInstruction | undefined {
    return this.isSpilled(register) ? this.homes.repeated.get(this.homes.find(register)) : undefined;
  }

  private newRegister(): number {
    const register = this.code.registers++;
    this.code.temporary.add(register);
    return register;
  }

  private instruction(instruction: VirtualInstruction): void {
    if (!this.touches(instruction)) {
      this.into.push(instruction);
      return;
    }
    this.takeSplit(instruction);
    const { code, reads, writes } = instruction;
    if (code === Code.Move && this.move(instruction)) return;
    if (writes.length === 1 && this.repeatedOf(writes[0]) !== undefined) return;
    this.loadedFrom.length = 0;
    this.loaded.length = 0;
    if (reads.length > 0) instruction.reads = this.readsOf(reads, instruction.keepsFlags);
    this.into.push(instruction);
    if (writes.length > 0) instruction.writes = this.writesOf(writes);
  }

  /** The registers of an instruction's operands, those of spilled ones with loads in front. */
  private readsOf(reads: readonly number[], keepsFlags: boolean): number[] {
    const found: number[] = [];
    for (let at = 0; at < reads.length; at++) found.push(this.read(reads[at], keepsFlags));
    return found;
  }

  /** The registers of the results of the last instruction, those of spilled ones with stores behind it. */
  private writesOf(writes: readonly number[]): number[] {
    const found: number[] = [];
    for (let at = 0; at < writes.length; at++) {
      const slot = this.slotOf(writes[at]);
      if (slot === undefined) {
        found.push(writes[at]);
        continue;
      }
      const loaded = this.loadedFrom.indexOf(writes[at]);
      const register = loaded >= 0 ? this.loaded[loaded] : this.newRegister();
      this.into.push(this.slot(Code.SlotStore, register, slot));
      found.push(register);
    }
    return found;
  }

  /** Reads values from the registers that the loop has for them. */
  private takeSplit(instruction: VirtualInstruction): void {
    const { splits, block } = this;
    if (splits === null || block.loop === null) return;
    const { reads } = instruction;
    for (let at = 0; at < reads.length; at++) {
      if (!this.isSpilled(reads[at])) continue;
      const found = splits.registerFor(reads[at], block);
      if (found === null) continue;
      // Instructions may share the list.
      if (instruction.reads === reads) instruction.reads = reads.slice();
      instruction.reads[at] = found;
    }
  }

  /** A move from or to a slot is a load or store. */
  private move(instruction: VirtualInstruction): boolean {
    const to = instruction.writes[0];
    const from = instruction.reads[0];
    const slotTo = this.slotOf(to);
    const slotFrom = this.slotOf(from);
    if (!this.homes.isAllocatable(to) || !this.homes.isAllocatable(from)) return false;
    if (slotTo !== undefined && slotTo === slotFrom) return true;
    if (slotTo !== undefined && slotFrom === undefined && this.repeatedOf(from) === undefined) {
      this.into.push(this.slot(Code.SlotStore, from, slotTo));
      return true;
    }
    if (slotTo !== undefined) return false;
    if (slotFrom !== undefined) {
      this.into.push(this.slot(Code.SlotLoad, to, slotFrom));
      return true;
    }
    const repeated = this.repeatedOf(from);
    if (repeated === undefined) return false;
    this.into.push(repeatedTo(repeated, to, instruction.keepsFlags));
    return true;
  }

  private read(register: number, keepsFlags: boolean): number {
    if (!this.isSpilled(register)) return register;
    const known = this.loadedFrom.indexOf(register);
    if (known >= 0) return this.loaded[known];
    const slot = this.slotOf(register);
    const repeated = this.repeatedOf(register);
    if (slot === undefined && repeated === undefined) return register;
    const made = this.newRegister();
    this.loadedFrom.push(register);
    this.loaded.push(made);
    this.into.push(slot !== undefined ? this.slot(Code.SlotLoad, made, slot) : repeatedTo(repeated!, made, keepsFlags));
    return made;
  }

  private slot(code: Code, register: number, slot: number): VirtualInstruction {
    const isStore = code === Code.SlotStore;
    const made = new VirtualInstruction(code, isStore ? [] : [register], isStore ? [register] : []);
    made.immediate = slot;
    return made;
  }
}
