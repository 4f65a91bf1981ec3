// What goes onto a board: files for its Storage.

export interface StorageFile {
  /** Name in Storage, at most 28 characters. */
  name: string;
  bytes: Uint8Array;
}

export interface BoardImage {
  /** Of the program: what `require` finds it under on the board. */
  name: string;
  /** Key of the board it was built for. */
  board: string;
  /** In the order in which they are written: the one that starts the program is last. */
  files: StorageFile[];
}
