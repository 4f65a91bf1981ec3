// The layout of a collection's elements in memory.

export enum ElementKind {
  /** Signed 32-bit integers. */
  I32 = 0,
  U8 = 1,
  F32 = 2,
  F64 = 3,
  /** A fixed number of 32-bit words: i64 as its lower and upper word, records. */
  Words = 4,
  /** A string: a word for its length, then two UTF-16 units a word, zeros behind. */
  Text = 5,
}

export class ElementLayout {
  readonly kind: ElementKind;
  /** Words of an element; 0 for U8, of which four make a word. */
  readonly words: number;

  constructor(kind: ElementKind, words: number) {
    this.kind = kind;
    this.words = words;
  }
}

export const i32Layout = new ElementLayout(ElementKind.I32, 1);
export const u8Layout = new ElementLayout(ElementKind.U8, 0);
export const f32Layout = new ElementLayout(ElementKind.F32, 1);
export const f64Layout = new ElementLayout(ElementKind.F64, 2);
/** The lower word first. */
export const i64Layout = new ElementLayout(ElementKind.Words, 2);

/** Records of `words` 32-bit words, at least one. */
export function recordLayout(words: number): ElementLayout {
  return new ElementLayout(ElementKind.Words, words);
}

/** Strings of up to `length` UTF-16 units. */
export function textLayout(length: number): ElementLayout {
  return new ElementLayout(ElementKind.Text, 1 + ((length + 1) >> 1));
}
