// `--stub`: writes a file of JavaScript that gives what a module imports and the board lacks, for `--imports` to start from.

import { writeFileSync } from 'node:fs';
import { Option } from 'commander';
import type { Board } from '../boards/index.js';
import { givable, missingHostFunctions } from '../targets/host-functions/missing-host-functions.js';
import { stubText } from '../targets/host-functions/own-imports.js';
import type { BoundFunction, BoundModule } from '../targets/interfaces/bind.js';
import { camelCase, shortName } from '../targets/interfaces/core-names.js';
import { functionText } from '../targets/interfaces/types.js';
import { readModule } from '../targets/module/read-module.js';
import { CommandError, UsageError } from './command-error.js';
import { unwritable } from './file-error.js';
import { readModuleFile } from './module-file.js';
import { printText } from './print.js';
import { boundModule, type InterfaceOptions } from './typed-interface.js';

export function stubOption(): Option {
  return new Option('--stub <file>', 'write a file for --imports to start from, and nothing else');
}

/** Functions of the file do nothing. Throws a UsageError if the board has every import; never overwrites a file. */
export async function writeStub(
  file: string | undefined,
  to: string,
  board: Board,
  options: InterfaceOptions,
): Promise<void> {
  if (file === undefined) throw new UsageError('which module? Give a file');
  const { bytes, world } = await readModuleFile(file, file === '-' ? 'standard input' : file, options);
  const read = readModule(bytes);
  const bound = boundModule(read, options, world);
  const unknown = givable(missingHostFunctions(read, board)).filter((each) => !bound || !isTyped(bound, each));
  const typed = bound?.imports.filter(({ function: { member } }) => member === 'function') ?? [];
  if (unknown.length + typed.length === 0)
    throw new UsageError(`no stub is needed: ${board.name} has all that ${file} imports`);
  try {
    const text = (unknown.length > 0 ? stubText(unknown) : '') + (typed.length > 0 ? typedStubText(typed) : '');
    writeFileSync(to, text, { flag: 'wx' });
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    if (!isThere) throw unwritable(to, error);
    throw new CommandError('output', 1, `${to} is there already: it is not overwritten`, [
      'choose another name, or pass this file with --imports',
    ]);
  }
  const all = unknown.length + typed.length;
  const count = all === 1 ? '1 import' : `${all} imports`;
  printText(1, `${to} gives ${count}: fill it in, and build with --imports ${to}\n`);
}

const isTyped = ({ imports, intrinsics }: BoundModule, { module, name }: { module: string; name: string }): boolean =>
  [...imports, ...intrinsics].some(({ core }) => core.module === module && core.name === name);

/** Functions of a world, which take strings, lists and records: those of an interface are members of an object. */
function typedStubText(imports: readonly BoundFunction[]): string {
  const owners = [...new Set(imports.map((each) => each.interface))];
  const parts = owners.map((owner) => {
    const own = imports.filter((each) => each.interface === owner);
    if (owner.name === '')
      return own
        .map((each) => `// ${functionText(each.function, each.convention)}\nexport function ${signature(each)} {}\n`)
        .join('');
    const members = own.map(
      (each) => `  // ${functionText(each.function, each.convention)}\n  ${signature(each)} {},\n`,
    );
    return `export const ${camelCase(shortName(owner.name))} = {\n${members.join('')}};\n`;
  });
  return `// What the world imports, to be filled in.\n${parts.join('')}`;
}

const signature = ({ function: { name, parameters } }: BoundFunction): string =>
  `${name.includes('-') ? camelCase(name) : name}(${parameters.map((each) => camelCase(each.name)).join(', ')})`;
