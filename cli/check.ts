// `tazzina check`: whether modules fit a board, before anything is flashed.

import { Command, InvalidArgumentError } from 'commander';
import type { Board } from '../boards/index.js';
import { analyseModule } from '../targets/analysis/analysis.js';
import type { BuildOptions } from '../targets/board/build.js';
import { BuildError } from '../targets/board/build-error.js';
import { adviceFor } from '../targets/budget/advice.js';
import { budgetOf } from '../targets/budget/budget.js';
import { decideLoaded } from '../targets/budget/loaded-verdict.js';
import { type Decision, decide, Verdict } from '../targets/budget/verdict.js';
import { type ReadModule, readModule } from '../targets/module/read-module.js';
import { reportPage } from '../targets/report/page.js';
import { reportOf } from '../targets/report/report-of.js';
import { checkProgram } from './check-program.js';
import { UsageError } from './command-error.js';
import { projectBoards } from './configuration-file.js';
import { printError } from './errors.js';
import { readModuleFile, type WorldOf } from './module-file.js';
import { importsFor } from './module-program.js';
import { boardList, namedBoard } from './named-board.js';
import { printText } from './print.js';
import { chosenName, derivedName } from './program-name.js';
import { addProgramOptions, moduleOptions, type ProgramOptions, runtimeCapacities } from './program-options.js';
import { isEspruinoProgram, takesModules } from './program-with-modules.js';
import { stubOption, writeStub } from './stub.js';
import { tune } from './tune.js';
import { boundModule } from './typed-interface.js';
import { matrixLines } from './verdict-matrix.js';
import { type Checked, jsonLine, verdictLines } from './verdict-text.js';
import { writeOutput } from './write-output.js';

interface CheckOptions extends ProgramOptions {
  board?: string;
  allBoards?: boolean;
  tune?: string[];
  margin?: number;
  json?: boolean;
  html?: string;
  stub?: string;
}

/** Per cent that --tune adds to what the runs used. */
const MARGIN = 10;

const DESCRIPTION =
  'Reports whether modules, or programs that require them, fit a board: what build writes, and what that takes of the board.';

const DETAILS = `
The module is built as "tazzina build" builds it with the same options. It fits
if build writes it, may fit if recursion or a heap may need more than there is,
and does not fit if build refuses it.

--tier interp and --runtime full also print the capacities of the engine. There,
≤ marks an upper bound, which is always enough. ≥ marks a lower bound, which
recursion or a heap may exceed. A figure without a sign is exact.

--tune reads files with the output of "tazzina run FILE --stats --json", one or
more runs per file. It writes capacities for this board and these modules into
tazzina.config.json. Needs that are known exactly are written as they are. The
call depth and the stacks are what the runs used, plus the margin.

Define your own boards and capacities in tazzina.config.ts, .js or .json.

Exit codes: 0 all modules fit or may fit; 1 a module does not fit or is not
valid; 2 the command line is wrong.

Examples:
  tazzina check app.wasm --board puckjs
  tazzina check *.wasm --all-boards
  tazzina check app.wasm --board puckjs --memory 2048 --resumable
  tazzina check app.wasm --board banglejs2 --json
  tazzina check app.wasm --board puckjs --html report.html
  tazzina run app.wasm --capacities puckjs --stats --json > run.json
  tazzina check app.wasm --board puckjs --tune run.json`;

/** The command; `ended` gets the exit code. */
export function createCheckCommand(ended: (exitCode: number) => void): Command {
  const command = new Command('check')
    .description(DESCRIPTION)
    .usage('[options] FILE...')
    .argument('[FILE...]', 'modules: .wasm, .wat, or - for standard input; or programs: .js')
    .option('-b, --board <name>', 'the board')
    .option('-a, --all-boards', 'print a matrix of modules and boards');
  return addProgramOptions(command)
    .option('--tune <runs...>', 'write capacities that are just large enough for these runs')
    .option('--margin <percent>', `margin on top of what the runs used (default: ${MARGIN})`, percent)
    .option('-j, --json', 'print one line of JSON for each module and board')
    .option('--html <report>', 'write an HTML page: memory maps, deepest call paths, budgets')
    .addOption(stubOption())
    .addHelpText('after', DETAILS)
    .action(async (files: string[], options: CheckOptions) => ended(await check(files, options)));
}

function percent(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('write a whole number of percent');
  return Number(text);
}

