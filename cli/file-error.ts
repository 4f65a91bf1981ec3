// Why a file cannot be read or written, in words instead of the system's codes.

import { CommandError } from './command-error.js';

const REASONS: Record<string, string> = {
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its symbolic links lead back to it',
  ENOTDIR: 'a file is where its path needs a folder',
  ENAMETOOLONG: 'its name is too long',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
};

function reasonOf(error: unknown, absent: string): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? absent : (REASONS[code] ?? message);
}

/** The CommandError for a file that cannot be read. `error` is the system's. */
export const unreadable = (file: string, error: unknown): CommandError =>
  new CommandError('input', 1, `cannot read ${file}: ${reasonOf(error, 'there is no such file')}`, []);

/** The CommandError for output that cannot be written. `to` is a file, or `to` and a folder. */
export const unwritable = (to: string, error: unknown): CommandError =>
  new CommandError('output', 1, `cannot write ${to}: ${reasonOf(error, 'there is no such folder')}`, []);
