// The refusal of what the back end does not compile.

/** Something that the back end does not compile. */
export class NotCompiled extends Error {
  readonly functionIndex: number;
  /** Byte offset in the module. */
  readonly offset: number;

  constructor(what: string, functionIndex: number, offset: number) {
    super(`machine code does not support ${what} yet: function ${functionIndex}, byte ${offset}`);
    this.name = 'NotCompiled';
    this.functionIndex = functionIndex;
    this.offset = offset;
  }
}
