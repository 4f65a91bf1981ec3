// Reads the files that the command line names. Refuses folders, and devices: some of them never end.

import { readFileSync, statSync } from 'node:fs';
import type { SourceFile } from '../targets/interfaces/source-text.js';
import { CommandError } from './command-error.js';
import { unreadable } from './file-error.js';

/** Throws the CommandError of `readInputFile` for what is no file that can be read: for what is not read here. */
export function requireInput(path: string): void {
  try {
    if (statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The file's bytes. Pipes can be read, too. Throws a CommandError that says why it cannot be read. */
export function readInputFile(file: string): Uint8Array {
  try {
    if (statSync(file).isCharacterDevice())
      throw new CommandError('input', 1, `cannot read ${file}: it is a device, not a file`, []);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw unreadable(file, error);
  }
}

const MAGIC = Buffer.from('\0asm');

/** Throws a CommandError for a module where the command takes `what`, which is JavaScript. */
export function refuseModule(file: string, bytes: Uint8Array, what: string): void {
  if (/\.wat$/i.test(file) || Buffer.from(bytes.subarray(0, 4)).equals(MAGIC))
    throw new CommandError('input', 1, `${file} is a module, not ${what}`, [
      `to check a module: tazzina check ${file}`,
    ]);
}

/** A file of text, with its name for errors. Throws what `readInputFile` throws. */
export const readSourceFile = (name: string): SourceFile => ({
  name,
  text: Buffer.from(readInputFile(name)).toString(),
});
