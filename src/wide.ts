// Wide arithmetic (the wide-arithmetic proposal): 128-bit sums and differences, 64 by 64 bit products. Operands and result are two
// i64, low one first; each is the index of its slot, or four words in `wideResult`.

import { imul, multiplyHigh } from './numeric.js';

/** The four words of the last result, lowest first. */
export const wideResult = new Int32Array(4);

const product = new Int32Array(4);

/** The carry out of a + b + carry is left in `carry`. */
let carry = 0;

function addWord(a: number, b: number): number {
  const sum = (a >>> 0) + (b >>> 0) + carry;
  carry = sum >= 4294967296 ? 1 : 0;
  return sum | 0;
}

/** (aLow, aHigh) + (bLow, bHigh). */
export function wideAdd(slots: Int32Array, aLow: number, aHigh: number, bLow: number, bHigh: number): void {
  carry = 0;
  const first = addWord(slots[aLow], slots[bLow]);
  const second = addWord(slots[aLow + 1], slots[bLow + 1]);
  const third = addWord(slots[aHigh], slots[bHigh]);
  wideResult[3] = addWord(slots[aHigh + 1], slots[bHigh + 1]);
  wideResult[0] = first;
  wideResult[1] = second;
  wideResult[2] = third;
}

/** (aLow, aHigh) - (bLow, bHigh), as a + ~b + 1. */
export function wideSubtract(slots: Int32Array, aLow: number, aHigh: number, bLow: number, bHigh: number): void {
  carry = 1;
  const first = addWord(slots[aLow], ~slots[bLow]);
  const second = addWord(slots[aLow + 1], ~slots[bLow + 1]);
  const third = addWord(slots[aHigh], ~slots[bHigh]);
  wideResult[3] = addWord(slots[aHigh + 1], ~slots[bHigh + 1]);
  wideResult[0] = first;
  wideResult[1] = second;
  wideResult[2] = third;
}

/** Adds the product of two words to `product` from word `at` on. */
function addProduct(a: number, b: number, at: number): void {
  carry = 0;
  product[at] = addWord(product[at], imul(a, b));
  product[at + 1] = addWord(product[at + 1], multiplyHigh(a, b));
  for (let word = at + 2; word < 4; word++) product[word] = addWord(product[word], 0);
}

/** Takes the i64 (low, high) from the upper half of `product`. */
function subtractUpper(low: number, high: number): void {
  carry = 1;
  product[2] = addWord(product[2], ~low);
  product[3] = addWord(product[3], ~high);
}

/** a * b; `signed` is 1 for a signed product. */
export function wideMultiply(slots: Int32Array, a: number, b: number, signed: number): void {
  const aLow = slots[a];
  const aHigh = slots[a + 1];
  const bLow = slots[b];
  const bHigh = slots[b + 1];
  product.fill(0);
  addProduct(aLow, bLow, 0);
  addProduct(aLow, bHigh, 1);
  addProduct(aHigh, bLow, 1);
  addProduct(aHigh, bHigh, 2);
  if (signed === 1) {
    if (aHigh < 0) subtractUpper(bLow, bHigh);
    if (bHigh < 0) subtractUpper(aLow, aHigh);
  }
  for (let word = 0; word < 4; word++) wideResult[word] = product[word];
}
