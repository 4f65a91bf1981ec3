// `tazzina types`: prints declarations of a board's host functions for a program's language.

import { Command, Option } from 'commander';
import { generateTypes, type Language, languages } from '../targets/host-functions/generate-types.js';
import { printError } from './errors.js';
import { printText } from './print.js';
import { writeOutput } from './write-output.js';

interface TypesOptions {
  language: Language;
  output?: string;
}

const DESCRIPTION =
  'Writes declarations of the host functions of boards: pins, timers, Storage, buses, screen, sensors.';

const DETAILS = `
docs/host-functions.md lists which board has which function. "tazzina check"
checks the imports of a module.

Exit codes: 0 success; 1 the file cannot be written; 2 the command line is
wrong.

Examples:
  tazzina types --language c -o tazzina.h
  tazzina types --language rust -o src/tazzina.rs
  tazzina types --language assemblyscript -o tazzina.ts`;

/** The command; `ended` gets the exit code. */
export function createTypesCommand(ended: (exitCode: number) => void): Command {
  const language = new Option('-l, --language <name>', 'language of the declarations').choices(Object.keys(languages));
  return new Command('types')
    .description(DESCRIPTION)
    .usage('--language NAME [-o FILE]')
    .addOption(language.makeOptionMandatory())
    .option('-o, --output <file>', 'file to write (default: standard output)')
    .addHelpText('after', DETAILS)
    .action((options: TypesOptions) => ended(types(options)));
}

function types({ language, output }: TypesOptions): number {
  const text = generateTypes(language);
  if (output === undefined) {
    printText(1, text);
    return 0;
  }
  try {
    writeOutput(output, text);
    return 0;
  } catch (error) {
    return printError(error, {});
  }
}
