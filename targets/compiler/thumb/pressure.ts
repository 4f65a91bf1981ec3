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
    const { cost, length, first, last, liveOut } = this;
    const { blocks, registers } = this.code;
    const end = new Int32Array(registers);
    const live = new LiveRegisters(registers);
    const add = (register: number, at: number) => {
      if (live.has(register)) return;
      live.add(register);
      end[register] = at;
      if (first[register] < 0 || at < first[register]) first[register] = at;
      if (at > last[register]) last[register] = at;
    };
    const remove = (register: number, at: number) => {
      live.delete(register);
      length[register] += end[register] - at + 1;
      if (at < first[register]) first[register] = at;
    };
    let start = 0;
    for (const { instructions, frequency, order } of blocks) {
      const behind = start + instructions.length;
      for (let out = liveOut.start(order); out >= 0; out = liveOut.next(out)) add(liveOut.at(out), behind);
      for (let index = instructions.length - 1; index >= 0; index--) {
        const { reads, writes } = instructions[index];
        const at = start + index;
        for (let each = 0; each < writes.length; each++) {
          cost[writes[each]] += frequency;
          // The register may be written without being read.
          add(writes[each], at);
          remove(writes[each], at);
        }
        for (let each = 0; each < reads.length; each++) {
          cost[reads[each]] += frequency;
          add(reads[each], at);
        }
      }
      for (let register = live.start(); register >= 0; register = live.start()) remove(register, start);
      start = behind + 1;
    }
  }

  /** Returns, of the registers that are live where there are too many, those with the fewest uses for their length. */
  spilled(): Set<number> {
    const { liveOut } = this;
    const { blocks, registers } = this.code;
    const found = new Set<number>();
    const isFound = new Uint8Array(registers);
    const costs = this.costs();
    const live = new LiveRegisters(registers);
    const add = (register: number) => {
      if (isFound[register] === 1 || live.has(register)) return;
      live.add(register);
      if (live.size <= MOST_LIVE) return;
      let least = live.start();
      for (let each = least; each >= 0; each = live.next(each)) if (costs[each] < costs[least]) least = each;
      if (costs[least] === Infinity) return;
      live.delete(least);
      found.add(least);
      isFound[least] = 1;
    };
    for (const { instructions, order } of blocks) {
      live.clear();
      for (let out = liveOut.start(order); out >= 0; out = liveOut.next(out)) add(liveOut.at(out));
      for (let at = instructions.length - 1; at >= 0; at--) {
        const { reads, writes } = instructions[at];
        for (let each = 0; each < writes.length; each++) {
          add(writes[each]);
          live.delete(writes[each]);
        }
        for (let each = 0; each < reads.length; each++) add(reads[each]);
      }
    }
    return found;
  }

  /** By register: the uses for the length. Infinity for those that are never spilled. */
  private costs(): Float64Array {
    const { cost, length, repeated } = this;
    const { temporary, registers } = this.code;
    const found = new Float64Array(registers).fill(Infinity, 0, FIRST_VIRTUAL);
    for (let register = FIRST_VIRTUAL; register < registers; register++)
      found[register] = cost[register] / length[register] / (repeated[register] === null ? 1 : 2);
    for (const register of temporary) found[register] = Infinity;
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
}
