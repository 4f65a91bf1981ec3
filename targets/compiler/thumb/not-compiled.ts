// The refusal of what the back end does not compile.

/** Something that the back end does not compile. */
export class NotCompiled extends Error {
  /** -1 for what concerns the whole module. */
  readonly functionIndex: number;
  /** Byte offset in the module. */
  readonly offset: number;

  constructor(what: string, functionIndex = -1, offset = 0) {
    const place = functionIndex < 0 ? '' : `: function ${functionIndex}, byte ${offset}`;
    super(`machine code does not support ${what} yet${place}`);
    this.name = 'NotCompiled';
    this.functionIndex = functionIndex;
    this.offset = offset;
  }
}
