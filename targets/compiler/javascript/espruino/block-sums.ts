// Prints stores that update the sums of the blocks of memory: for each block, the sum of its words modulo 2^32. A store adds the
// difference between the new and the old word. So a word that was damaged stays wrong by the same amount.

import { type Code, js, number, type Token, TokenKind } from '../trees/code.js';

/** Bytes of a block, as a shift: targets/board/translated/runtime/block-sums.ts has the same. */
const BLOCK_SHIFT = 10;

/** An index that is rather written three times than kept in a variable: a name or a number, which may be shifted. */
export interface ShortIndex {
  code: Code;
  base: Token;
  shift: number;
}

export function shortIndex(index: Code): ShortIndex | null {
  const [base, operator, count, ...more] = index.tokens();
  const isBase = base.kind === TokenKind.Word || base.kind === TokenKind.Number;
  if (!isBase || more.length > 0) return null;
  if (operator === undefined) return { code: index, base, shift: 0 };
  const isShift = operator.text === '>>>' && count?.kind === TokenKind.Number;
  return isShift && count.length === 1 ? { code: index, base, shift: Number(count.text) } : null;
}

export interface StoredElement {
  /** A typed array over memory from the byte `from` on. */
  array: Token;
  index: ShortIndex;
  /** Bytes of an element: 1, 2 or 4. */
  size: number;
  from: number;
}

/** `code` is a name or a number; `isBounded`: no negative number, and none that does not fit. */
export interface StoredValue {
  code: Code;
  isBounded: boolean;
}

/** `trap` is called where there is no such element; null if there is one. */
export function summedAssignment(
  { array, index, size, from }: StoredElement,
  value: StoredValue,
  { sums, trap }: { sums: Token; trap: Code | null },
): Code {
  const { code, base, shift } = index;
  const place = { base, from: (from / size) << shift, shift: shift - Math.log2(size) };
  const element = js`${array}[${code}]`;
  const old = trap === null ? element : js`(${element}??${trap})`;
  const change = size === 4 ? wholeWord(old, value.code) : partOfWord(old, value, size, place);
  return js`${sums}[${shifted(place, BLOCK_SHIFT)}]-=${change},${element}=${value.code}`;
}

/** An address, shifted to the right by `shift`: `base + from`. */
interface Address {
  base: Token;
  from: number;
  shift: number;
}

const plus = ({ base, from }: Address) => (from === 0 ? base : js`${base}+${from}`);

function shifted(place: Address, by: number): Code {
  const { base, from, shift } = place;
  if (base.kind === TokenKind.Number) return number(Math.floor((Number(base.text) + from) / 2 ** (shift + by)));
  return js`${plus(place)}>>>${shift + by}`;
}

const wholeWord = (old: Code, value: Code) => js`${old}-${value.startsWith('-') ? js`(${value})` : value}`;

function partOfWord(old: Code, { code, isBounded }: StoredValue, size: number, place: Address): Code {
  const mask = 2 ** (8 * size) - 1;
  const constant = constantOf(code);
  const bits = isBounded ? code : constant === null ? js`(${code}&${mask})` : number(constant & mask);
  const places = size === 1 ? 24 : 16;
  const left = 3 - place.shift;
  if (place.base.kind === TokenKind.Number)
    return js`${old}-${bits}<<${((Number(place.base.text) + place.from) << left) & places}`;
  // The part in front of the view may be a multiple of a word.
  const address = ((place.from << left) & places) === 0 ? place.base : plus(place);
  return js`${old}-${bits}<<(${address}<<${left}&${places})`;
}

/** The number that a name or number is, if it is one. */
function constantOf(code: Code): number | null {
  const [first, second] = code.tokens();
  if (second === undefined) return first.kind === TokenKind.Number ? Number(first.text) : null;
  return second.kind === TokenKind.Number ? -Number(second.text) : null;
}
