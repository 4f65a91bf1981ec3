// Finds the start of the used part of a module's linear memory. Compilers that put a stack of 1 MiB first leave it far behind address 0.

import type { CallAnalysis } from './analysis.js';
import type { MemoryLayout } from './memory-layout.js';

export interface LowestAddress {
  /** A multiple of 16. */
  address: number;
  /** Bytes of the stack that are above it: all that calls can take, or a guess. */
  stackBytes: number;
  /** Whether no calls take more of the stack. */
  isSure: boolean;
}

/** For recursion and for functions whose frames are not known: as much as twice the longest path, and this. */
const SPARE_STACK_BYTES = 1024;
/** LLVM keeps the stack aligned to this many bytes. */
const ALIGNMENT = 16;

/**
 * The lowest address that a module uses; 0 unless its memory begins with a stack that grows down from its data, as Rust, Zig and
 * `wasm-ld --stack-first` lay it out. Elsewhere, what is in front of the data may be used by pointers that the host gives.
 */
export function lowestAddress(memory: MemoryLayout, calls: CallAnalysis): LowestAddress {
  const { stack, data, imported } = memory;
  const startsWithStack = stack?.first && !stack.isDoubtful;
  if (imported || data.relocated || !startsWithStack) return { address: 0, stackBytes: 0, isSure: true };
  const path = stack.used ? calls.stackBytes.length : 0;
  const isSure = !stack.used || (calls.recursion.length === 0 && calls.unknownFrames.length === 0);
  const stackBytes = Math.min(stack.top, isSure ? path : path * 2 + SPARE_STACK_BYTES);
  const first = data.end > 0 ? Math.min(data.start, stack.top - stackBytes) : stack.top - stackBytes;
  return { address: Math.max(0, first) & -ALIGNMENT, stackBytes, isSure };
}
