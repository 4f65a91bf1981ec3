// Fills and copies bytes of linear memory with what Espruino does natively, for the runtimes of all tiers. The caller checks bounds.
// Written for Espruino: no hoisting, no rest arguments.

declare const MEMORY_BYTES: number;
declare const bytes: Uint8Array;

/**
 * Espruino's `fill` visits every element of its array, also for a part of it: 65,536 bytes take 7,000 times as long as `a=a+1;`. So it
 * is given a view of the part. Where no view can start, a short part is written byte by byte.
 */
export function fillMemory(from: number, value: number, count: number): void {
  if (count === 0) return;
  if (MEMORY_BYTES > 65536 && from > 65535) {
    if (count > MEMORY_BYTES >> 4) bytes.fill(value & 255, from, from + count);
    else for (let index = 0; index < count; index++) bytes[from + index] = value;
  } else new Uint8Array(bytes.buffer, from, count).fill(value & 255);
}

/** `set` copies within one buffer in the order that overlapping bytes need. No view can start above byte 65535. */
export function copyMemory(to: number, from: number, count: number): void {
  if (count === 0) return;
  if (MEMORY_BYTES > 65536 && from > 65535) {
    if (to <= from) for (let index = 0; index < count; index++) bytes[to + index] = bytes[from + index];
    else for (let index = count - 1; index >= 0; index--) bytes[to + index] = bytes[from + index];
  } else bytes.set(new Uint8Array(bytes.buffer, from, count), to);
}
