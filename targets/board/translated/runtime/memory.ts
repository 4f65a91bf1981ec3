// Memory instructions but for loads and stores: growing, and what concerns many bytes.
// Written for Espruino: no hoisting, no rest arguments.

import { Trap } from '../../../../src/trap.js';
import { copyMemory, fillMemory } from '../../bulk-memory.js';
import { sumRange } from './block-sums.js';
import { checked } from './loads-and-stores.js';
import { trap } from './traps.js';

// Constants of the build.
declare const MEMORY_BYTES: number;
/** The first address that exists. */
declare const MEMORY_START: number;
declare const MOST_PAGES: number;
declare const PAGE_SHIFT: number;
/** Whether memory may grow: else its limit is a constant, and its views are made once. */
declare const GROWS: boolean;
/** Whether stores keep sums of memory: else block-sums.ts is not there. */
declare const SUMS_BLOCKS: boolean;
// Written by the build.
declare const bytes: Uint8Array;
declare let limit: number;
/** Sets `limit` to what the pages have, and makes the views of memory again. */
declare function resize(): void;
declare const dataBytes: Uint8Array;
/** Start and length of each data segment. */
declare const dataSegments: number[];
/** Declared in state.ts. */
declare let pages: number;

export function memory_grow(more: number): number {
  const old = pages;
  const size = (old + (more >>> 0)) * (1 << PAGE_SHIFT);
  if (more === 0) return old;
  if (old + (more >>> 0) > MOST_PAGES || size > MEMORY_START + MEMORY_BYTES) return -1;
  pages = old + more;
  if (GROWS) resize();
  return old;
}

/** Restores the length of a snapshot. */
export function setPages(count: number): void {
  if (count === pages) return;
  pages = count;
  const size = count * (1 << PAGE_SHIFT);
  bytes.fill(0, MEMORY_START > 0 ? size - MEMORY_START : size);
  if (GROWS) resize();
}

/** Returns the offset of bytes in the buffer, if memory starts above address 0. There are no bytes below its start. */
function located(address: number, count: number, at: number): number {
  const place = (address >>> 0) - MEMORY_START;
  if ((place < 0 && count > 0) || place + count > limit) trap(Trap.MemoryOutOfBounds, at);
  return place < 0 ? 0 : place;
}

export function memory_fill(to: number, value: number, count: number, at: number): void {
  const from = MEMORY_START > 0 ? located(to, count >>> 0, at) : checked(to, count >>> 0, at);
  if (SUMS_BLOCKS) sumRange(from, count, -1);
  fillMemory(from, value, count >>> 0);
  if (SUMS_BLOCKS) sumRange(from, count, 1);
}

export function memory_copy(to: number, from: number, count: number, at: number): void {
  const target = MEMORY_START > 0 ? located(to, count >>> 0, at) : checked(to, count >>> 0, at);
  const source = MEMORY_START > 0 ? located(from, count >>> 0, at) : checked(from, count >>> 0, at);
  if (SUMS_BLOCKS) sumRange(target, count, -1);
  copyMemory(target, source, count >>> 0);
  if (SUMS_BLOCKS) sumRange(target, count, 1);
}

export function memory_init(segment: number, to: number, from: number, count: number, at: number): void {
  const start = from >>> 0;
  const length = count >>> 0;
  if (start + length > dataSegments[segment * 2 + 1]) trap(Trap.MemoryOutOfBounds, at);
  const target = MEMORY_START > 0 ? located(to, length, at) : checked(to, length, at);
  if (SUMS_BLOCKS) sumRange(target, length, -1);
  for (let index = 0; index < length; index++)
    bytes[target + index] = dataBytes[dataSegments[segment * 2] + start + index];
  if (SUMS_BLOCKS) sumRange(target, length, 1);
}

export function data_drop(segment: number): void {
  dataSegments[segment * 2 + 1] = 0;
}
