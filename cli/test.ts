// `tazzina test`: runs programs for Espruino on a simulated board, each on a board of its own, and tells which of them fail.

import { Command } from 'commander';
import type { Board } from '../boards/index.js';
import {
  InputError,
  type InputEvent,
  type Outlines,
  SimulatedBoard,
  SimulationError,
  secondsOf,
} from '../sim/index.js';
import type { StorageFile } from '../targets/board/image.js';
import { onBoard } from '../targets/board/program-parts.js';
import { projectBoards } from './configuration-file.js';
import { printError } from './errors.js';
import { EVENTS_HELP, eventsBeside, eventsIn } from './events-option.js';
import { readInputFile, refuseModule } from './input-file.js';
import { namedBoard } from './named-board.js';
import { printText } from './print.js';
import { addStoredFile, readStoredFiles, store } from './stored-file.js';
import { outlinesIn, vectorFontOption } from './vector-font-option.js';
import { blockLimits, seconds, watchdogOption } from './watchdog-option.js';
import { writeOutput } from './write-output.js';

interface TestCommandOptions {
  board: string;
  seconds?: number;
  watchdog?: number;
  vectorFont?: string;
  put?: Record<string, string>;
  json?: boolean;
  junit?: string;
}

interface TestResult {
  file: string;
  /** Why it failed; undefined if it passed. */
  failure: string | undefined;
  /** The test's output. */
  output: string;
  /** Estimated, of the board's time. */
  seconds: number;
  jsVars: number;
}

/** Duration in the board's time, during which timers run. */
const DEFAULT_SECONDS = 60;

/** Lines of its output that are printed of a program that fails: an error in a timer repeats. */
const MOST_LINES = 40;

const DESCRIPTION = 'Runs programs for Espruino as tests, each on a simulated board of its own.';

const DETAILS = `
A program fails if it throws an error that it does not catch, if the board
cannot run it, or if it leaves a variable \`result\` whose value is false. This is
what Espruino's own tests do, so they run unchanged. The output of programs that
fail is printed, up to its last ${MOST_LINES} lines.

If a file NAME.events lies beside NAME.js, its events happen outside the board
while the program runs. An error of what \`run\` evaluates makes the test fail.

${EVENTS_HELP}

Exit codes: 0 all programs pass; 1 some fail, or a file cannot be read; 2 the
command line is wrong.

Examples:
  tazzina test test/*.js
  tazzina test test/*.js --board puckjs --seconds 10
  tazzina test test/*.js --junit report.xml`;

/** The command; `ended` gets the exit code. */
export function createTestCommand(ended: (exitCode: number) => void): Command {
  return new Command('test')
    .description(DESCRIPTION)
    .usage('[options] FILE...')
    .argument('<FILE...>', 'programs for Espruino')
    .option('-b, --board <name>', 'the board', 'banglejs2')
    .option(
      '-s, --seconds <seconds>',
      `how long timers go on, in seconds of the board's time (default: ${DEFAULT_SECONDS})`,
      seconds,
    )
    .addOption(watchdogOption())
    .option('--put <name=file>', 'put a file into Storage (repeatable)', addStoredFile)
    .addOption(vectorFontOption())
    .option('-j, --json', 'print one line of JSON for each program')
    .option('--junit <file>', 'also write the results to a file in the JUnit format')
    .addHelpText('after', DETAILS)
    .action(async (files: string[], options: TestCommandOptions) => ended(await testFiles(files, options)));
}

