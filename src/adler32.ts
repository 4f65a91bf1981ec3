// Adler-32 (RFC 1950, 8.2): one packed 32-bit sum, b in the upper half, a in the lower one. A change of one bit or of one byte is
// always found: the modulus is prime, and no difference is a multiple of it.

/** The largest prime below 2^16. */
const MODULUS = 65521;

/** The sum of nothing. */
export const EMPTY_SUM = 1;

/** Bytes between two reductions: the unreduced b stays below 2^31. */
const BYTES_UNREDUCED = 2048;

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
