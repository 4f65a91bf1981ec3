// Computes which virtual registers are live at the ends of blocks. Each register is followed from its uses back to its writes, so the work
// is proportional to the resulting sets.

import { extended } from './extended-array.js';
import { FIRST_VIRTUAL, type VirtualBlock, type VirtualFunction } from './virtual-code.js';

const NONE = -1;

/** List elements that there is room for at first. A power of two. */
const LEAST_ELEMENTS = 64;

/** Lists of numbers, by index. */
class Lists {
  private readonly first: Int32Array;
  /** Each element is a number and the place of the next element. */
  private elements: Int32Array = new Int32Array(2 * LEAST_ELEMENTS);
  private end = 0;

  constructor(size: number) {
    this.first = new Int32Array(size).fill(NONE);
  }

  /** In front of the others. */
  add(index: number, number: number): void {
    const at = this.end;
    this.end = at + 2;
    if (at === this.elements.length) this.elements = extended(this.elements);
    this.elements[at] = number;
    this.elements[at + 1] = this.first[index];
    this.first[index] = at;
  }

  // A walk: for (let at = lists.start(index); at >= 0; at = lists.next(at)) lists.at(at)

  start(index: number): number {
    return this.first[index];
  }

  next(at: number): number {
    return this.elements[at + 1];
  }

  at(at: number): number {
    return this.elements[at];
  }
}

/** The registers that are live at the end of each block, by the block's order: each list in ascending order. */
export type Liveness = Pick<Lists, 'start' | 'next' | 'at'>;

export function liveness(code: VirtualFunction): Liveness {
  const live = new Lists(code.blocks.length);
  follow(code, FIRST_VIRTUAL, live);
  return live;
}

/**
 * Returns the liveness after values were spilled, from the one before. Only new registers are followed: the others are written and read
 * where they were. `spilled` has a 1 for each register that is gone, and the new ones are those behind it.
 */
export function livenessAfter(before: Liveness, code: VirtualFunction, spilled: Uint8Array): Liveness {
  const live = new Lists(code.blocks.length);
  follow(code, spilled.length, live);
  const kept: number[] = [];
  for (let block = 0; block < code.blocks.length; block++) {
    for (let at = before.start(block); at >= 0; at = before.next(at))
      if (spilled[before.at(at)] === 0) kept.push(before.at(at));
    for (let register = kept.pop(); register !== undefined; register = kept.pop()) live.add(block, register);
  }
  return live;
}

/** Adds the registers from `least` on to the blocks at whose ends they are live. */
function follow({ blocks, registers }: VirtualFunction, least: number, live: Lists): void {
  const { exposed, written } = localUses(blocks, least, registers);
  /** For each block: the last register that was found to be live at its end, live at its start, or written in it. */
  const out = new Int32Array(blocks.length);
  const into = new Int32Array(blocks.length);
  const writes = new Int32Array(blocks.length);
  const open: number[] = [];
  for (let register = registers - 1; register >= least; register--) {
    if (exposed.start(register - least) < 0) continue;
    for (let at = written.start(register - least); at >= 0; at = written.next(at)) writes[written.at(at)] = register;
    for (let at = exposed.start(register - least); at >= 0; at = exposed.next(at)) {
      into[exposed.at(at)] = register;
      open.push(exposed.at(at));
    }
    for (let block = open.pop(); block !== undefined; block = open.pop()) {
      const { predecessors } = blocks[block];
      for (let at = 0; at < predecessors.length; at++) {
        const { order } = predecessors[at];
        if (out[order] === register) continue;
        out[order] = register;
        live.add(order, register);
        if (writes[order] === register || into[order] === register) continue;
        into[order] = register;
        open.push(order);
      }
    }
  }
}

/** Returns, for each register from `least` on, the blocks that read it before they write it, and those that write it. */
function localUses(
  blocks: readonly VirtualBlock[],
  least: number,
  registers: number,
): { exposed: Lists; written: Lists } {
  const count = registers - least;
  const exposed = new Lists(count);
  const written = new Lists(count);
  const lastRead = new Int32Array(count).fill(NONE);
  const lastWritten = new Int32Array(count).fill(NONE);
  for (let block = 0; block < blocks.length; block++) {
    const { instructions } = blocks[block];
    for (let at = 0; at < instructions.length; at++) {
      const { reads, writes } = instructions[at];
      for (let each = 0; each < reads.length; each++) {
        const register = reads[each] - least;
        if (register < 0 || lastWritten[register] === block || lastRead[register] === block) continue;
        lastRead[register] = block;
        exposed.add(register, block);
      }
      for (let each = 0; each < writes.length; each++) {
        const register = writes[each] - least;
        if (register < 0 || lastWritten[register] === block) continue;
        lastWritten[register] = block;
        written.add(register, block);
      }
    }
  }
  return { exposed, written };
}
