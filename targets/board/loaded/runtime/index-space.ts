// The full runtime: the index spaces of a module.

declare const GLOBALS: number;
declare const ELEMENT_SEGMENTS: number;

/** How many there are of each kind. */
export enum Count {
  Functions = 0,
  Tables = 1,
  Memories = 2,
  Globals = 3,
  Elements = 4,
  /** The count in the data count section, -1 without one. */
  Data = 5,
  /** Data segments that were read. */
  DataRead = 6,
  ImportedFunctions = 7,
  /** Bytes of memory before it grows: lowering a body again writes the same code. */
  LeastMemory = 8,
  Size = 9,
}

export const counts = new Int32Array(Count.Size);
/** 128 is added for one that is mutable. */
export const globalTypes = new Uint8Array(GLOBALS);
export const elementTypes = new Uint8Array(ELEMENT_SEGMENTS);
