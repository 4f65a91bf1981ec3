// Reads the binary format (core specification, 5.2) in place from a module's bytes. Every malformation is a DecodeError with its byte
// offset; `end` is the end of the readable range.

import { decodeError } from './errors.js';

export class Reader {
  bytes: Uint8Array = new Uint8Array(0);
  position = 0;
  end = 0;
  /** High word of the last 64-bit number. */
  high = 0;

  /** Reads `bytes` from `position` up to `end`. */
  reset(bytes: Uint8Array, position: number, end: number): void {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  fail(message: string): never {
    throw decodeError(message + ' at byte ' + this.position, this.position);
  }

  byte(): number {
    if (this.position >= this.end) this.fail('unexpected end');
    return this.bytes[this.position++];
  }

  /** An unsigned LEB128 number of at most 32 bits, as a non-negative JavaScript number. */
  u32(): number {
    const first = this.byte();
    if (first < 128) return first;
    let result = first & 127;
    for (let shift = 7; shift < 28; shift += 7) {
      const next = this.byte();
      result |= (next & 127) << shift;
      if (next < 128) return result;
    }
    const last = this.byte();
    if (last >= 128) this.fail('integer representation too long');
    if (last > 15) this.fail('integer too large');
    return (result | (last << 28)) >>> 0;
  }

  /** A signed LEB128 number of 32 bits. */
  s32(): number {
    const first = this.byte();
    if (first < 128) return (first << 25) >> 25;
    let result = first & 127;
    for (let shift = 7; shift < 28; shift += 7) {
      const next = this.byte();
      result |= (next & 127) << shift;
      if (next < 128) return (result << (25 - shift)) >> (25 - shift);
    }
    const last = this.byte();
    if (last >= 128) this.fail('integer representation too long');
    // The bits above the 32nd must repeat the sign.
    if (last > 7 && last < 120) this.fail('integer too large');
    return result | (last << 28);
  }

  /** A signed LEB128 number of 33 bits: a block type. A type index is non-negative, a value type negative. */
  s33(): number {
    const first = this.byte();
    if (first < 128) return (first << 25) >> 25;
    let result = first & 127;
    for (let shift = 7; shift < 28; shift += 7) {
      const next = this.byte();
      result |= (next & 127) << shift;
      if (next < 128) return (result << (25 - shift)) >> (25 - shift);
    }
    const last = this.byte();
    if (last >= 128) this.fail('integer representation too long');
    if (last > 15 && last < 112) this.fail('integer too large');
    return last >= 64 ? -1 - (~(result | (last << 28)) >>> 0) : (result | (last << 28)) >>> 0;
  }

  /** A signed LEB128 number of 64 bits: the low word; the high one is left in `high`. */
  s64(): number {
    let low = 0;
    let high = 0;
    let shift = 0;
    for (; shift < 63; shift += 7) {
      const next = this.byte();
      const part = next & 127;
      if (shift < 28) low |= part << shift;
      else if (shift === 28) {
        low |= part << 28;
        high = part >> 4;
      } else high |= part << (shift - 32);
      if (next < 128) {
        if ((next & 64) !== 0) {
          if (shift + 7 < 32) {
            low |= -1 << (shift + 7);
            high = -1;
          } else high |= -1 << (shift - 25);
        }
        this.high = high;
        return low;
      }
    }
    const last = this.byte();
    if (last >= 128) this.fail('integer representation too long');
    if (last !== 0 && last !== 127) this.fail('integer too large');
    this.high = high | (last << 31);
    return low;
  }

  /** Four bytes, little-endian. */
  word(): number {
    const at = this.position;
    this.skip(4);
    const bytes = this.bytes;
    return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
  }

  skip(count: number): void {
    if (count > this.end - this.position) {
      this.position = this.end;
      this.fail('unexpected end');
    }
    this.position += count;
  }

  /** A vector's byte length followed by as many bytes, which are skipped. Returns the length. */
  blob(): number {
    const length = this.u32();
    if (length > this.end - this.position) this.fail('length out of bounds');
    this.position += length;
    return length;
  }

  /** A name: checks that it is UTF-8 (5.2.4) and skips it. Returns its length in bytes. */
  name(): number {
    const length = this.blob();
    if (!isUtf8(this.bytes, this.position - length, this.position)) this.fail('malformed UTF-8 encoding');
    return length;
  }
}

/** Whether the bytes are UTF-8: no overlong form, no surrogate, nothing above U+10FFFF. */
function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const first = bytes[at++];
    if (first < 128) continue;
    if (first < 0xc2 || first > 0xf4) return false;
    const count = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    if (at + count > end) return false;
    const second = bytes[at];
    if (first === 0xe0 && second < 0xa0) return false;
    if (first === 0xed && second > 0x9f) return false;
    if (first === 0xf0 && second < 0x90) return false;
    if (first === 0xf4 && second > 0x8f) return false;
    for (let index = 0; index < count; index++) if ((bytes[at++] & 0xc0) !== 0x80) return false;
  }
  return true;
}

/** The UTF-16 string of UTF-8 bytes. Allocates: for names in errors and reflection. */
export function decodeName(bytes: Uint8Array, start: number, length: number): string {
  let text = '';
  let at = start;
  const end = start + length;
  while (at < end) {
    const first = bytes[at++];
    let point = first;
    if (first >= 0xf0) {
      point = ((first & 7) << 18) | ((bytes[at] & 63) << 12) | ((bytes[at + 1] & 63) << 6) | (bytes[at + 2] & 63);
      at += 3;
    } else if (first >= 0xe0) {
      point = ((first & 15) << 12) | ((bytes[at] & 63) << 6) | (bytes[at + 1] & 63);
      at += 2;
    } else if (first >= 0x80) {
      point = ((first & 31) << 6) | (bytes[at++] & 63);
    }
    if (point > 0xffff) {
      text += String.fromCharCode(0xd800 + ((point - 0x10000) >> 10));
      text += String.fromCharCode(0xdc00 + ((point - 0x10000) & 1023));
    } else text += String.fromCharCode(point);
  }
  return text;
}

/** Whether UTF-8 bytes spell a string, without making one. */
export function nameEquals(bytes: Uint8Array, start: number, length: number, text: string): boolean {
  let at = start;
  const end = start + length;
  for (let index = 0; index < text.length; index++) {
    let point = text.charCodeAt(index);
    if (point >= 0xd800 && point < 0xdc00 && index + 1 < text.length) {
      point = 0x10000 + ((point - 0xd800) << 10) + (text.charCodeAt(++index) - 0xdc00);
    }
    if (point < 0x80) {
      if (bytes[at++] !== point) return false;
    } else if (point < 0x800) {
      if (bytes[at++] !== (0xc0 | (point >> 6)) || bytes[at++] !== (0x80 | (point & 63))) return false;
    } else if (point < 0x10000) {
      if (bytes[at++] !== (0xe0 | (point >> 12))) return false;
      if (bytes[at++] !== (0x80 | ((point >> 6) & 63)) || bytes[at++] !== (0x80 | (point & 63))) return false;
    } else {
      if (bytes[at++] !== (0xf0 | (point >> 18)) || bytes[at++] !== (0x80 | ((point >> 12) & 63))) return false;
      if (bytes[at++] !== (0x80 | ((point >> 6) & 63)) || bytes[at++] !== (0x80 | (point & 63))) return false;
    }
    if (at > end) return false;
  }
  return at === end;
}
