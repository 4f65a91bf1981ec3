// Sums of the blocks of linear memory, which the stores of a translated program keep: of the words of each KB, modulo 2^32. E.sum
// is native code: a block costs as much as 22 statements.
// Written for Espruino: no hoisting, no rest arguments.

import { checked } from './loads-and-stores.js';
import { double, doubleBits } from './state.js';
import { findDamage } from './verification.js';

declare const E: { sum(numbers: Int32Array): number };
// Written by the build.
declare const bytes: Uint8Array;
declare let limit: number;
/** A multiple of 8. */
declare const MEMORY_BYTES: number;

/** Bytes of a block, as a shift. */
const BLOCK_SHIFT = 10;
/** No view of Espruino's starts behind this byte: what is there is verified as one block. */
const VIEWS_END = 65536;

export const blockSums = new Int32Array((MEMORY_BYTES + 1023) >> 10);
/** Words of the whole buffer: a module's own views end where its memory does. */
export const memoryWords = new Int32Array(bytes.buffer);
/** Blocks that host functions may be writing into. */
export const openBlocks: number[] = [];

/** Sums a block. The first block after VIEWS_END has fewer words. */
export function sumOf(block: number): number {
  const start = block << BLOCK_SHIFT;
  if (MEMORY_BYTES > 65536 && start >= VIEWS_END)
    return E.sum(memoryWords) - E.sum(new Int32Array(bytes.buffer, 0, VIEWS_END >> 2));
  const rest = (MEMORY_BYTES - start) >> 2;
  return E.sum(new Int32Array(bytes.buffer, start, rest < 256 ? rest : 256));
}

export function isDamaged(block: number): boolean {
  if (MEMORY_BYTES > 65536 && block === 64)
    return ((sumOf(block) - E.sum(new Int32Array(blockSums.buffer, 256))) | 0) !== 0;
  return ((sumOf(block) - blockSums[block]) | 0) !== 0;
}

/** How many there are to be looked at. */
const BLOCKS = MEMORY_BYTES > VIEWS_END ? 65 : blockSums.length;

/** Whatever memory is, is right. */
export function sumUp(): void {
  blockSums.fill(0);
  for (let block = 0; block < BLOCKS; block++) blockSums[block] = sumOf(block);
}

export function verifyBlocks(): void {
  for (let block = 0; block < BLOCKS; block++) if (isDamaged(block)) findDamage('linear memory');
}

/** Adds the words that have bytes in a range to the sums of their blocks, or takes them out of them if `sign` is -1. */
export function sumRange(from: number, count: number, sign: number): void {
  const end = from + count;
  let at = from & -4;
  while (at < end) {
    const block = at >>> BLOCK_SHIFT;
    const behind = (block + 1) << BLOCK_SHIFT;
    const stop = behind < end ? behind : end;
    let sum = 0;
    if (at < VIEWS_END && stop - at > 24) {
      sum = E.sum(new Int32Array(bytes.buffer, at, (stop - at + 3) >> 2));
      at = stop;
    }
    for (; at < stop; at += 4) sum += memoryWords[at >> 2];
    blockSums[block] += sign * sum;
  }
}

/** Before a host function may write there: from here on, its blocks are not looked at. */
export function openRange(from: number, count: number): void {
  const last = (from + count - 1) >>> BLOCK_SHIFT;
  for (let each = from >>> BLOCK_SHIFT; each <= last; each++) {
    const block = each > 64 ? 64 : each;
    if (openBlocks.indexOf(block) >= 0) continue;
    if (isDamaged(block)) findDamage('linear memory');
    openBlocks.push(block);
  }
}

/** Sums the blocks that a host function may have written: its writes are correct. */
export function closeBlocks(): void {
  while (openBlocks.length > 0) {
    const block = openBlocks.pop()!;
    if (block === 64) blockSums.fill(0, 64);
    blockSums[block] = sumOf(block);
  }
}

/** A byte, and how that changes the sum. */
export function storeByte(at: number, value: number): void {
  blockSums[at >>> BLOCK_SHIFT] += ((value & 255) - bytes[at]) << ((at << 3) & 24);
  bytes[at] = value;
}

/** A word of its own, or what is stored across words. */
export function storeWord(at: number, value: number): void {
  if ((at & 3) === 0) {
    blockSums[at >>> BLOCK_SHIFT] += value - memoryWords[at >> 2];
    memoryWords[at >> 2] = value;
    return;
  }
  for (let index = 0; index < 4; index++) storeByte(at + index, value >> (index * 8));
}

/** A double: aligned or not, within memory or not. */
export function storeDouble(address: number, value: number, at: number): void {
  double[0] = value;
  if ((address & 7) !== 0 || address < 0 || address + 8 > limit) {
    const from = checked(address, 8, at);
    storeWord(from, doubleBits[0]);
    storeWord(from + 4, doubleBits[1]);
    return;
  }
  const word = address >> 2;
  blockSums[address >>> BLOCK_SHIFT] += doubleBits[0] - memoryWords[word] + doubleBits[1] - memoryWords[word + 1];
  memoryWords[word] = doubleBits[0];
  memoryWords[word + 1] = doubleBits[1];
}
