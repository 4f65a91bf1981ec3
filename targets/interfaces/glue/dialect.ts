// The differences between glue for boards and for Node. The rest of the glue is the same text, which calls functions of a runtime that each
// has.

import type { Code } from '../../compiler/javascript/trees/code.js';
import type { BoundFunction } from '../bind.js';

export interface Dialect {
  /** A DataView of linear memory, at each use. */
  view: Code;
  /** The address of its first byte. */
  memoryStart: number;
  /** A 64-bit integer is a pair of words, and no BigInt: lists of them are no typed arrays. */
  pairs: boolean;
  /** The object of what the program exports. */
  exports: Code;
  /** Interfaces are also under their full names. */
  fullNames: boolean;
  /** Returns a function of the core module whose calls may go in slices, for `typedExport` of the runtime. Null where none do. */
  sliced: ((name: string) => Code) | null;
  /** Memory for so many bytes: an address. */
  allocate(bytes: Code, alignment: number): Code;
  /**
   * Allocates for a call that allocates once, for words `at` and `at + 1` of its arguments: returns the address, and the checked place in
   * memory. Null if that makes no difference.
   */
  allocateOnce: ((bytes: () => Code, call: { core: string; at: number }) => { address: Code; checked: Code }) | null;
  /** A statement that copies a list of bytes to a place in memory; null where the runtime has to. */
  copyBytes(bytes: Code, place: Code): Code | null;
  /** Text as a string of its bytes, for `copyBytes`. */
  bytesOfText(text: Code): Code;
  /** A value that has members: a record, tuple, variant or result. */
  members(value: Code): Code;
  /** Integers are converted here: functions of the core module take them as they are. */
  convertsIntegers: boolean;
  /** A function of the core module, by the name of the export. */
  core(name: string): Code;
  /** An exported global variable of the core module: an object with its value. */
  global(name: string): Code;
  /** Returns the exported form of a function. */
  exported(direct: Code): Code;
  /** The user's function that an import calls; of a member of a resource, the interface's class. */
  user(each: BoundFunction): Code;
  /** Arguments are checked: an error says what they have to be. */
  checks: boolean;
  /** Statements at the start of an exported function that allocates. */
  enter: readonly Code[];
}
