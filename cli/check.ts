// `tazzina check`: whether modules fit a board, before anything is flashed.

import { basename } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { Board } from '../boards/index.js';
import { EngineError } from '../src/index.js';
import { analyseModule } from '../targets/analysis/analysis.js';
import { buildProgram } from '../targets/board/build.js';
import { BuildError } from '../targets/board/build-error.js';
import { type Budget, budgetOf, Verdict } from '../targets/budget/budget.js';
import { type ReadModule, readModule } from '../targets/module/read-module.js';
import { reportPage } from '../targets/report/page.js';
import { reportOf } from '../targets/report/report-of.js';
import { budgetLines, type ProgramSize } from './budget-text.js';
import { projectBoards } from './configuration-file.js';
import { printError, UsageError } from './errors.js';
import { readModuleFile } from './module-file.js';
import { boardList, namedBoard } from './named-board.js';
import { printText } from './print.js';
import { tune } from './tune.js';
import { writeOutput } from './write-output.js';

interface CheckOptions {
  board?: string;
  allBoards?: boolean;
  tune?: string[];
  margin: number;
  json?: boolean;
  html?: string;
}

/** Of a terminal. */
const COLUMNS = 80;

const DESCRIPTION = 'Reports whether modules fit a board: for each capacity, what is needed and what is available.';

const DETAILS = `
≤ marks an upper bound, which is always enough. ≥ marks a lower bound, which
recursion or a heap may exceed. A figure without a sign is exact.

--tune reads files with the output of "tazzina run FILE --stats --json", one or
more runs per file. It writes capacities for this board and these modules into
tazzina.config.json. Needs that are known exactly are written as they are. The
call depth and the stacks are what the runs used, plus the margin.

Define your own boards and capacities in tazzina.config.ts, .js or .json.

Exit codes: 0 all modules fit; 1 a module does not fit or is not valid; 2 the
command line is wrong.

Examples:
  tazzina check app.wasm --board puckjs
  tazzina check *.wasm --all-boards
  tazzina check app.wasm --board banglejs2 --json
  tazzina check app.wasm --board puckjs --html report.html
  tazzina run app.wasm --capacities puckjs --stats --json > run.json
  tazzina check app.wasm --board puckjs --tune run.json`;

/** The command; `ended` gets the exit code. */
export function createCheckCommand(ended: (exitCode: number) => void): Command {
  return new Command('check')
    .summary('report whether modules fit a board')
    .description(DESCRIPTION)
    .usage('[options] FILE...')
    .argument('<FILE...>', 'modules: .wasm, .wat, or - for standard input')
    .option('-b, --board <name>', 'the board')
    .option('-a, --all-boards', 'print a matrix of modules and boards')
    .option('-t, --tune <runs...>', 'write capacities that are just large enough for these runs')
    .option('--margin <percent>', 'margin on top of what the runs used', percent, 10)
    .option('-j, --json', 'print one line of JSON for each module and board')
    .option('--html <report>', 'write an HTML page: memory maps, deepest call paths, budgets')
    .addHelpText('after', DETAILS)
    .action(async (files: string[], options: CheckOptions) => ended(await check(files, options)));
}

function percent(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('write a whole number of percent');
  return Number(text);
}

async function check(files: string[], options: CheckOptions): Promise<number> {
  let boards: readonly Board[];
  let chosen: readonly Board[];
  try {
    boards = await projectBoards();
    chosen = chooseBoards(boards, options);
  } catch (error) {
    return printError(error, { json: options.json });
  }
  let exitCode = 0;
  const matrix: Checked[] = [];
  for (const file of files) {
    const name = file === '-' ? 'standard input' : file;
    try {
      const read = readModule(await readModuleFile(file, name));
      // One analysis serves all boards: how long the code is depends a little on the memory.
      const analysis = options.allBoards ? analyseModule(read) : undefined;
      const budgets = chosen.map((board) => budgetOf(name, read, board, { boards, analysis }));
      matrix.push({ file: name, budgets });
      // What a tuned board has room for is what this is about.
      if (!options.tune && budgets.some(({ verdict }) => verdict === Verdict.DoesNotFit)) exitCode = 1;
      if (options.tune) continue;
      if (options.allBoards) {
        if (options.json) print(budgets.map((budget) => jsonLine(budget)));
        continue;
      }
      const program = await programSize(read, chosen[0]);
      print(options.json ? [jsonLine(budgets[0], program)] : [...budgetLines(budgets[0], program), '']);
    } catch (error) {
      exitCode = Math.max(exitCode, printError(error, { json: options.json, file: name }));
    }
  }
  if (options.tune && exitCode === 0) return tuneBoard(matrix, chosen[0], options);
  if (options.html !== undefined && matrix.length > 0) {
    const reported = writeReport(options.html, chosen[0], matrix, options);
    exitCode = Math.max(exitCode, reported);
  }
  if (options.allBoards && !options.json) print(matrixLines(matrix, chosen));
  return exitCode;
}

