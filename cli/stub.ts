// `--stub`: writes a file of JavaScript that gives what a module imports and the board lacks, for `--imports` to start from.

import { writeFileSync } from 'node:fs';
import { Option } from 'commander';
import type { Board } from '../boards/index.js';
import { givable, missingHostFunctions } from '../targets/host-functions/missing-host-functions.js';
import { stubText } from '../targets/host-functions/own-imports.js';
import { readModule } from '../targets/module/read-module.js';
import { CommandError, UsageError } from './errors.js';
import { readModuleFile } from './module-file.js';
import { printText } from './print.js';

export function stubOption(): Option {
  return new Option('--stub <file>', 'write a file for --imports to start from, and nothing else');
}

/** Functions of the file do nothing. Throws a UsageError if the board has every import; never overwrites a file. */
export async function writeStub(file: string | undefined, to: string, board: Board): Promise<void> {
  if (file === undefined) throw new UsageError('which module? Give a file');
  const read = readModule((await readModuleFile(file, file === '-' ? 'standard input' : file)).bytes);
  const unknown = givable(missingHostFunctions(read, board));
  if (unknown.length === 0) throw new UsageError(`no stub is needed: ${board.name} has all that ${file} imports`);
  try {
    writeFileSync(to, stubText(unknown), { flag: 'wx' });
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const message = isThere
      ? `${to} is there already: it is not overwritten`
      : `cannot write ${to}: ${(error as Error).message}`;
    throw new CommandError(
      'output',
      1,
      message,
      isThere ? ['choose another name, or pass this file with --imports'] : [],
    );
  }
  const count = unknown.length === 1 ? '1 import' : `${unknown.length} imports`;
  printText(1, `${to} gives ${count}: fill it in, and build with --imports ${to}\n`);
}
