// Writes the output files that the user names.

import { writeFileSync } from 'node:fs';
import { unwritable } from './file-error.js';

/** Throws a CommandError if it cannot be written. */
export function writeOutput(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw unwritable(file, error);
  }
}
