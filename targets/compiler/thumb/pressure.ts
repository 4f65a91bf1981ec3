// Keeps values on the stack where very many are live at once, before the interference graph is built: so the graph has a limited
// number of edges for each instruction, and compiling takes time in proportion to the length of a function.

import { LiveRegisters } from './live-registers.js';
import type { Liveness } from './liveness.js';
import { repeatedValues } from './repeated-values.js';
import { spill } from './spill.js';
import { FIRST_VIRTUAL, type VirtualFunction, type VirtualInstruction } from './virtual-code.js';

/** Registers that may be live at once: several times as many as any processor has, as most of these are spilled with better knowledge. */
export const MOST_LIVE = 64;

/** Returns what `spill` does. */
export function relievePressure(code: VirtualFunction, liveOut: Liveness): Uint8Array {
  const ranges = new LiveRanges(code, liveOut);
  const spilled = ranges.spilled();
  const repeated = new Map<number, VirtualInstruction>();
  const kept: number[] = [];
  for (const register of spilled) {
    const instruction = ranges.repeated[register];
    if (instruction !== null) repeated.set(register, instruction);
    else kept.push(register);
  }
  return spill(code, {
    slots: ranges.slots(kept),
    repeated,
    find: (register) => register,
    isAllocatable: (register) => register >= FIRST_VIRTUAL,
    areSplit: false,
  });
}

class LiveRanges {
  readonly repeated: (VirtualInstruction | null)[];
  private readonly code: VirtualFunction;
  private readonly liveOut: Liveness;
  /** By register: reads and writes weighted by their frequency, and the number of instructions over which it is live. */
  private readonly cost: Float64Array;
  private readonly length: Float64Array;
  /** By register: the first and the last instruction between which it is live, in the order of the layout. */
  private readonly first: Int32Array;
  private readonly last: Int32Array;

  constructor(code: VirtualFunction, liveOut: Liveness) {
    this.code = code;
    this.liveOut = liveOut;
    this.repeated = repeatedValues(code);
    this.cost = new Float64Array(code.registers);
    this.length = new Float64Array(code.registers);
    this.first = new Int32Array(code.registers).fill(-1);
    this.last = new Int32Array(code.registers).fill(-1);
    this.measure();
  }

  private measure(): void {
    const end = new Int32Array(this.code.registers);
    const note = (register: number, at: number) => {
      if (this.first[register] < 0 || at < this.first[register]) this.first[register] = at;
      if (at > this.last[register]) this.last[register] = at;
    };
    this.walk({
      add(register, at) {
        end[register] = at;
        note(register, at);
      },
      delete: (register, at) => {
        this.length[register] += end[register] - at + 1;
        note(register, at);
      },
      instruction: (instruction, frequency) => {
        for (const register of instruction.reads) this.cost[register] += frequency;
        for (const register of instruction.writes) this.cost[register] += frequency;
      },
    });
  }

  /** Returns, of the registers that are live where there are too many, those with the fewest uses for their length. */
  spilled(): Set<number> {
    const { cost, length, repeated } = this;
    const { temporary } = this.code;
    const found = new Set<number>();
    const costOf = (register: number) => {
      if (register < FIRST_VIRTUAL || temporary.has(register)) return Infinity;
      return cost[register] / length[register] / (repeated[register] === null ? 1 : 2);
    };
    this.walk({
      skips: (register) => found.has(register),
      added(live) {
        if (live.size <= MOST_LIVE) return;
        let least = live.start();
        for (let each = least; each >= 0; each = live.next(each)) if (costOf(each) < costOf(least)) least = each;
        if (costOf(least) === Infinity) return;
        live.delete(least);
        found.add(least);
      },
    });
    return found;
  }

  /** Slots for values, of which those whose ranges overlap have different ones. */
  slots(registers: readonly number[]): Map<number, number> {
    const { code, first, last } = this;
    const ordered = [...registers].sort((a, b) => first[a] - first[b]);
    const found = new Map<number, number>();
    /** Registers that have slots, by where they end. */
    const ending = [...registers].sort((a, b) => last[a] - last[b]);
    const free: number[] = [];
    let ended = 0;
    for (const register of ordered) {
      for (; last[ending[ended]] < first[register]; ended++) free.push(found.get(ending[ended])!);
      found.set(register, free.pop() ?? code.slots++);
    }
    return found;
  }

  /** Backwards through all blocks, with the registers that are live. */
  private walk(visitor: {
    skips?(register: number): boolean;
    add?(register: number, at: number): void;
    added?(live: LiveRegisters): void;
    delete?(register: number, at: number): void;
    instruction?(instruction: VirtualInstruction, frequency: number): void;
  }): void {
    const { blocks, registers } = this.code;
    const { liveOut } = this;
    const live = new LiveRegisters(registers);
    const add = (register: number, at: number) => {
      if (live.has(register) || visitor.skips?.(register) === true) return;
      live.add(register);
      visitor.add?.(register, at);
      visitor.added?.(live);
    };
    const remove = (register: number, at: number) => {
      if (!live.has(register)) return;
      live.delete(register);
      visitor.delete?.(register, at);
    };
    let start = 0;
    for (const { instructions, frequency, order } of blocks) {
      live.clear();
      const end = start + instructions.length;
      for (let out = liveOut.start(order); out >= 0; out = liveOut.next(out)) add(liveOut.at(out), end);
      for (let at = instructions.length - 1; at >= 0; at--) {
        const instruction = instructions[at];
        visitor.instruction?.(instruction, frequency);
        for (const register of instruction.writes) {
          // The register may be written without being read.
          add(register, start + at);
          remove(register, start + at);
        }
        for (const register of instruction.reads) add(register, start + at);
      }
      for (let register = live.start(); register >= 0; register = live.start()) remove(register, start);
      start = end + 1;
    }
  }
}
