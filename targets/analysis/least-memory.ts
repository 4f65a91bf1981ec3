// The bytes of linear memory without which a module cannot work at all: with fewer, instantiation or every call traps.

import type { MemoryLayout } from './memory-layout.js';

export interface LeastMemory {
  bytes: number;
  /** In words, for the user. */
  why: string;
}

/** Knows of data at constant addresses, and of a stack that functions use. A module may need more. */
export function leastMemory({ data, stack }: MemoryLayout): LeastMemory {
  const top = stack?.used ? stack.top : 0;
  if (top > data.end) return { bytes: top, why: `its stack starts at byte ${top} and grows down from there` };
  return { bytes: data.end, why: `its data end at byte ${data.end}` };
}
