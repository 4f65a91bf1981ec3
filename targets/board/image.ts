// The files that a program has in the Storage of a board.

import type { JsVarPart, StackFigures } from './figures.js';

export interface StorageFile {
  /** Name in Storage, at most 28 characters. */
  name: string;
  bytes: Uint8Array;
}

export interface BoardImage {
  /** Name of the program, by which `require` finds it on the board. */
  name: string;
  /** Key of the board it was built for. */
  board: string;
  /** Files in the order in which they are written: the one that starts the program is last. */
  files: StorageFile[];
}

/** The part of linear memory that exists. Accesses to all other addresses trap. */
export interface MemoryWindow {
  /** The first address: a multiple of 8. */
  start: number;
  /** A multiple of 8, and not 0. */
  bytes: number;
}

/** The sizes that a program provides. */
export interface ProgramSizes {
  memory: MemoryWindow;
  callDepth: number;
  valueSlots: number;
  tableEntries: number;
}

/** The output of a tier for a module, whether or not it fits the board. */
export interface TierProgram {
  /** Files, as in a BoardImage. */
  files: StorageFile[];
  /** That the program takes on the board: an estimate but for the buffers. */
  jsVarParts: JsVarPart[];
  /** C stack of calls, if they use it. */
  stack?: StackFigures;
  jitted?: JittedFunction[];
  /** Functions that it does not get although it was to get some. */
  notJitted?: FunctionWithReason[];
  /** Warnings about a program that was built all the same. */
  warnings?: string[];
  /** Warnings for the user before the program is flashed. */
  cautions?: string[];
}

/** A function that the compiler on the board gets, and about how many bytes of code it makes of it. */
export interface JittedFunction {
  index: number;
  name: string;
  bytes: number;
}

export interface FunctionWithReason {
  index: number;
  /** '' where it has none. */
  name: string;
  why: string;
}
