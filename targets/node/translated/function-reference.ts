// A function reference of translated code: the element type of tables, and the result of `ref.func`.

/** Called with words, returns the first word; the others are in the result arrays of `value.ts`. */
// biome-ignore lint/suspicious/noExplicitAny: a word is an int32, a number or a reference
export type WordFunction = (...words: any[]) => any;

export class FunctionReference {
  call: WordFunction;
  /** `parameters:results` in letters. */
  readonly signature: string;
  /** Equal for equal signatures. */
  readonly type: number;
  /** The function that a host sees, once it has been made. */
  exported: ((...values: unknown[]) => unknown) | null = null;

  /** A function of the host: `call` stays what it is. */
  readonly isHost: boolean;

  /** The function's index in the module that defines or first imported it. */
  readonly index: number;

  constructor(call: WordFunction, signature: string, index: number, isHost = false) {
    this.index = index;
    this.isHost = isHost;
    this.call = call;
    this.signature = signature;
    this.type = typeNumber(signature);
  }
}

const numbers = new Map<string, number>();

/** A number of a function type, the same in all modules. */
export function typeNumber(signature: string): number {
  let number = numbers.get(signature);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(signature, number);
  }
  return number;
}
