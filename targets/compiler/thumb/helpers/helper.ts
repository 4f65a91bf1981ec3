// The form of a hand-written routine of the native tier. Routines are text in the assembler's notation (GNU unified syntax), and only those
// that a program calls become part of its image.

/** A unit of text with one or more routines in it. */
export interface Helper {
  /** The labels that other code calls. The first one names the unit. */
  readonly entries: readonly string[];
  /** Starts at a multiple of 4. Independent of its position. Its literals are at its end. */
  readonly text: string;
  /** Registers that any of its routines may change, beside the flags. */
  readonly clobbers: readonly string[];
  /** Entries of other units that it calls or branches to. */
  readonly calls: readonly string[];
  /** Bytes of the C stack that it takes, those of what it calls included. */
  readonly stackBytes: number;
}
