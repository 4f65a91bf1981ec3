import { expect, it } from 'vitest';
import { EMPTY_SUM, sumBytes } from '../../src/adler32.js';
import fc from '../properties.js';

/** The definition, in exact integers. */
function adler32(symbols: number[]): number {
  let a = 1n;
  let b = 0n;
  for (const symbol of symbols) {
    a = (a + BigInt(symbol)) % 65521n;
    b = (b + a) % 65521n;
  }
  return Number((b << 16n) | a) | 0;
}

const sumOf = (bytes: Uint8Array) => sumBytes(EMPTY_SUM, bytes, 0, bytes.length);

it('sums bytes as Adler-32 does', () => {
  expect(sumOf(new TextEncoder().encode('WebAssembly')) >>> 0).toBe(422511711);
  expect(sumOf(new Uint8Array(0))).toBe(1);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
      expect(sumOf(bytes)).toBe(adler32([...bytes]));
    }),
  );
  const most = new Uint8Array(10000).fill(255);
  expect(sumOf(most)).toBe(adler32([...most]));
});

it('goes on from a sum', () => {
  const bytes = new TextEncoder().encode('WebAssembly');
  expect(sumBytes(sumBytes(EMPTY_SUM, bytes, 0, 4), bytes, 4, bytes.length - 4)).toBe(sumOf(bytes));
});
