// `--put`: files that are in the simulated board's Storage besides the program's.

import { InvalidArgumentError } from 'commander';
import type { Board } from '../boards/index.js';
import { type Storage, StorageError } from '../sim/index.js';
import type { StorageFile } from '../targets/board/image.js';
import { CommandError, UsageError } from './command-error.js';
import { readInputFile } from './input-file.js';
import { withArticle } from './named-board.js';

/** Maximum length of a file's name in Storage, in characters of 8 bits: `JSFILE_NAME_LENGTH`, jsflash.h of Espruino 2v29. */
export const LONGEST_FILE_NAME = 28;

/** Adds the NAME=FILE of an option to those before it. */
export function addStoredFile(text: string, files: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('write NAME=FILE');
  return { ...files, [text.slice(0, at)]: text.slice(at + 1) };
}

/** Reads the files of NAME=FILE. Throws a CommandError for what Storage cannot keep. */
export function readStoredFiles(files: Record<string, string>): StorageFile[] {
  return Object.entries(files).map(([name, file]) => {
    if (name.length > LONGEST_FILE_NAME || /[\u0100-\uffff]/.test(name))
      throw new UsageError(`--put: ${JSON.stringify(name)} cannot be the name of a file in Storage`, [
        `it has at most ${LONGEST_FILE_NAME} characters of 8 bits`,
      ]);
    const bytes = readInputFile(file);
    if (bytes.length === 0) throw new CommandError('input', 1, `${file} is empty: Storage has no empty files`, []);
    return { name, bytes };
  });
}

/** Throws a CommandError where the files are larger than the board's Storage. */
export function store(
  storage: Storage,
  files: readonly StorageFile[],
  { title, storage: { bytes: size } }: Board,
): void {
  for (const { name, bytes } of files) {
    try {
      storage.write(name, bytes);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      const { freeBytes } = storage.statistics();
      throw new CommandError(
        'storage',
        1,
        `${JSON.stringify(name)} does not fit into the Storage of ${withArticle(title)}`,
        [`it has ${bytes.length} bytes, and ${freeBytes} of ${size} are free`],
      );
    }
  }
}
