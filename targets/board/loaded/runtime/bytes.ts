// The full runtime: reads the binary format (core specification, 5.2) from a module's bytes in place. Like all files of this folder, it has
// variables instead of objects, since every property costs Espruino a search.

import { type Feature, featureName } from '../../../../src/features.js';

export let source: Uint8Array = new Uint8Array(0);
export let at = 0;
/** End of the readable bytes. */
export let end = 0;
/** High word of the last 64-bit number. */
export let high = 0;
/** Function whose body is read, -1 for none. */
export let bodyOf = -1;

export function fail(message: string): never {
  throw new Error(message + (bodyOf < 0 ? '' : ' in function ' + bodyOf) + ' at byte ' + at);
}

/** Fails because of a feature that is not supported, or because what was read is malformed. */
export function refuse(feature: Feature, what: string): never {
  if (feature < 0) fail('malformed ' + what);
  fail(featureName(feature) + ' not supported: ' + what + ' (compile for WebAssembly 2.0 without it)');
}

export function limit(capacity: string, needed: number, available: number): void {
  if (needed > available) fail('capacity ' + capacity + ' is ' + available + ', needed ' + needed);
}

export function byte(): number {
  if (at >= end) fail('unexpected end');
  return source[at++];
}

export function skip(count: number): void {
  if (count > end - at) fail('unexpected end');
  at += count;
}

/** A LEB128 number of `bits` (32 or 33) bits, signed if told; a block type has 33. */
function leb(signed: boolean, bits: number): number {
  let result = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const next = byte();
    result |= (next & 127) << shift;
    if (next < 128) return signed ? (result << (25 - shift)) >> (25 - shift) : result;
  }
  const last = byte();
  if (last > 127) fail('integer representation too long');
  const most = signed && bits === 32 ? 8 : 16;
  if (last >= most && (!signed || last < 128 - most)) fail('integer too large');
  result |= last << 28;
  if (!signed) return result >>> 0;
  return bits === 32 ? result : last < 64 ? result >>> 0 : -1;
}

export function u32(): number {
  return leb(false, 32);
}

export function s32(): number {
  return leb(true, 32);
}

/** A type index, or something negative. */
export function s33(): number {
  return leb(true, 33);
}

/** The low word; the high one is left in `high`. */
export function s64(): number {
  let low = 0;
  high = 0;
  for (let shift = 0; shift < 63; shift += 7) {
    const next = byte();
    const part = next & 127;
    if (shift < 28) low |= part << shift;
    else if (shift < 35) {
      low |= part << 28;
      high = part >> 4;
    } else high |= part << (shift - 32);
    if (next < 128) {
      if (part > 63) {
        if (shift < 25) {
          low |= -1 << (shift + 7);
          high = -1;
        } else high |= -1 << (shift - 25);
      }
      return low;
    }
  }
  const last = byte();
  if (last > 127) fail('integer representation too long');
  if (last !== 0 && last !== 127) fail('integer too large');
  high |= last << 31;
  return low;
}

/** Four bytes, little-endian. */
export function word(): number {
  skip(4);
  return source[at - 4] | (source[at - 3] << 8) | (source[at - 2] << 16) | (source[at - 1] << 24);
}

/** A count of things of which each takes at least one byte. */
export function count(): number {
  const entries = u32();
  if (entries > end - at) fail('length out of bounds');
  return entries;
}

/** A name as a string of its bytes, which have to be UTF-8 (5.2.4). */
export function name(): string {
  let text = '';
  let rest = 0;
  let least = 0x80;
  let most = 0xbf;
  for (let length = count(); length > 0; length--) {
    const next = byte();
    if (rest > 0) {
      if (next < least || next > most) fail('malformed UTF-8 encoding');
      rest--;
      least = 0x80;
      most = 0xbf;
    } else if (next > 127) {
      if (next < 0xc2 || next > 0xf4) fail('malformed UTF-8 encoding');
      rest = next < 0xe0 ? 1 : next < 0xf0 ? 2 : 3;
      // No overlong form, no surrogate, nothing above U+10FFFF.
      if (next === 0xe0) least = 0xa0;
      if (next === 0xed) most = 0x9f;
      if (next === 0xf0) least = 0x90;
      if (next === 0xf4) most = 0x8f;
    }
    text += String.fromCharCode(next);
  }
  if (rest > 0) fail('malformed UTF-8 encoding');
  return text;
}

export function readFrom(bytes: Uint8Array, from: number, to: number): void {
  source = bytes;
  at = from;
  end = to;
}

export function moveTo(position: number): void {
  at = position;
}

export function endAt(position: number): void {
  end = position;
}

export function inBody(index: number): void {
  bodyOf = index;
}