async function testFiles(files: string[], options: TestCommandOptions): Promise<number> {
  try {
    const board = namedBoard(options.board, await projectBoards());
    const vectorFont = outlinesIn(options.vectorFont);
    const stored = readStoredFiles(options.put ?? {});
    const results: TestResult[] = [];
    for (const file of files) {
      const bytes = readInputFile(file);
      refuseModule(file, bytes, 'a program for Espruino');
      const source = Buffer.from(bytes).toString('latin1');
      const events = eventsIn(eventsBeside(file));
      const result = readable(testProgram(file, source, board, { ...options, vectorFont, stored, events }));
      results.push(result);
      printText(1, options.json ? `${jsonLine(result)}\n` : textOf(result));
    }
    const failed = results.filter(({ failure }) => failure !== undefined).length;
    if (!options.json) printText(1, `${results.length - failed} of ${results.length} programs pass\n`);
    if (options.junit !== undefined) writeOutput(options.junit, junit(results));
    return failed > 0 ? 1 : 0;
  } catch (error) {
    return printError(error, { json: options.json });
  }
}

/** `source` has a character for each byte, as Espruino reads it. */
function testProgram(
  file: string,
  source: string,
  board: Board,
  options: Pick<TestCommandOptions, 'seconds' | 'watchdog'> & {
    vectorFont?: Outlines;
    stored: readonly StorageFile[];
    events: readonly InputEvent[];
  },
): TestResult {
  let failure: string | undefined;
  const simulated = new SimulatedBoard(board, {
    ...blockLimits(options.watchdog),
    vectorFont: options.vectorFont,
    handles: (error) => {
      failure ??= `Uncaught ${error}`;
      return false;
    },
  });
  store(simulated.storage, options.stored, board);
  simulated.schedule(options.events);
  try {
    simulated.run(source, { file: onBoard(file) });
    simulated.runUntilIdle((options.seconds ?? DEFAULT_SECONDS) * 1000);
  } catch (error) {
    if (!(error instanceof SimulationError || error instanceof InputError)) throw error;
    failure = error.message;
  }
  const { global } = simulated.realm;
  if (failure === undefined && 'result' in global && !global.result) failure = 'its result is not true';
  const taken = secondsOf(simulated.checks.c, board.clock);
  return { file, failure, output: simulated.output, seconds: taken, jsVars: simulated.peakJsVars };
}

/** Decodes the text of a result: the board's strings are bytes. */
const readable = (result: TestResult): TestResult => ({
  ...result,
  failure: result.failure === undefined ? undefined : charactersOf(result.failure),
  output: charactersOf(result.output),
});

const charactersOf = (bytes: string) => Buffer.from(bytes, 'latin1').toString();

function textOf({ file, failure, output }: TestResult): string {
  if (failure === undefined) return `pass ${file}\n`;
  const printed = output.split('\n').filter((line) => line !== '');
  const left = Math.max(0, printed.length - MOST_LINES);
  const omission = left > 0 ? [`… ${left} lines of output before these: --json and --junit have all of them`] : [];
  const shown = [...failure.split('\n').filter((line) => line !== ''), ...omission, ...printed.slice(left)];
  return `FAIL ${file}\n${shown.map((line) => `  ${line}\n`).join('')}`;
}

function jsonLine({ file, failure, output, seconds: taken, jsVars }: TestResult): string {
  const reason = failure === undefined ? {} : { failure };
  return JSON.stringify({ file, ok: failure === undefined, ...reason, seconds: taken, jsVars, stdout: output });
}

/** The format that CI services read. */
function junit(results: readonly TestResult[]): string {
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  const cases = results.map(({ file, failure, output, seconds: taken }) => {
    const head = `  <testcase classname="tazzina" name="${escaped(file)}" time="${taken.toFixed(3)}">`;
    const reason = failure === undefined ? '' : `<failure message="${escaped(failure)}"/>`;
    return `${head}${reason}<system-out>${escaped(output)}</system-out></testcase>\n`;
  });
  const suite = `<testsuite name="tazzina" tests="${results.length}" failures="${failed}">\n${cases.join('')}</testsuite>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${suite}`;
}

const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

/** XML 1.0 has no other control characters. */
function escaped(text: string): string {
  return text
    .replace(/[<>&"]/g, (character) => ENTITIES[character])
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?')
    .replace(/\n/g, '&#10;');
}
