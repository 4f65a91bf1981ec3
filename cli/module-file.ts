// Reads the module that the command line names: a file or standard input, binary or text.

import { readFileSync } from 'node:fs';
import { assembleText, isTextFormat } from '../targets/module/text-format.js';
import { readAllStandardInput } from '../targets/node/streams.js';
import { CommandError } from './errors.js';

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
};

/** The binary of a module; `name` is for messages. */
export async function readModuleFile(file: string, name: string): Promise<Uint8Array> {
  const bytes = read(file, name);
  if (bytes.length === 0) throw new CommandError('input', 1, `${name} is empty`, []);
  return isTextFormat(file, bytes) ? assembleText(bytes, name) : bytes;
}

function read(file: string, name: string): Uint8Array {
  try {
    return file === '-' ? readAllStandardInput() : readFileSync(file);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new CommandError('input', 1, `cannot read ${file === '-' ? name : file}: ${REASONS[code] ?? message}`, []);
  }
}
