// The interface through which a host function on the board reaches the program that calls it.

/** Made by the runtime of each tier; the same for all host functions of a program. */
export interface Host {
  /** A view of linear memory; traps as out of bounds if it is not all there. Not to be kept: memory may grow. */
  bytes(pointer: number, length: number): Uint8Array;
  /** High word of the i64 that a host function returns; the low word is what it returns. */
  high: number;
  /** Calls the function in table 0 at `index`, when nothing else of the program runs. Integers are i32, the rest is converted. */
  callTable(index: number, ...values: number[]): void;
  /** Calls an export. */
  callExport(name: string, ...values: number[]): void;
  /** Ends the running call with an error. Does not return. */
  fail(message: string): never;
  /** Ends the program, as WASI's proc_exit does. Does not return. */
  exit(code: number): never;
}

/** One row of the table of host functions. */
export interface HostFunctionRow {
  /** Module of the import: `espruino`, `env` or `wasi_snapshot_preview1`. */
  module: string;
  name: string;
  /** Letters as in `Engine.defineFunction`: i i32, I i64, f f32, F f64. */
  parameters: string;
  results: string;
  /** Names of the parameters, for the types of other languages and the documentation. */
  parameterNames: readonly string[];
  /** The effect in one or two sentences, with units. */
  summary: string;
  /** The feature of Espruino that the function needs and some boards lack, as in `missing` of a board: 'Bangle', 'g', 'I2C', … */
  feature?: string;
  /** Name of the implementation in implementations.ts: a program's bundle has only those that it imports. */
  implementation: string;
}
