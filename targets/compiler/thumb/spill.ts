// Keeps values on the stack that got no register: a load in front of each use, a store behind each write. A value that can be computed
// anywhere is computed again instead.

import type { Colouring } from './colouring.js';
import { Code } from './node.js';
import { type VirtualFunction, VirtualInstruction } from './virtual-code.js';

export function spill(code: VirtualFunction, registers: readonly number[], colouring: Colouring): void {
  new Spill(code, registers, colouring).run();
}

class Spill {
  private readonly code: VirtualFunction;
  private readonly colouring: Colouring;
  /** By register: the slot, or what is computed again. */
  private readonly slots = new Map<number, number>();
  private readonly repeated = new Map<number, VirtualInstruction>();
  private into: VirtualInstruction[] = [];

  constructor(code: VirtualFunction, registers: readonly number[], colouring: Colouring) {
    this.code = code;
    this.colouring = colouring;
    const first = code.slots;
    for (const register of registers) {
      const repeated = colouring.graph.repeated[register];
      if (repeated !== null) this.repeated.set(register, repeated);
      else this.slots.set(register, this.freeSlot(register, first));
    }
  }

  /** The first slot from `first` on that no value has which is live at the same time. */
  private freeSlot(register: number, first: number): number {
    const taken = new Set<number | undefined>();
    const { neighbours } = this.colouring.graph;
    for (let at = neighbours.start(register); at >= 0; at = neighbours.next(at))
      taken.add(this.slots.get(neighbours.at(at)));
    let slot = first;
    while (taken.has(slot)) slot++;
    this.code.slots = Math.max(this.code.slots, slot + 1);
    return slot;
  }

  run(): void {
    for (const { instructions } of this.code.blocks) {
      const before = instructions.splice(0);
      this.into = instructions;
      for (const instruction of before) this.instruction(instruction);
    }
  }

  private slotOf(register: number): number | undefined {
    return this.slots.get(this.colouring.find(register));
  }

  private newRegister(): number {
    const register = this.code.registers++;
    this.code.temporary.add(register);
    return register;
  }

  private instruction(instruction: VirtualInstruction): void {
    const { code, reads, writes } = instruction;
    if (code === Code.Move && this.move(instruction)) return;
    if (writes.length === 1 && this.repeated.has(this.colouring.find(writes[0]))) return;
    const stores: VirtualInstruction[] = [];
    const temporary = new Map<number, number>();
    if (reads.length > 0) instruction.reads = reads.map((register) => this.read(register, instruction, temporary));
    if (writes.length > 0)
      instruction.writes = writes.map((register) => {
        const slot = this.slotOf(register);
        if (slot === undefined) return register;
        const found = temporary.get(register) ?? this.newRegister();
        stores.push(this.slot(Code.SlotStore, found, slot));
        return found;
      });
    this.into.push(instruction, ...stores);
  }

  /** A move from or to a slot is a load or store. */
  private move(instruction: VirtualInstruction): boolean {
    const [to, from] = [instruction.writes[0], instruction.reads[0]];
    const [slotTo, slotFrom] = [this.slotOf(to), this.slotOf(from)];
    // Others are not loaded or stored.
    if (!this.colouring.isAllocatable(to) || !this.colouring.isAllocatable(from)) return false;
    if (slotTo !== undefined && slotTo === slotFrom) return true;
    if (slotTo !== undefined && slotFrom === undefined && !this.repeated.has(this.colouring.find(from))) {
      this.into.push(this.slot(Code.SlotStore, from, slotTo));
      return true;
    }
    if (slotTo !== undefined) return false;
    if (slotFrom !== undefined) {
      this.into.push(this.slot(Code.SlotLoad, to, slotFrom));
      return true;
    }
    const repeated = this.repeated.get(this.colouring.find(from));
    if (repeated === undefined) return false;
    this.into.push(this.again(repeated, to, instruction.keepsFlags));
    return true;
  }

  private read(register: number, { keepsFlags }: VirtualInstruction, temporary: Map<number, number>): number {
    const known = temporary.get(register);
    if (known !== undefined) return known;
    const slot = this.slotOf(register);
    const repeated = this.repeated.get(this.colouring.find(register));
    if (slot === undefined && repeated === undefined) return register;
    const made = this.newRegister();
    temporary.set(register, made);
    this.into.push(slot !== undefined ? this.slot(Code.SlotLoad, made, slot) : this.again(repeated!, made, keepsFlags));
    return made;
  }

  private again(repeated: VirtualInstruction, to: number, keepsFlags: boolean): VirtualInstruction {
    const made = new VirtualInstruction(repeated.code, [to], repeated.reads);
    Object.assign(made, repeated, { writes: [to], keepsFlags });
    return made;
  }

  private slot(code: Code, register: number, slot: number): VirtualInstruction {
    const isStore = code === Code.SlotStore;
    const made = new VirtualInstruction(code, isStore ? [] : [register], isStore ? [register] : []);
    made.immediate = slot;
    return made;
  }
}
