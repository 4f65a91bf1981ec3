// The contract between an image of machine code and its caller, the same for Espruino and for C: where each word of the context is,
// what the status says, and which registers generated code reserves. Nothing else may rely on these numbers.
//
// An image is position-independent. The caller gives the address of a context to an entry, in r0, and up to three words of arguments
// in r1 to r3; further words, and results that are not one word, lie in the context. An entry returns the first word of the result in
// r0 and sets the status. A trap restores the stack pointer of the entry and leaves the same way.

import type { Trap } from '../../../src/trap.js';
import { Type } from '../intermediate/operation.js';

/** Byte offsets of the words of a context. The runtime loads and stores neighbours at once: the first three; base and size of memory. */
export enum Context {
  /** See `Status`: set before an entry returns. */
  Status = 0,
  /** A `Trap`; valid when the status is a trap. */
  TrapCode = 4,
  /** Offset in the image of the byte behind the call that reported the trap: see `TrapPlace`. */
  TrapPlace = 8,
  /** The stack pointer in the entry, to leave it from any depth. */
  SavedStack = 12,
  /** Lowest stack pointer that a function which may recurse may have when it starts. Set by the caller. */
  StackLimit = 16,
  /** Address of linear memory. Set by the caller. */
  MemoryBase = 20,
  /** Bytes of linear memory. */
  MemorySize = 24,
  /** Bytes that linear memory may grow to: all of them are there. Set by the caller. */
  MemoryMaximum = 28,
  /** Fuel that is left, below 2^31. */
  Fuel = 32,
  /** Address of the firmware's function table. Only the bridge of the board's runtime reads it. */
  FirmwareTable = 36,
  /** Function index of an import that is called. For code of the caller at a trap: see `ThumbOptions.hostText`. */
  ImportNumber = 40,
  /** Address of the function that performs imports: see `importBridge`. Set by the caller. */
  ImportBridge = 44,
  /** Address of the image. Set by every entry. */
  ImageBase = 48,
  /** For the bridge: what JavaScript is to be called. */
  ImportFunction = 52,
  /** Code that yields: address of the saved state, see `Stash`. Set by the caller. */
  Stash = 56,
  /** For the caller. */
  Reserved = 60,
  /**
   * Words of arguments or results, of entries and of imports: as many as any of them has (`ThumbImage.words`). Behind these, each in
   * the order of its index: globals, tables, flags of segments.
   */
  Words = 64,
}

/** Whether the call that runs may yield. */
export enum Slice {
  /** The call runs to its end, or until its fuel is used up. */
  None = 0,
  Running = 1,
  /** A host function does: calls that it makes run to their end, and may take more fuel than there is. */
  Suspended = 2,
}

/** Byte offsets of the words in the block at `Context.Stash`. */
export enum Stash {
  /** See `Slice`. */
  Slice = 0,
  /** Bytes of the frames. */
  Bytes = 4,
  /**
   * Bytes of stack that a call in slices may take until a function tests the stack. Set by the caller; the frames take at most as many,
   * and what the image needs between two tests.
   */
  Depth = 8,
  /** `Context.StackLimit` of calls that do not go in slices. */
  StackLimit = 12,
  Frames = 16,
}

/** Words of arguments or results that an entry or an import may have. */
export const MOST_WORDS = 32;

/** Inside an image, so many words of arguments are passed in r0 to r3, and so many words of results; further ones on the stack. */
export const REGISTER_WORDS = 4;

/** Words of values of these types. */
export function wordCount(types: readonly Type[]): number {
  return types.reduce((sum, type) => sum + (type === Type.F64 ? 2 : 1), 0);
}

/** The values of the status. */
export enum Status {
  Done = 0,
  /** Fuel of a slice is used up. The call goes on in the next slice, when `Context.Fuel` is 0 or more. */
  Yielded = 1,
  /** Fuel is used up, and the call is over. */
  OutOfFuel = 3,
  /** There was no call, because the instance is not started. Only callers in C report this. */
  NotStarted = 4,
  /** And the code of the trap. */
  Trap = 16,
}

/** The status for a trap. */
export function trapStatus(trap: Trap): number {
  return Status.Trap + trap;
}

/** Bytes of a table's descriptor: address of its entries, number of them, number that it may grow to. */
export const TABLE_BYTES = 12;

/** Registers that generated code reserves. */
export enum Reserved {
  Context = 8,
  MemoryBase = 9,
  /** The bytes of linear memory less `MemoryFacts.limitBytes`: the last address from which so many bytes are within memory. */
  MemoryLimit = 10,
  /** Only in code that counts fuel. */
  Fuel = 11,
}
