// Writes the output files that the user names.

import { writeFileSync } from 'node:fs';
import { CommandError } from './errors.js';

/** Throws a CommandError if it cannot be written. */
export function writeOutput(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw new CommandError('output', 1, `cannot write ${file}: ${(error as Error).message}`, []);
  }
}
