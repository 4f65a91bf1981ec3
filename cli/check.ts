// `tazzina check`: whether modules fit a board, before anything is flashed.

import { Command } from 'commander';
import { writeAll } from '../targets/node/streams.js';
import { type Budget, type BudgetBoard, budgetOf, Verdict } from './budget.js';
import { budgetLines } from './budget-text.js';
import { printError, UsageError } from './errors.js';
import { readModule } from './module-file.js';

interface CheckOptions {
  board?: string;
  allBoards?: boolean;
  json?: boolean;
}

const DESCRIPTION = 'Says whether modules fit a board: of each capacity what they need and what there is.';

const DETAILS = `
≤ is a bound that is enough, ≥ one that recursion or a heap may exceed; without a
sign, it is exact.

Exit codes: 0 all fit; 1 one does not, or is no valid module; 2 the command line
is wrong.

Examples:
  tazzina check app.wasm --board puckjs
  tazzina check *.wasm --all-boards
  tazzina check app.wasm --board bangle2 --json`;

/** The command, for these boards; `ended` gets the exit code. */
export function createCheckCommand(boards: readonly BudgetBoard[], ended: (exitCode: number) => void): Command {
  return new Command('check')
    .summary('say whether modules fit a board')
    .description(DESCRIPTION)
    .usage('[options] FILE...')
    .argument('<FILE...>', 'modules: .wasm, .wat, or - for standard input')
    .option('-b, --board <name>', 'the board')
    .option('-a, --all-boards', 'a matrix of modules against all boards')
    .option('-j, --json', 'print one line of JSON for each module and board')
    .addHelpText('after', DETAILS)
    .action(async (files: string[], options: CheckOptions) => ended(await check(boards, files, options)));
}

async function check(boards: readonly BudgetBoard[], files: string[], options: CheckOptions): Promise<number> {
  let chosen: readonly BudgetBoard[];
  try {
    chosen = chooseBoards(boards, options);
  } catch (error) {
    return printError(error, { json: options.json });
  }
  let exitCode = 0;
  const matrix: { file: string; budgets: Budget[] }[] = [];
  for (const file of files) {
    const name = file === '-' ? 'standard input' : file;
    try {
      const bytes = await readModule(file, name);
      const budgets = chosen.map((board) => budgetOf(name, bytes, board));
      matrix.push({ file: name, budgets });
      if (budgets.some(({ verdict }) => verdict === Verdict.DoesNotFit)) exitCode = 1;
      if (options.json) print(budgets.map(jsonLine));
      else if (!options.allBoards) for (const budget of budgets) print([...budgetLines(budget), '']);
    } catch (error) {
      exitCode = Math.max(exitCode, printError(error, { json: options.json, file: name }));
    }
  }
  if (options.allBoards && !options.json) print(matrixLines(matrix, chosen));
  return exitCode;
}

function chooseBoards(
  boards: readonly BudgetBoard[],
  { board: name, allBoards }: CheckOptions,
): readonly BudgetBoard[] {
  const known = `boards: ${boards.map((board) => board.name).join(', ')}`;
  if (allBoards) {
    if (name !== undefined) throw new UsageError('--board and --all-boards exclude each other');
    return boards;
  }
  if (name === undefined) throw new UsageError('which board? Give --board NAME or --all-boards', [known]);
  const found = boards.find((board) => board.name === name);
  if (!found) throw new UsageError(`there is no board ${JSON.stringify(name)}`, [known]);
  return [found];
}

function print(lines: string[]): void {
  writeAll(1, Buffer.from(lines.map((line) => `${line}\n`).join('')));
}

function jsonLine({ analysis, ...budget }: Budget): string {
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

function matrixLines(matrix: { file: string; budgets: Budget[] }[], boards: readonly BudgetBoard[]): string[] {
  const head = ['', ...matrix.map(({ file }) => file)];
  const rows = boards.map((board, index) => [
    board.name,
    ...matrix.map(({ budgets }) => MARKS[budgets[index].verdict]),
  ]);
  const widths = head.map((text, column) => Math.max(text.length, ...rows.map((row) => row[column].length)));
  return [head, ...rows].map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}
