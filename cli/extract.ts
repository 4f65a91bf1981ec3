// `tazzina extract`: writes a module that is within another file.

import { Command } from 'commander';
import { embeddedModules } from '../targets/module/embedded-modules.js';
import { readAllStandardInput } from '../targets/node/streams.js';
import { CommandError, UsageError } from './command-error.js';
import { printError } from './errors.js';
import { readInputFile } from './input-file.js';
import { isCoreModule } from './module-file.js';
import { printText } from './print.js';
import { writeOutput } from './write-output.js';

interface ExtractOptions {
  output?: string;
  index?: string;
}

const DESCRIPTION =
  'Writes a module that is within another file: JavaScript of an npm package, a gzip file, a component.';

const DETAILS = `
In JavaScript, modules are found as base64, as numbers and as hexadecimal
digits. Without --output, the command lists what it finds. Of several modules,
the largest is written, or that of --index.

Exit codes: 0 success; 1 no module is found, or it cannot be written; 2 the
command line is wrong.

Examples:
  tazzina extract node_modules/siphash24/siphash24.js
  tazzina extract bundle.js -o app.wasm
  tazzina extract bundle.js --index 2 -o second.wasm`;

/** The command; `ended` gets the exit code. */
export function createExtractCommand(ended: (exitCode: number) => void): Command {
  return new Command('extract')
    .description(DESCRIPTION)
    .usage('FILE [-o FILE]')
    .argument('<FILE>', 'JavaScript, a gzip file, a component, or - for standard input')
    .option('-o, --output <file>', 'file to write')
    .option('--index <n>', 'which of several modules, from 1')
    .addHelpText('after', DETAILS)
    .action((file: string, options: ExtractOptions) => ended(extract(file, options)));
}

function extract(file: string, { output, index }: ExtractOptions): number {
  try {
    const bytes = file === '-' ? readAllStandardInput() : readInputFile(file);
    const found = embeddedModules(bytes);
    if (found.length === 0 && isCoreModule(bytes))
      throw new CommandError('input', 1, `${file} is a module itself`, ['use it as it is: tazzina check FILE']);
    if (found.length === 0)
      throw new CommandError('input', 1, `no module is found in ${file}`, [
        'a package may load its module from a file beside it: look for .wasm',
      ]);
    if (output === undefined) {
      printText(1, found.map(({ length }, at) => `${at + 1}: a module of ${length} bytes\n`).join(''));
      return 0;
    }
    const module = index === undefined ? largest(found) : found[Number(index) - 1];
    if (module === undefined)
      throw new UsageError(
        `--index ${index}: ${file} has ${found.length === 1 ? '1 module' : `${found.length} modules`}`,
      );
    writeOutput(output, module);
    printText(1, `${output}: ${module.length} bytes\n`);
    return 0;
  } catch (error) {
    return printError(error, { file });
  }
}

const largest = (modules: readonly Uint8Array[]) =>
  modules.reduce((most, each) => (each.length > most.length ? each : most));
