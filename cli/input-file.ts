// Reads the files that the command line names. Refuses folders, and devices: some of them never end.

import { existsSync, readFileSync, statSync } from 'node:fs';
import type { SourceFile } from '../targets/interfaces/source-text.js';
import { CommandError } from './errors.js';

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
};

/** Throws the CommandError of `readInputFile` for a file or folder that is not there: for what is not read here. */
export function requireInput(path: string): void {
  if (!existsSync(path)) throw unreadable(path, REASONS.ENOENT);
}

/** The file's bytes. Pipes can be read, too. Throws a CommandError that says why it cannot be read. */
export function readInputFile(file: string): Uint8Array {
  try {
    if (statSync(file).isCharacterDevice()) throw unreadable(file, 'it is a device, not a file');
    return readFileSync(file);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw unreadable(file, REASONS[code] ?? message);
  }
}

/** A file of text, with its name for errors. Throws what `readInputFile` throws. */
export const readSourceFile = (name: string): SourceFile => ({
  name,
  text: Buffer.from(readInputFile(name)).toString(),
});

const unreadable = (file: string, why: string) => new CommandError('input', 1, `cannot read ${file}: ${why}`, []);
