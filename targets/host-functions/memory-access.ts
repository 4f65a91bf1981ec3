// Bytes of the program's linear memory, as Espruino's functions take and give them.

import type { Host } from './host.js';

declare const E: { toString(bytes: Uint8Array): string };

/** Returns a view of at least one byte. Addresses and lengths are unsigned. */
export function bytesAt(host: Host, pointer: number, length: number): Uint8Array {
  return host.bytes(pointer >>> 0, length >>> 0);
}

// On Espruino, a view of no bytes would reach to the end of the buffer.

/** A string whose characters are the bytes. */
export function textAt(host: Host, pointer: number, length: number): string {
  return length === 0 ? '' : E.toString(bytesAt(host, pointer, length));
}

/** Returns data in the form that Espruino's functions take. */
export function dataAt(host: Host, pointer: number, length: number): Uint8Array | string {
  return length === 0 ? '' : bytesAt(host, pointer, length);
}

/** Writes as many characters of the text as there is room for. Returns how many. */
export function putText(host: Host, pointer: number, room: number, text: string): number {
  const length = text.length < room >>> 0 ? text.length : room >>> 0;
  if (length === 0) return 0;
  // Espruino's `set` takes a string as its bytes, without a copy of it.
  const source = length === text.length ? text : text.substr(0, length);
  bytesAt(host, pointer, length).set(source as unknown as ArrayLike<number>);
  return length;
}
