// Errors of a typed interface, or of a module that does not have it.

/** An error in a text, with its place; or an error of a module: the declared and the actual type. */
export class InterfaceError extends Error {
  /** Lines below it that say what to do. */
  readonly notes: readonly string[];

  constructor(message: string, notes: readonly string[] = []) {
    super(message);
    this.notes = notes;
  }
}
