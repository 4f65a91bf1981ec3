// What is wrong with a typed interface, or with a module that does not have it.

/** Of text: what, and where in it. Of a module: what is declared, and what is there. */
export class InterfaceError extends Error {
  /** Lines below it that say what to do. */
  readonly notes: readonly string[];

  constructor(message: string, notes: readonly string[] = []) {
    super(message);
    this.notes = notes;
  }
}
