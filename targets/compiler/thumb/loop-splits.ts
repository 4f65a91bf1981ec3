// Splits spilled values at loops: a loop that reads such a value but does not write it gets a register of its own for it, which is
// loaded in front of the loop. If that gets no register of the processor either, it is loaded in front of each use.
// Values share slots, but one that a loop reads and does not write is live in all of the loop: nothing else is stored to its slot there.

import type { Homes } from './homes.js';
import { Code } from './node.js';
import {
  repeatedTo,
  type VirtualBlock,
  type VirtualFunction,
  VirtualInstruction,
  type VirtualLoop,
} from './virtual-code.js';

/** Values of a loop that are split at once: about as many as get registers. */
const MOST_SPLITS = 8;

export class LoopSplits {
  private readonly code: VirtualFunction;
  private readonly homes: Homes;
  private readonly spilled: Uint8Array;
  /** For each loop, by spilled value: the number of reads in the loop; negative if the loop writes it. */
  private readonly reads = new Map<VirtualLoop, Map<number, number>>();
  /** For each loop, by spilled value: the register that holds it in the loop. */
  private readonly registers = new Map<VirtualLoop, Map<number, number>>();

  /** `spilled` has a 1 for each register that has a home. */
  constructor(code: VirtualFunction, homes: Homes, spilled: Uint8Array) {
    this.code = code;
    this.homes = homes;
    this.spilled = spilled;
    for (const block of code.blocks) this.count(block);
    for (const [loop, reads] of this.reads) this.choose(loop, reads);
  }

  /** The register that has the value of a spilled one in a block; null if there is none. */
  registerFor(register: number, { loop }: VirtualBlock): number | null {
    if (loop === null || this.code.split.has(register)) return null;
    return this.registers.get(loop)?.get(this.homes.find(register)) ?? null;
  }

  /** Loads the values in front of the loops. */
  insert(): void {
    for (const [{ preheader }, registers] of this.registers) {
      const made = Array.from(registers, ([value, register]) => this.load(value, register));
      preheader!.instructions.splice(-1, 0, ...made);
    }
  }

  private load(value: number, register: number): VirtualInstruction {
    const repeated = this.homes.repeated.get(value);
    if (repeated !== undefined) return repeatedTo(repeated, register, false);
    const made = new VirtualInstruction(Code.SlotLoad, [register], []);
    made.immediate = this.homes.slots.get(value)!;
    made.isRepeated = true;
    return made;
  }

  private count({ instructions, loop }: VirtualBlock): void {
    if (loop === null) return;
    const { homes, spilled } = this;
    for (let at = 0; at < instructions.length; at++) {
      const { reads, writes } = instructions[at];
      for (let each = 0; each < reads.length; each++) {
        const register = reads[each];
        if (spilled[register] === 1) this.add(loop, homes.find(register), this.code.split.has(register) ? 0 : 1);
      }
      for (let each = 0; each < writes.length; each++) {
        const register = writes[each];
        if (spilled[register] === 0) continue;
        const value = homes.find(register);
        if (!homes.slots.has(value)) continue;
        for (let each: VirtualLoop | null = loop; each !== null; each = each.outer) this.add(each, value, -Infinity);
      }
    }
  }

  private add(loop: VirtualLoop, value: number, reads: number): void {
    const known = this.reads.get(loop);
    if (known === undefined) this.reads.set(loop, new Map([[value, reads]]));
    else known.set(value, (known.get(value) ?? 0) + reads);
  }

  private choose(loop: VirtualLoop, reads: ReadonlyMap<number, number>): void {
    if (loop.preheader === null) return;
    const chosen = [...reads].filter(([, count]) => count > 0);
    if (chosen.length === 0) return;
    chosen.sort(([, a], [, b]) => b - a);
    const registers = new Map<number, number>();
    for (const [value] of chosen.slice(0, MOST_SPLITS)) {
      registers.set(value, this.code.registers);
      this.code.split.add(this.code.registers++);
    }
    this.registers.set(loop, registers);
  }
}
