// How a program's machine code gets to where it is executed, and what it works on: data in one piece, which stay where they are. What is
// here runs when the program starts, in a block, and is not kept: functions are constants.
// Written for Espruino: no hoisting, no rest arguments.

// Constants of the build.
declare const CODE_FILE: string;
declare const CODE_SUM: number;
declare const CONTEXT_WORDS: number;
/** Offsets of machine code, with the Thumb bit. */
declare const LOCK: number;
declare const STACK_POINTER: number;
declare const IMPORT_BRIDGE: number;
/** Whether there are imports, which may call exports. */
declare const NESTS: boolean;
/** Words of the context. */
declare const STACK_LIMIT: number;
declare const MEMORY_BASE: number;
declare const FIRMWARE_TABLE: number;
declare const BRIDGE: number;
declare const IMPORT_LIST: number;
declare const IMAGE_BASE: number;
declare const STASH: number;
/** Whether calls can run in slices; then, the byte offset of what is saved of them in the context, and bytes of stack that they take. */
declare const RESUMABLE: boolean;
declare const STASH_AT: number;
declare const SLICE_DEPTH: number;
declare const SLICE_DEPTH_WORD: number;
/** VerificationLevel. */
declare const VERIFICATION: number;
/** Bytes that must be free below the lowest stack pointer of a call, and bytes of the whole C stack. */
declare const STACK_RESERVE: number;
declare const STACK_BYTES: number;
/** Espruino's own. */
declare const E: {
  CRC32(data: string): number;
  getAddressOf(value: unknown, flat: boolean): number;
  toFlatString(text: string): string | undefined;
  nativeCall(address: number, signature: string): (...values: number[]) => number;
};
declare const process: {
  env: { EXPTR: number };
  memory(): { blocksize: number; stackEndAddress?: number };
};
/** `require`, by a name that bundling leaves alone. */
declare function BOARD_REQUIRE(name: 'Storage'): { read(name: string): string | undefined };
// Written by the build.
declare const context: Int32Array;
declare const bytes: Uint8Array;
declare let machineCode: string;
declare let placedCode: string;

const addressOf = (data: unknown): number => {
  const address = E.getAddressOf(data, true);
  if (!address) throw new Error('the free RAM is in pieces, and machine code needs it in one: reset the board');
  return address;
};

const stored = BOARD_REQUIRE('Storage').read(CODE_FILE);
if (!stored || E.CRC32(stored) !== CODE_SUM)
  throw new Error('Storage file ' + CODE_FILE + ' is damaged: write it again');
// In place where the processor reads Storage by address, or else a copy.
const inPlace = E.getAddressOf(stored, true);
const copy = inPlace ? '' : E.toFlatString(stored);
if (VERIFICATION > 0) machineCode = copy || stored;
if (RESUMABLE) placedCode = copy || stored;
export const base = inPlace || addressOf(copy);
const contextAddress = addressOf(context);

/** Machine code as a function: the context is its first argument already. */
export const native = (offset: number, signature: string): ((...values: number[]) => number) =>
  E.nativeCall(base + offset, signature).bind(undefined, contextAddress);

/** Locks memory, because E.defrag moves all other memory. `called` are the function that throws for a trap, and the imports. */
export const prepare = (called: (() => unknown)[]): void => {
  context[FIRMWARE_TABLE] = process.env.EXPTR;
  const lock = native(LOCK, 'void(int,int)');
  const board = process.memory();
  const block = board.blocksize;
  lock(contextAddress - block);
  lock(addressOf(bytes) - block);
  if (!inPlace) lock(base - block);
  const list = CONTEXT_WORDS - called.length;
  for (let index = 0; index < called.length; index++) {
    context[list + index] = E.getAddressOf(called[index], false);
    lock(context[list + index]);
  }
  context[MEMORY_BASE] = addressOf(bytes);
  context[IMPORT_LIST] = contextAddress + list * 4;
  if (RESUMABLE) {
    context[IMAGE_BASE] = base;
    context[STASH] = contextAddress + STASH_AT;
    context[SLICE_DEPTH_WORD] = SLICE_DEPTH;
  }
  if (NESTS) context[BRIDGE] = base + IMPORT_BRIDGE;
  const lowest = board.stackEndAddress || native(STACK_POINTER, 'int(int)')() - STACK_BYTES;
  context[STACK_LIMIT] = lowest + STACK_RESERVE;
};
