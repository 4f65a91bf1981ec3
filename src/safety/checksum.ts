// Adler-32 (RFC 1950, 8.2) that follows each change in constant time: one packed 32-bit sum, b in the upper half, a in the
// lower one. Bytes are summed as they are, 32-bit words as two 16-bit numbers each, the lower half first.
//
// A change of one bit or of one byte is found always: the modulus is prime and no difference is a multiple of it. A change of
// one word summed as a word is missed only if each of its halves changed by 0 or 65521: of all pairs of different words
// 2 in 10^13. A word written over four summed bytes is missed if the bytes' changes d, e, f, g have d + e + f + g = 0
// and e + 2f + 3g = 0: of all pairs of words 3 in 10^6.

/** The largest prime below 2^16. */
const MODULUS = 65521;

/** The sum of nothing. */
export const EMPTY_SUM = 1;

/** Words between two reductions: the unreduced b stays below 2^31. */
const WORDS_UNREDUCED = 64;
/** Bytes between two reductions. */
const BYTES_UNREDUCED = 2048;

/** The sum of what `sum` covers, followed by a byte. */
export function appendByte(sum: number, byte: number): number {
  const a = ((sum & 65535) + byte) % MODULUS;
  return ((((sum >>> 16) + a) % MODULUS) << 16) | a;
}

/** The sum without its last byte. */
export function removeLastByte(sum: number, byte: number): number {
  const a = sum & 65535;
  return ((((sum >>> 16) + MODULUS - a) % MODULUS) << 16) | ((a + MODULUS - byte) % MODULUS);
}

/** The sum with another byte in a place; `toEnd` is the number of bytes from this place to the end, itself included. */
export function replaceByte(sum: number, toEnd: number, before: number, after: number): number {
  const change = (after - before + MODULUS) % MODULUS;
  const weighted = (((toEnd % MODULUS) * change) >>> 0) % MODULUS;
  return ((((sum >>> 16) + weighted) % MODULUS) << 16) | (((sum & 65535) + change) % MODULUS);
}

/** The sum of what `sum` covers, followed by a word. */
export function appendWord(sum: number, word: number): number {
  const middle = (sum & 65535) + (word & 65535);
  const last = middle + (word >>> 16);
  return ((((sum >>> 16) + middle + last) % MODULUS) << 16) | (last % MODULUS);
}

/** The sum without its last word. */
export function removeLastWord(sum: number, word: number): number {
  const last = sum & 65535;
  const middle = last + 2 * MODULUS - (word >>> 16);
  const first = middle + MODULUS - (word & 65535);
  return ((((sum >>> 16) + 4 * MODULUS - middle - last) % MODULUS) << 16) | (first % MODULUS);
}

/** The sum with another word in a place; `toEnd` is the number of words from this place to the end, itself included. */
export function replaceWord(sum: number, toEnd: number, before: number, after: number): number {
  const upper = (after >>> 16) - (before >>> 16) + 2 * MODULUS;
  const change = ((after & 65535) - (before & 65535) + MODULUS + upper) % MODULUS;
  const weighted = ((((2 * toEnd) % MODULUS) * change) >>> 0) % MODULUS;
  const b = ((sum >>> 16) + weighted + 4 * MODULUS - upper) % MODULUS;
  return (b << 16) | (((sum & 65535) + change) % MODULUS);
}

/** The sum of what `sum` covers, followed by `count` bytes from index `from`. */
export function sumBytes(sum: number, bytes: Uint8Array, from: number, count: number): number {
  let a = sum & 65535;
  let b = sum >>> 16;
  const end = from + count;
  while (from < end) {
    const stop = end - from > BYTES_UNREDUCED ? from + BYTES_UNREDUCED : end;
    for (; from < stop; from++) {
      a += bytes[from];
      b += a;
    }
    a %= MODULUS;
    b %= MODULUS;
  }
  return (b << 16) | a;
}

/** The sum of what `sum` covers, followed by `count` words from index `from`. */
export function sumWords(sum: number, words: Int32Array, from: number, count: number): number {
  let a = sum & 65535;
  let b = sum >>> 16;
  const end = from + count;
  while (from < end) {
    const stop = end - from > WORDS_UNREDUCED ? from + WORDS_UNREDUCED : end;
    for (; from < stop; from++) {
      const word = words[from];
      const lower = word & 65535;
      const upper = word >>> 16;
      // Both halves at once: two short chains of additions instead of a long one.
      b = (b + 2 * (a + lower) + upper) | 0;
      a = (a + lower + upper) | 0;
    }
    a %= MODULUS;
    b %= MODULUS;
  }
  return (b << 16) | a;
}
