// The minimum number of bytes of linear memory with which a module can work at all: with fewer, instantiation or every call traps.

import type { MemoryLayout } from './memory-layout.js';

export interface LeastMemory {
  /** Bytes from address 0 on. */
  bytes: number;
  /** In words, for the user. */
  why: string;
}

/**
 * Knows of data at constant addresses, and of a stack that functions use. A module may need more. What lies behind the memory that the
 * module declares traps with any number of bytes, and asks for none.
 */
export function leastMemory({ data, stack, declared }: MemoryLayout): LeastMemory {
  if (data.end > declared) return { bytes: 0, why: '' };
  const top = stack?.used ? stack.top : 0;
  if (top > data.end) return { bytes: top, why: `its stack starts at byte ${top} and grows down from there` };
  return { bytes: data.end, why: `its data end at byte ${data.end}` };
}
