// `tazzina selftest`: whether a board executes programs as this project says, as a table.

import { Command } from 'commander';
import { GROUPS, selfTest, type WayResult } from '../targets/selftest/self-test.js';
import { EspruinoConnection } from '../targets/upload/espruino-connection.js';
import { UsageError } from './command-error.js';
import { projectBoards } from './configuration-file.js';
import { printError } from './errors.js';
import { boardList, namedBoard } from './named-board.js';
import { addPortOptions, chosenPort, commandError, type PortOptions } from './port-option.js';
import { printText } from './print.js';

interface SelfTestOptions extends PortOptions {
  board?: string;
  json?: boolean;
  defrag?: boolean;
}

const DESCRIPTION =
  'Tests a board: runs thousands of calls as machine code, translated and interpreted, and compares the results with those of this ' +
  'machine.';

const DETAILS = `
One program after the other is written to Storage, run, and erased. The calls
execute each instruction with edge values, access the edges of memory, trap,
call JavaScript, use up the stack, and run in slices. Then the board compacts
its Storage, with --defrag also its RAM, and the calls are repeated. Keep the
power on. The board starts its own program again at the next reset.

The table has the number of results that were compared, or of those that are
wrong. What is wrong is listed below it. A dash is for what a program does not
have, a question mark for what was not tested any more.

Exit codes: 0 all results are right; 1 some are not, or the board cannot be
tested; 2 the command line is wrong.

Examples:
  tazzina selftest --board puckjs --port /dev/ttyACM0
  tazzina simulate --board puckjs --listen 127.0.0.1:2323 &
  tazzina selftest --board puckjs --port tcp://127.0.0.1:2323`;

/** The command; `ended` gets the exit code. */
export function createSelfTestCommand(ended: (exitCode: number) => void): Command {
  const command = new Command('selftest')
    .description(DESCRIPTION)
    .usage('--board NAME [options]')
    .option('-b, --board <name>', 'the board');
  return addPortOptions(command)
    .option('--defrag', 'let the board defragment its RAM, too: E.defrag, which may hang it')
    .option('-j, --json', 'print one line of JSON')
    .addHelpText('after', DETAILS)
    .action(async (options: SelfTestOptions) => ended(await run(options)));
}

async function run(options: SelfTestOptions): Promise<number> {
  try {
    const boards = await projectBoards();
    if (options.board === undefined) throw new UsageError('which board? Give --board NAME', [boardList(boards)]);
    const board = namedBoard(options.board, boards);
    const connection = await EspruinoConnection.open(await chosenPort(options), options);
    let results: WayResult[];
    try {
      const progress = (way: string, group: string) => printText(2, `${way}: ${group}\n`);
      results = await selfTest(board, connection, { defrag: options.defrag, ...(options.json ? {} : { progress }) });
    } finally {
      connection.close();
    }
    const ok = isRight(results);
    printText(1, options.json ? `${JSON.stringify({ ok, board: board.name, results })}\n` : tableText(results));
    return ok ? 0 : 1;
  } catch (error) {
    return printError(commandError(error), { json: options.json });
  }
}

/** A program that the board has no room for, or cannot execute, is not wrong. */
function isRight(results: readonly WayResult[]): boolean {
  const groups = results.map((each) => Object.values(each.groups));
  const ran = groups.filter((each) => each.length > 0);
  return (
    ran.length > 0 &&
    ran.flat().every(({ wrong }) => wrong.length === 0) &&
    results.every(({ why }, index) => why === undefined || groups[index].length === 0)
  );
}

function tableText(results: readonly WayResult[]): string {
  const ran = results.filter(({ groups }) => Object.keys(groups).length > 0);
  const cell = ({ groups, why }: WayResult, name: string) => {
    if (!(name in groups)) return why === undefined ? '-' : '?';
    const { assertions, wrong } = groups[name];
    return wrong.length === 0 ? String(assertions) : `${wrong.length} WRONG`;
  };
  const totals = ran.map(({ groups }) =>
    String(Object.values(groups).reduce((sum, { assertions }) => sum + assertions, 0)),
  );
  const rows = [
    ['', ...ran.map(({ name }) => name)],
    ...GROUPS.map((name) => [name, ...ran.map((each) => cell(each, name))]),
    ['all', ...totals],
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  );
  const wrong = results.flatMap(({ name, groups }) =>
    Object.entries(groups).flatMap(([group, each]) => each.wrong.map((text) => `wrong: ${name}, ${group}: ${text}`)),
  );
  const others = results.filter(({ why }) => why !== undefined).map(({ name, why }) => `${name}: ${why}`);
  return `${[...lines, ...wrong, ...others].join('\n')}\n`;
}
