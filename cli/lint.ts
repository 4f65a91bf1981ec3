// `tazzina lint`: finds what Espruino cannot parse, lacks, or does differently, in the text of any program for Espruino.

import { Command } from 'commander';
import { type Finding, lint } from '../sim/index.js';
import { readAllStandardInput } from '../targets/node/streams.js';
import { printWarnings } from './command-error.js';
import { projectBoards } from './configuration-file.js';
import { printError } from './errors.js';
import { readInputFile, refuseModule } from './input-file.js';
import { namedBoard } from './named-board.js';
import { printText } from './print.js';

interface LintCommandOptions {
  board?: string;
  allow?: string[];
  json?: boolean;
}

/** Characters of a source line that are printed, in all and before the column. */
const LINE = 100;
const LINE_BEFORE = 60;

const DESCRIPTION =
  'Checks the source of programs for Espruino: finds what Espruino cannot parse, lacks, or does differently.';

const DETAILS = `
An error is code that Espruino refuses, or always executes differently. A
warning is code that means something else in some cases, that is expensive, or
that uses a name which Espruino lacks unless something else defines it. The
check is static: what depends on values, such as a shift count or an index,
only shows when the program runs.

With --board, the command also reports what the firmware of this board leaves
out. --allow suppresses one kind of finding, named by the words in brackets.

Exit codes: 0 no errors; 1 errors found, or a file cannot be read; 2 the command
line is wrong.

Examples:
  tazzina lint app.js
  tazzina lint app.js --board microbit1
  tazzina lint *.js --allow 'inexact literal' --json
  esbuild app.ts --bundle | tazzina lint -`;

/** The command; `ended` gets the exit code. */
export function createLintCommand(ended: (exitCode: number) => void): Command {
  return new Command('lint')
    .description(DESCRIPTION)
    .usage('[options] FILE...')
    .argument('<FILE...>', 'programs for Espruino, or - for standard input')
    .option('-b, --board <name>', "also report what this board's firmware leaves out")
    .option('-a, --allow <kind>', 'suppress this kind of finding (repeatable)', addKind)
    .option('-j, --json', 'print one line of JSON for each finding')
    .addHelpText('after', DETAILS)
    .action(async (files: string[], options: LintCommandOptions) => ended(await lintFiles(files, options)));
}

function addKind(kind: string, kinds: string[] = []): string[] {
  return [...kinds, kind];
}

async function lintFiles(files: string[], options: LintCommandOptions): Promise<number> {
  try {
    const board = options.board === undefined ? undefined : namedBoard(options.board, await projectBoards());
    const all: Finding[] = [];
    const unused = new Set(options.allow);
    for (const file of files) {
      const name = file === '-' ? 'standard input' : file;
      const source = readSource(file);
      const findings = lint(source, { missing: board?.missing, modules: board?.modules }).filter(({ what }) => {
        unused.delete(what);
        return !options.allow?.includes(what);
      });
      all.push(...findings);
      const sourceLines = source.split(/\r?\n/);
      print(findings.flatMap((each) => (options.json ? jsonLine(each, name) : findingLines(each, name, sourceLines))));
    }
    printWarnings([...unused].map((kind) => `--allow ${kind}: there is no finding of this kind`));
    if (!options.json) print([summary(all, files.length)]);
    return all.some(({ severity }) => severity === 'error') ? 1 : 0;
  } catch (error) {
    return printError(error, { json: options.json });
  }
}

function readSource(file: string): string {
  const bytes = file === '-' ? readAllStandardInput() : readInputFile(file);
  refuseModule(file, bytes, 'a program for Espruino');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Bytes that are no text are those of a pretokenised program.
    return Buffer.from(bytes).toString('latin1');
  }
}

function print(lines: string[]): void {
  printText(1, lines.map((line) => `${line}\n`).join(''));
}

function messageOf({ reason, instead }: Finding): string {
  return `${reason}; ${instead}`;
}

function jsonLine(found: Finding, file: string): string {
  const { line, column, what: rule, severity, text } = found;
  return JSON.stringify({ file, line, column, rule, severity, message: messageOf(found), text });
}

/** Formats a finding as compilers do: the problem, the line, and a caret. Of a long line, only the part around the column is shown. */
function findingLines(found: Finding, file: string, sourceLines: string[]): string[] {
  const { line, column, what, severity } = found;
  const from = Math.max(0, column - 1 - LINE_BEFORE);
  const before = sourceLines[line - 1].slice(from, column - 1);
  const text = sourceLines[line - 1].slice(from, from + LINE);
  return [
    `${file}:${line}:${column}: ${severity}: ${messageOf(found)} [${what}]`,
    `  ${text}`,
    `  ${before.replace(/[^\t]/g, ' ')}^`,
  ];
}

function summary(findings: Finding[], files: number): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return `${count(errors, 'error')} and ${count(findings.length - errors, 'warning')} in ${count(files, 'file')}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
