// Which registers are live where blocks begin and end. Only registers that are live between blocks are in the sets.

import type { VirtualBlock, VirtualFunction } from './virtual-code.js';

export interface Liveness {
  /** Registers that are live at the end of a block. */
  liveOut(block: VirtualBlock): number[];
}

export function liveness({ blocks, registers }: VirtualFunction): Liveness {
  const { global, exposed, written } = localSets(blocks, registers);
  const count = global.length;
  const size = (count + 31) >>> 5;
  const index = new Int32Array(registers).fill(-1);
  for (const [at, register] of global.entries()) index[register] = at;
  const made = () => blocks.map(() => new Uint32Array(size));
  const [used, defined, into, out] = [made(), made(), made(), made()];
  const fill = (sets: Uint32Array[], lists: number[][]) => {
    for (const [at, list] of lists.entries())
      for (const register of list) {
        const bit = index[register];
        if (bit >= 0) sets[at][bit >>> 5] |= 1 << (bit & 31);
      }
  };
  fill(used, exposed);
  fill(defined, written);
  const waiting = new Uint8Array(blocks.length).fill(1);
  const open = blocks.map((_, at) => at);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    waiting[at] = 0;
    const block = blocks[at];
    const [liveOut, liveIn] = [out[at], into[at]];
    for (const { order } of block.successors)
      for (let word = 0; word < size; word++) liveOut[word] |= into[order][word];
    let changed = false;
    for (let word = 0; word < size; word++) {
      const live = (used[at][word] | (liveOut[word] & ~defined[at][word])) >>> 0;
      if (live === liveIn[word]) continue;
      liveIn[word] = live;
      changed = true;
    }
    if (!changed) continue;
    for (const { order } of block.predecessors)
      if (waiting[order] === 0) {
        waiting[order] = 1;
        open.push(order);
      }
  }
  return {
    liveOut({ order }) {
      const found: number[] = [];
      for (let word = 0; word < size; word++)
        for (let bits = out[order][word]; bits !== 0; bits &= bits - 1)
          found.push(global[word * 32 + 31 - Math.clz32(bits & -bits)]);
      return found;
    },
  };
}

/** Of each block, registers that it reads before it writes them, and those that it writes; and all that some block so reads. */
function localSets(blocks: readonly VirtualBlock[], registers: number) {
  const isGlobal = new Uint8Array(registers);
  const stamp = new Int32Array(registers).fill(-1);
  const exposed: number[][] = [];
  const written: number[][] = [];
  for (const [at, { instructions }] of blocks.entries()) {
    const [reads, writes]: [number[], number[]] = [[], []];
    for (const instruction of instructions) {
      for (const register of instruction.reads) {
        if (stamp[register] === at) continue;
        reads.push(register);
        isGlobal[register] = 1;
      }
      for (const register of instruction.writes) {
        if (stamp[register] === at) continue;
        stamp[register] = at;
        writes.push(register);
      }
    }
    exposed.push(reads);
    written.push(writes);
  }
  const global: number[] = [];
  for (let register = 0; register < registers; register++) if (isGlobal[register] === 1) global.push(register);
  return { global, exposed, written };
}
