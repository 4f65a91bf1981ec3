// `tazzina boards`: all boards as a table, or one of them in full.

import { Command } from 'commander';
import { type Board, jsVarsOfFootprint } from '../boards/index.js';
import { footprintBytes } from '../src/index.js';
import { projectBoards } from './configuration-file.js';
import { printError } from './errors.js';
import { namedBoard } from './named-board.js';
import { printText } from './print.js';

interface BoardsOptions {
  json?: boolean;
}

const DESCRIPTION = 'Lists the boards, or shows one in full: its facts, its capacities, and the sources.';

const DETAILS = `
Columns of the table:
  JsVars   the number of JsVars, and the bytes of each
  Storage  its size; in the chip's own flash unless marked spi
  native   whether the board can call machine code
  engine   what an engine with the board's capacities allocates: at most half of
           the JsVars that are free at boot (an estimate)

Exit codes: 0 success; 2 there is no such board.

Examples:
  tazzina boards
  tazzina boards puckjs
  tazzina boards --json`;

/** The command; `ended` gets the exit code. */
export function createBoardsCommand(ended: (exitCode: number) => void): Command {
  return new Command('boards')
    .description(DESCRIPTION)
    .usage('[options] [NAME]')
    .argument('[NAME]', 'a board (default: all boards)')
    .option('-j, --json', 'print one line of JSON for each board')
    .addHelpText('after', DETAILS)
    .action(async (name: string | undefined, options: BoardsOptions) => ended(await show(name, options)));
}

async function show(name: string | undefined, { json }: BoardsOptions): Promise<number> {
  try {
    const boards = await projectBoards();
    const shown = name === undefined ? boards : [namedBoard(name, boards)];
    if (json) print(shown.map((board) => JSON.stringify({ ...board, engine: engineOf(board) })));
    else print(name === undefined ? tableLines(shown) : boardLines(shown[0]));
    return 0;
  } catch (error) {
    return printError(error, { json });
  }
}

function print(lines: string[]): void {
  printText(1, lines.map((line) => `${line}\n`).join(''));
}

/** Returns the size of an engine's buffers with the board's capacities. */
function engineOf(board: Board): { bytes: number; jsVars: number } {
  return { bytes: footprintBytes(board.capacities), jsVars: jsVarsOfFootprint(board.capacities, board) };
}

const HEAD = ['name', 'chip', 'MHz', 'RAM', 'JsVars', 'Storage', 'native', 'engine'];
/** Columns of numbers, which are aligned to the right. */
const RIGHT = ['MHz', 'RAM', 'JsVars', 'Storage', 'engine'];

function tableLines(shown: readonly Board[]): string[] {
  const rows = shown.map((board) => [
    board.name,
    board.chip,
    String(board.clock / 1e6),
    kilobytes(board.ram),
    `${board.jsVars.count}*${board.jsVars.bytes}`,
    `${board.storage.location === 'spi' ? 'spi ' : ''}${kilobytes(board.storage.bytes)}`,
    board.nativeCalls ? 'yes' : '-',
    kilobytes(engineOf(board).bytes),
  ]);
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column].length)));
  const cell = (text: string, column: number) =>
    RIGHT.includes(HEAD[column]) ? text.padStart(widths[column]) : text.padEnd(widths[column]);
  return [HEAD, ...rows].map((row) => row.map(cell).join('  ').trimEnd());
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(bytes % 1024 === 0 ? 0 : 1)}K`;
}

const count = (value: number) => value.toLocaleString('en');

function boardLines(board: Board): string[] {
  const { jsVars, storage, flash } = board;
  const engine = engineOf(board);
  const place = storage.location === 'spi' ? 'SPI flash' : 'internal flash';
  const execution = storage.executableInPlace ? 'native code runs in place' : 'native code does not run there';
  const facts: [string, string][] = [
    ['firmware', board.firmware],
    ['chip', `${board.chip}, ${board.core}, ${board.clock / 1e6} MHz`],
    ['RAM', `${count(board.ram)} bytes`],
    ['JsVars', `${count(jsVars.count)} of ${jsVars.bytes} bytes; about ${count(board.freeJsVars)} free at boot`],
    ['C stack', stackText(board)],
    ...(flash === undefined ? [] : [['flash', `${count(flash)} bytes`] as [string, string]]),
    ['Storage', `${count(storage.bytes)} bytes of ${place}; ${execution}`],
    ['native calls', board.nativeCalls ? 'yes' : 'no'],
    ['engine', `${count(engine.bytes)} bytes of buffers, in ${count(engine.jsVars)} JsVars`],
  ];
  const width = Math.max(...facts.map(([fact]) => fact.length));
  return [
    `${board.name}: ${board.title}`,
    ...facts.map(([fact, text]) => `  ${fact.padEnd(width)}  ${text}`),
    ...section('missing', board.missing),
    ...section('capacities', twoColumns(Object.entries(board.capacities))),
    ...section('sources (of Espruino 2v29)', sourceLines(board)),
  ];
}

function stackText({ cStack: { bytes, known } }: Board): string {
  if (known === 'exactly') return `${count(bytes)} bytes`;
  return known === 'as a bound' ? `at most ${count(bytes)} bytes` : `about ${count(bytes)} bytes`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function twoColumns(entries: [string, number][]): string[] {
  const cells = entries.map(([name, value]) => `${name.padEnd(16)}${count(value).padStart(10)}`);
  const rows = Math.ceil(cells.length / 2);
  return cells.slice(0, rows).map((left, row) => [left, cells[rows + row]].filter(Boolean).join('     '));
}

function sourceLines({ sources }: Board): string[] {
  return sources.map(({ fact, where }) => `${fact}: ${where}`);
}
