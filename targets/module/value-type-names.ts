// Value types by the names of the text format: their letters in signatures, and their TypeScript types on boards.

/** Letters of value types in `Engine.defineFunction` and `defineGlobal`. */
export const TYPE_LETTERS: Readonly<Record<string, string>> = {
  i32: 'i',
  i64: 'I',
  f32: 'f',
  f64: 'F',
  funcref: 'r',
  externref: 'R',
};

/** Types of parameters and results on a board: an i64 is the pair of its words. */
export const BOARD_TYPES: Readonly<Record<string, string>> = {
  i32: 'number',
  i64: '[low: number, high: number]',
  f32: 'number',
  f64: 'number',
  funcref: 'number | null',
  externref: 'number | null',
};