/** Builds the program, as `build` does. */
async function programSize(read: ReadModule, board: Board): Promise<ProgramSize> {
  try {
    const { image, jsVars } = await buildProgram(read, { board, name: 'app', tier: 'js' });
    return { storageBytes: image.files.reduce((sum, file) => sum + file.bytes.length, 0), jsVars };
  } catch (error) {
    if (error instanceof BuildError) return { refusal: error.message, notes: error.notes };
    if (error instanceof EngineError) return { refusal: error.message, notes: [] };
    throw error;
  }
}

async function tuneBoard(matrix: Checked[], board: Board, options: CheckOptions): Promise<number> {
  const { json, margin, tune: runs = [] } = options;
  try {
    const analyses = matrix.map(({ budgets }) => budgets[0].analysis);
    print(await tune(analyses, board, runs, margin, json === true));
    return 0;
  } catch (error) {
    return printError(error, { json });
  }
}

/** Returns the exit code. */
function writeReport(file: string, board: Board, matrix: Checked[], { json }: CheckOptions): number {
  const page = reportPage(
    reportOf(
      board,
      matrix.map(({ budgets }) => budgets[0]),
    ),
  );
  try {
    writeOutput(file, page);
    if (!json) print([`The report is in ${file}`]);
    return 0;
  } catch (error) {
    return printError(error, { json });
  }
}

function chooseBoards(
  boards: readonly Board[],
  { board: name, allBoards, tune, html }: CheckOptions,
): readonly Board[] {
  if (html !== undefined && allBoards) throw new UsageError('--html is for one board: give --board NAME');
  if (html !== undefined && tune) throw new UsageError('--html and --tune exclude each other');
  if (allBoards) {
    if (name !== undefined) throw new UsageError('--board and --all-boards exclude each other');
    if (tune) throw new UsageError('--tune is for one board: give --board NAME');
    return boards;
  }
  if (name === undefined) throw new UsageError('which board? Give --board NAME or --all-boards', [boardList(boards)]);
  return [namedBoard(name, boards)];
}

function print(lines: string[]): void {
  printText(1, lines.map((line) => `${line}\n`).join(''));
}

function jsonLine({ analysis, ...budget }: Budget, program?: ProgramSize): string {
  const { producers, memory, calls, names } = analysis;
  const named = (path: number[]) => path.map((index) => names.get(index) ?? index);
  const recursion = calls.recursion.map((each) => ({ ...each, cycle: named(each.cycle) }));
  const deepest = { calls: named(calls.calls.path), valueSlots: named(calls.valueSlots.path), recursion };
  // Infinity has no place in JSON.
  const rows = budget.rows.map((row) => ({ ...row, share: Number.isFinite(row.share) ? row.share : null }));
  return JSON.stringify({
    ok: budget.verdict !== Verdict.DoesNotFit,
    ...budget,
    rows,
    program,
    producers,
    layout: memory,
    deepest,
  });
}

const MARKS: Record<Verdict, string> = {
  [Verdict.Fits]: 'fits',
  [Verdict.MayFit]: 'may fit',
  [Verdict.DoesNotFit]: '-',
};
const SHORT_MARKS: Record<Verdict, string> = { [Verdict.Fits]: '+', [Verdict.MayFit]: '?', [Verdict.DoesNotFit]: '-' };

interface Checked {
  file: string;
  budgets: Budget[];
}

function matrixLines(matrix: Checked[], boards: readonly Board[]): string[] {
  const names = matrix.map(({ file }) => basename(file));
  const longest = Math.max(...boards.map(({ name }) => name.length));
  const width = names.reduce((sum, name) => sum + Math.max(name.length, 7) + 2, longest);
  if (width > COLUMNS) return numberedLines(matrix, boards);
  const rows = boards.map(({ name }, index) => [name, ...matrix.map(({ budgets }) => MARKS[budgets[index].verdict])]);
  return alignedLines([['', ...names], ...rows]);
}

/** For modules that have no room beside each other: one a line, and the boards by number. */
function numberedLines(matrix: Checked[], boards: readonly Board[]): string[] {
  const legend = boards.map(({ name }, index) => `${String(index + 1).padStart(2)} ${name}`);
  const head = ['', ...boards.map((_, index) => String(index + 1))];
  const rows = matrix.map(({ file, budgets }) => [
    shortened(basename(file), COLUMNS - boards.length * 3),
    ...budgets.map(({ verdict }) => SHORT_MARKS[verdict]),
  ]);
  return ['+ fits, ? may fit, - does not', '', ...columns(legend, 4), '', ...alignedLines([head, ...rows], 1)];
}

function shortened(name: string, length: number): string {
  return name.length <= length ? name : `${name.slice(0, length - 1)}…`;
}

/** In so many columns, read downwards. */
function columns(texts: string[], count: number): string[] {
  const height = Math.ceil(texts.length / count);
  const rows = Array.from({ length: height }, (_, row) => texts.filter((_, index) => index % height === row));
  return alignedLines(rows);
}

function alignedLines(table: string[][], space = 2): string[] {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column]))
      .join(' '.repeat(space))
      .trimEnd(),
  );
}
