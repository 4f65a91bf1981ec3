// The error with which a WASI program ends.

/** proc_exit was called. */
export class ExitError extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`the program ended with exit code ${code}`);
    this.name = 'ExitError';
    this.code = code;
  }
}
