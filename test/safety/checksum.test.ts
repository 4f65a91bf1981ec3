import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  appendByte,
  appendWord,
  EMPTY_SUM,
  removeLastByte,
  removeLastWord,
  replaceByte,
  replaceWord,
  sumBytes,
  sumWords,
} from '../../src/safety/checksum.js';

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

const halves = (words: ArrayLike<number>) => Array.from(words).flatMap((word) => [word & 65535, word >>> 16]);
const sumOfBytes = (bytes: Uint8Array) => sumBytes(EMPTY_SUM, bytes, 0, bytes.length);
const sumOfWords = (words: Int32Array) => sumWords(EMPTY_SUM, words, 0, words.length);

const extremes = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 65520, 65521, 0x7fffffff, -0x80000000, -15));
const wordArrays = fc.array(extremes, { minLength: 1, maxLength: 300 }).map((words) => new Int32Array(words));

describe('sums of bytes', () => {
  it('are Adler-32', () => {
    expect(sumOfBytes(new TextEncoder().encode('WebAssembly')) >>> 0).toBe(422511711);
    expect(sumOfBytes(new Uint8Array(0))).toBe(1);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        expect(sumOfBytes(bytes)).toBe(adler32([...bytes]));
      }),
    );
    const most = new Uint8Array(10000).fill(255);
    expect(sumOfBytes(most)).toBe(adler32([...most]));
  });

  it('follow each change', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), fc.nat(255), (bytes, seed, byte) => {
        let sum = EMPTY_SUM;
        for (const each of bytes) sum = appendByte(sum, each);
        expect(sum).toBe(sumOfBytes(bytes));
        const at = seed % bytes.length;
        sum = replaceByte(sum, bytes.length - at, bytes[at], byte);
        bytes[at] = byte;
        expect(sum).toBe(sumOfBytes(bytes));
        for (let index = bytes.length - 1; index >= 0; index--) {
          sum = removeLastByte(sum, bytes[index]);
          expect(sum).toBe(sumOfBytes(bytes.slice(0, index)));
        }
      }),
    );
  });

  it('tell every change of a byte', () => {
    const bytes = new Uint8Array([0, 255, 7, 128]);
    const sum = sumOfBytes(bytes);
    for (let at = 0; at < bytes.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        const changed = bytes.slice();
        changed[at] = byte;
        expect(sumOfBytes(changed) === sum).toBe(byte === bytes[at]);
      }
    }
  });

  it('miss some words written over four bytes', () => {
    expect(sumOfBytes(new Uint8Array([1, 3, 1, 9]))).toBe(sumOfBytes(new Uint8Array([2, 1, 2, 9])));
  });
});

describe('sums of words', () => {
  it('are Adler-32 of their halves', () => {
    fc.assert(
      fc.property(wordArrays, (words) => {
        expect(sumOfWords(words)).toBe(adler32(halves(words)));
      }),
    );
    const most = new Int32Array(5000).fill(-1);
    expect(sumOfWords(most)).toBe(adler32(halves(most)));
  });

  it('follow each change', () => {
    fc.assert(
      fc.property(wordArrays, fc.nat(), extremes, (words, seed, word) => {
        let sum = EMPTY_SUM;
        for (const each of words) sum = appendWord(sum, each);
        expect(sum).toBe(sumOfWords(words));
        const at = seed % words.length;
        sum = replaceWord(sum, words.length - at, words[at], word);
        words[at] = word;
        expect(sum).toBe(sumOfWords(words));
        for (let index = words.length - 1; index >= 0; index--) {
          sum = removeLastWord(sum, words[index]);
          expect(sum).toBe(sumOfWords(words.slice(0, index)));
        }
      }),
    );
  });

  it('follow a change in a long sequence', () => {
    const words = new Int32Array(200000).fill(-1);
    const sum = sumOfWords(words);
    words[3] = 0x12345678;
    expect(replaceWord(sum, words.length - 3, -1, words[3])).toBe(sumOfWords(words));
    const bytes = new Uint8Array(200000).fill(255);
    const byteSum = sumOfBytes(bytes);
    bytes[3] = 1;
    expect(replaceByte(byteSum, bytes.length - 3, 255, 1)).toBe(sumOfBytes(bytes));
  });

  it('tell every change of a bit', () => {
    fc.assert(
      fc.property(wordArrays, fc.nat(), fc.nat(31), (words, seed, bit) => {
        const sum = sumOfWords(words);
        words[seed % words.length] ^= 1 << bit;
        expect(sumOfWords(words)).not.toBe(sum);
      }),
    );
  });

  it('tell every change of a word, but for halves that changed by the modulus', () => {
    const near = fc.oneof(fc.nat(20), fc.integer({ min: 65515, max: 65535 }), fc.nat(65535));
    fc.assert(
      fc.property(wordArrays, fc.nat(), near, near, near, near, (words, seed, lower, upper, newLower, newUpper) => {
        const at = seed % words.length;
        words[at] = (upper << 16) | lower;
        const sum = sumOfWords(words);
        words[at] = (newUpper << 16) | newLower;
        const same = (newLower - lower) % 65521 === 0 && (newUpper - upper) % 65521 === 0;
        expect(sumOfWords(words) === sum).toBe(same);
      }),
      { numRuns: 5000 },
    );
    expect(sumOfWords(new Int32Array([5]))).toBe(sumOfWords(new Int32Array([5 + 65521])));
  });
});
