// The module heatshrink: LZSS as the firmware has it, with a window of 256 bytes and lengths up to 64. Source of the format:
// https://github.com/atomicobject/heatshrink, with HEATSHRINK_STATIC_WINDOW_BITS 8 and HEATSHRINK_STATIC_LOOKAHEAD_BITS 6.

import type { Realm } from '../realm/realm.js';
import { byteCount, bytesOf } from './bytes.js';

const WINDOW_BITS = 8;
const LENGTH_BITS = 6;
/** Bits of a reference to earlier bytes, with its flag: a shorter match is cheaper as literals. */
const REFERENCE_BITS = 1 + WINDOW_BITS + LENGTH_BITS;
const LITERAL_BITS = 9;

export function heatshrinkModule(realm: Realm): unknown {
  const { parts } = realm;
  return realm.namespace({
    compress: (data: unknown) => parts.uint8Array(compress(bytesOf(data))).buffer,
    decompress: (data: unknown) => parts.uint8Array(decompress(bytesOf(data))).buffer,
  });
}

function compress(data: readonly number[]): number[] {
  const bits: number[] = [];
  const put = (value: number, count: number) => {
    for (let bit = count - 1; bit >= 0; bit--) bits.push((value >> bit) & 1);
  };
  for (let at = 0; at < data.length; ) {
    const { length, distance } = longestMatch(data, at);
    if (length * LITERAL_BITS > REFERENCE_BITS) {
      put(0, 1);
      put(distance - 1, WINDOW_BITS);
      put(length - 1, LENGTH_BITS);
      at += length;
    } else {
      put(1, 1);
      put(data[at++], 8);
    }
  }
  const bytes: number[] = [];
  for (let at = 0; at < bits.length; at += 8) {
    let byte = 0;
    for (let bit = 0; bit < 8; bit++) byte = byte * 2 + (bits[at + bit] ?? 0);
    bytes.push(byte);
  }
  return bytes;
}

/** Returns the longest match, the nearest one of several. */
function longestMatch(data: readonly number[], at: number): { length: number; distance: number } {
  let best = { length: 0, distance: 0 };
  for (let distance = 1; distance <= Math.min(at, 1 << WINDOW_BITS); distance++) {
    let length = 0;
    while (length < 1 << LENGTH_BITS && at + length < data.length && data[at + length] === data[at + length - distance])
      length++;
    if (length > best.length) best = { length, distance };
  }
  return best;
}

/** Throws RangeError for more than a board has memory for. */
export function decompress(data: readonly number[]): number[] {
  const made: number[] = [];
  let at = 0;
  const left = () => data.length * 8 - at;
  const take = (count: number) => {
    let value = 0;
    for (let bit = 0; bit < count; bit++, at++) value = value * 2 + ((data[at >> 3] >> (7 - (at & 7))) & 1);
    return value;
  };
  // Less than a whole item at the end is padding.
  while (left() >= LITERAL_BITS) {
    if (take(1) === 1) {
      made.push(take(8));
      continue;
    }
    if (left() < REFERENCE_BITS - 1) break;
    const distance = take(WINDOW_BITS) + 1;
    const length = take(LENGTH_BITS) + 1;
    for (let count = 0; count < length; count++) made.push(made[made.length - distance] ?? 0);
    byteCount(made.length);
  }
  return made;
}
