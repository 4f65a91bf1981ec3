// The error that `build` throws.

/** The module cannot be built for the board. The notes say what to do, a line each. */
export class BuildError extends Error {
  readonly notes: string[];
  constructor(message: string, notes: string[] = []) {
    super(message);
    this.notes = notes;
  }
}
