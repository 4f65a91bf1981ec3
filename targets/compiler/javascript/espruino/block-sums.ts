// The text of stores that keep the sums of the blocks of memory: modulo 2^32, of the words of each block. What is added is the
// difference of what is stored and what was there, so that a word that was damaged stays wrong by as much.

/** Bytes of a block, as a shift: targets/board/translated/runtime/block-sums.ts has the same. */
const BLOCK_SHIFT = 10;

const INDEX = /^(\w+)(?:>>>(\d))?$/;

/** Whether an index is rather written three times than kept in a variable. */
export const isShortIndex = (index: string) => INDEX.test(index);

export interface StoredElement {
  /** A typed array over memory from the byte `from` on. */
  array: string;
  /** A short one. */
  index: string;
  /** Of an element: 1, 2 or 4 bytes. */
  size: number;
  from: number;
}

/** `text` is a name or a number; `isBounded`: no negative number, and none that does not fit. */
export interface StoredValue {
  text: string;
  isBounded: boolean;
}

/** `trap` is called where there is no such element; '' if there is one. */
export function summedAssignment(
  { array, index, size, from }: StoredElement,
  value: StoredValue,
  { sums, trap }: { sums: string; trap: string },
): string {
  const [, base, shift = '0'] = INDEX.exec(index)!;
  const place = { base, from: (from / size) << Number(shift), shift: Number(shift) - Math.log2(size) };
  const element = `${array}[${index}]`;
  const old = trap === '' ? element : `(${element}??${trap})`;
  const change = size === 4 ? wholeWord(old, value.text) : partOfWord(old, value, size, place);
  return `${sums}[${shifted(place, BLOCK_SHIFT)}]-=${change},${element}=${value.text}`;
}

/** An address, shifted to the right by `shift`: `base + from`. */
interface AddressText {
  base: string;
  from: number;
  shift: number;
}

const plus = ({ base, from }: AddressText) => (from === 0 ? base : `${base}+${from}`);
const isNumber = (text: string) => /^\d+$/.test(text);

function shifted(place: AddressText, by: number): string {
  const { base, from, shift } = place;
  if (isNumber(base)) return String(Math.floor((Number(base) + from) / 2 ** (shift + by)));
  return `${plus(place)}>>>${shift + by}`;
}

const wholeWord = (old: string, value: string) => `${old}-${value.startsWith('-') ? `(${value})` : value}`;

function partOfWord(old: string, { text, isBounded }: StoredValue, size: number, place: AddressText): string {
  const mask = 2 ** (8 * size) - 1;
  const bits = isBounded ? text : /^-?\d+$/.test(text) ? String(Number(text) & mask) : `(${text}&${mask})`;
  const places = size === 1 ? 24 : 16;
  const left = 3 - place.shift;
  if (isNumber(place.base)) return `${old}-${bits}<<${((Number(place.base) + place.from) << left) & places}`;
  // What is in front of the view may be a multiple of a word.
  const address = ((place.from << left) & places) === 0 ? place.base : plus(place);
  return `${old}-${bits}<<(${address}<<${left}&${places})`;
}
