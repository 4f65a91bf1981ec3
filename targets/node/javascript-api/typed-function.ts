// Functions whose type is known: those that instances export, of whichever namespace, and host functions that are declared with
// a type. A call from one instance into another passes bits, since a JavaScript number does not keep those of every NaN.

export interface TypedFunction {
  /** `parameters:results` in letters: `i` i32, `I` i64, `f` f32, `F` f64, `r` funcref, `R` externref. */
  readonly signature: string;
  /** An instance exports it: a funcref may be it. */
  readonly isExported: boolean;
  /**
   * Calls it. Of value number i, `words[2 * i]` and the next word have the bits, or `references[i]` the reference as a
   * JavaScript value: arguments before the call, results after it. Throws the errors of the JavaScript interface.
   */
  callBits(words: Int32Array, references: unknown[]): void;
}

const typed = new WeakMap<object, TypedFunction>();

/** Says what the type of a function object is, and how it is called with bits. */
export function declareType(object: object, type: TypedFunction): void {
  typed.set(object, type);
}

/** Returns the type and the calls of a function object, null for a JavaScript function without a type. */
export function typedFunction(value: unknown): TypedFunction | null {
  return typeof value === 'function' ? (typed.get(value) ?? null) : null;
}

export function isExportedFunction(value: unknown): value is (...values: unknown[]) => unknown {
  return typedFunction(value)?.isExported === true;
}

export const NO_FUNCREF = 'a funcref must be null or an exported WebAssembly function';

/** Room for the arguments and the results of a call. */
export function callWords(parameters: string, results: string): Int32Array {
  return new Int32Array(2 * Math.max(parameters.length, results.length));
}
