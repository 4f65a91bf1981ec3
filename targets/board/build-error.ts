// The error that `build` throws.

import type { ProgramFigures } from './figures.js';

/** The module cannot be built for the board. The notes say what to do, a line each. */
export class BuildError extends Error {
  readonly notes: string[];
  /** Figures of a program that does not fit the board. */
  readonly figures?: ProgramFigures;
  constructor(message: string, notes: string[] = [], figures?: ProgramFigures) {
    super(message);
    this.notes = notes;
    this.figures = figures;
  }
}
