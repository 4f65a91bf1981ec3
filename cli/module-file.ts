// Reads the module that the command line names: a file or standard input, binary or text.

import { assembleText, isTextFormat } from '../targets/module/text-format.js';
import { readAllStandardInput } from '../targets/node/streams.js';
import { CommandError } from './errors.js';
import { readInputFile } from './input-file.js';

/** The binary of a module; `name` is for messages. */
export async function readModuleFile(file: string, name: string): Promise<Uint8Array> {
  const bytes = file === '-' ? readAllStandardInput() : readInputFile(file);
  if (bytes.length === 0) throw new CommandError('input', 1, `${name} is empty`, []);
  return isTextFormat(file, bytes) ? assembleText(bytes, name) : bytes;
}
