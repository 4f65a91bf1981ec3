// The errors of the command line itself, and warnings. Reports of them, and of what the engine throws, are in errors.ts: it is loaded where
// there is one to print, since it knows all parts that throw.

import type { BuildError } from '../targets/board/build-error.js';
import { printText } from './print.js';

/** An error of the command line itself. The notes are lines that are printed below it. */
export class CommandError extends Error {
  readonly kind: string;
  readonly notes: string[];
  readonly exitCode: number;
  /** Fields of the JSON line besides kind and message. */
  readonly details: Record<string, unknown>;

  constructor(kind: string, exitCode: number, message: string, notes: string[], details: Record<string, unknown> = {}) {
    super(message);
    this.kind = kind;
    this.exitCode = exitCode;
    this.notes = notes;
    this.details = details;
  }
}

/** Why a program cannot be built; if the board has no room for it, also who says what helps. */
export function buildCommandError({ message, notes, figures }: BuildError): CommandError {
  return new CommandError('build', 1, message, figures ? [...notes, 'see tazzina check for what helps'] : notes);
}

/** The command line asks for something that there is not. */
export class UsageError extends CommandError {
  constructor(message: string, notes: string[] = []) {
    super('usage', 2, message, notes);
  }
}

/** Whether nobody reads any more what is printed. */
export function isBrokenPipe(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPIPE';
}

/** To standard error: standard output is the program's, or JSON. */
export function printWarnings(warnings: readonly string[]): void {
  if (warnings.length > 0) printText(2, warnings.map((each) => `warning: ${each}\n`).join(''));
}