async function check(files: string[], options: CheckOptions): Promise<number> {
  const { json, tune: runs } = options;
  let boards: readonly Board[];
  let chosen: readonly Board[];
  try {
    boards = await projectBoards();
    chosen = chooseBoards(boards, options);
    // Refuses what excludes each other, before any module is read.
    howToBuild(options);
    if (options.stub !== undefined) {
      if (files.length > 1 || options.allBoards) throw new UsageError('--stub is for one module and one board');
      await writeStub(files[0], options.stub, chosen[0], options);
      return 0;
    }
  } catch (error) {
    return printError(error, { json, file: files[0] });
  }
  let exitCode = 0;
  const modules: ReadModule[] = [];
  const matrix: Checked[][] = [];
  for (const file of files) {
    const name = file === '-' ? 'standard input' : file;
    try {
      const isProgram = isEspruinoProgram(file) && takesModules(file, options.module);
      const checked: Checked[] = [];
      if (isProgram) {
        if (runs || options.html !== undefined)
          throw new UsageError(`--${runs ? 'tune' : 'html'} is for modules: give those of the program`);
        for (const board of chosen) checked.push(await checkProgram(file, board, options));
      } else {
        const { bytes, world } = await readModuleFile(file, name, options);
        const read = readModule(bytes);
        modules.push(read);
        if (runs) continue;
        for (const board of chosen) checked.push(await checkOne({ file, name, read, world }, board, boards, options));
      }
      matrix.push(checked);
      if (checked.some(({ decision }) => decision.verdict === Verdict.DoesNotFit)) exitCode = 1;
      if (json) print(checked.map(jsonLine));
      else if (!options.allBoards) print([...verdictLines(checked[0]), '']);
    } catch (error) {
      exitCode = Math.max(exitCode, printError(error, { json, file: name }));
    }
  }
  if (runs && exitCode === 0) return tuneBoard(modules, chosen[0], runs, options);
  if (options.html !== undefined && matrix.length > 0) {
    const reported = writeReport(
      options.html,
      matrix.map(([checked]) => checked),
      options,
    );
    exitCode = Math.max(exitCode, reported);
  }
  if (options.allBoards && !json) print(matrixLines(matrix, chosen));
  return exitCode;
}

/** Throws UsageError. */
function howToBuild(options: CheckOptions): Omit<BuildOptions, 'board' | 'name'> {
  if (options.runtime !== 'full') return moduleOptions(options);
  runtimeCapacities(options);
  return { tier: 'interp' };
}

interface Given {
  file: string;
  name: string;
  read: ReadModule;
  /** The module's own interface, if it has one. */
  world: WorldOf | undefined;
}

async function checkOne(
  { file, name, read, world }: Given,
  board: Board,
  boards: readonly Board[],
  options: CheckOptions,
): Promise<Checked> {
  if (options.runtime === 'full') {
    const decision = await decideLoaded(name, read, { board, boards, capacities: runtimeCapacities(options) });
    const { budget } = decision;
    return {
      file: name,
      board,
      options: { board, name: 'tazzina', tier: 'interp' },
      read,
      decision,
      budget,
      remedies: budget?.remedies ?? [],
    };
  }
  const program = options.name === undefined ? derivedName(file, board) : chosenName(file, options.name, board);
  const how: BuildOptions = { ...howToBuild(options), board, name: program };
  const wantsBudget = how.tier === 'interp' || options.html !== undefined;
  const budget = wantsBudget ? budgetOf(name, read, board) : undefined;
  let given: Awaited<ReturnType<typeof importsFor>>;
  try {
    given = await importsFor(board, boundModule(read, options, world), options.imports);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    const decision: Decision = { verdict: Verdict.DoesNotFit, refusal: error, doubts: [] };
    return { file: name, board, options: how, read, decision, budget, remedies: [] };
  }
  const build: BuildOptions = { ...how, ...given };
  const decision = await decide(read, build);
  const wantsAdvice = !options.allBoards;
  const remedies = wantsAdvice ? await adviceFor(read, decision, build, boards) : [];
  return { file: name, board, options: build, read, decision, budget, remedies };
}

async function tuneBoard(
  modules: readonly ReadModule[],
  board: Board,
  runs: readonly string[],
  { json, margin }: CheckOptions,
): Promise<number> {
  try {
    const analyses = modules.map((read) => analyseModule(read, { memoryBytes: board.capacities.memoryBytes }));
    print(await tune(analyses, board, runs, margin ?? MARGIN, json === true));
    return 0;
  } catch (error) {
    return printError(error, { json });
  }
}

/** Returns the exit code. */
function writeReport(file: string, checked: readonly Checked[], { json }: CheckOptions): number {
  const [{ board }] = checked;
  const page = reportPage(
    reportOf(
      board,
      checked.map(({ budget, decision, remedies }) => ({ budget: budget!, decision, remedies })),
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
  { board: name, allBoards, tune, margin, html, runtime }: CheckOptions,
): readonly Board[] {
  if (margin !== undefined && !tune) throw new UsageError('--margin is for --tune: give --tune RUN');
  if (html !== undefined && allBoards) throw new UsageError('--html is for one board: give --board NAME');
  if (html !== undefined && tune) throw new UsageError('--html and --tune exclude each other');
  if (html !== undefined && runtime === 'full')
    throw new UsageError('--html draws what build writes for a module: leave out --runtime full');
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
