// A budget as text: a table with bars, the parts of the memory, the verdict, and the remedies.

import { Bound } from '../targets/analysis/need.js';
import { type Budget, type BudgetRow, Verdict } from '../targets/budget/budget.js';
import { RUNTIME_STORAGE_BYTES } from '../targets/budget/runtime.js';

/** Of a terminal. */
const COLUMNS = 80;
const BAR = 20;
const SIGNS: Record<Bound, string> = { [Bound.Exact]: '', [Bound.AtMost]: '≤ ', [Bound.AtLeast]: '≥ ' };

const grouped = (value: number) => value.toLocaleString('en');

/** What `build` writes of the module for the board, or why it cannot. */
export type ProgramSize = { storageBytes: number; jsVars: number } | { refusal: string; notes: string[] };

/** Lines without colour; capacities of which nothing is needed are left out. */
export function budgetLines(budget: Budget, program: ProgramSize): string[] {
  const shown = budget.rows.filter(({ needed }) => needed > 0);
  const table = shown.map((row) => [row.capacity, SIGNS[row.bound] + grouped(row.needed), grouped(row.available)]);
  const widths = [0, 1, 2].map((column) => Math.max(9, ...table.map((cells) => cells[column].length)));
  const line = (cells: string[]) =>
    [cells[0].padEnd(widths[0]), cells[1].padStart(widths[1]), cells[2].padStart(widths[2])].join('  ');
  const rows = shown.map((row, index) => `  ${line(table[index])}  ${percent(row)}  ${bar(row)}`);
  const notes = shown
    .filter(({ verdict, exact }) => verdict === Verdict.DoesNotFit || (verdict === Verdict.MayFit && !exact))
    .map(({ capacity, why }) => `  ${capacity}: ${why}`);
  const lines = [
    `${budget.file} on ${budget.board}: ${budget.verdict}`,
    '',
    `  ${line(['capacity', 'needed', 'available'])}   share`,
    ...rows,
    '',
    ...memoryLines(budget),
    '',
    ...storageLines(budget),
    '',
    ...programLines(budget, program),
    ...section('imports that nothing provides', budget.missingImports),
    ...(notes.length > 0 ? ['', ...notes] : []),
    ...section('what helps', budget.remedies),
  ];
  return lines.flatMap(wrapped);
}

/** At spaces, where a line is longer than a terminal's; what goes on is indented further. */
function wrapped(line: string): string[] {
  if (line.length <= COLUMNS) return [line];
  const indent = `${/^ */.exec(line)![0]}  `;
  const end = line.lastIndexOf(' ', COLUMNS);
  if (end <= indent.length) return [line];
  return [line.slice(0, end), ...wrapped(indent + line.slice(end + 1))];
}

/** RAM of the engine with capacities of just what the module needs, by part. */
function memoryLines({ memory, jsVars }: Budget): string[] {
  const rows = memory.map(({ part, bytes, jsVars }) => [part, `${grouped(bytes)} bytes`, `${grouped(jsVars)} JsVars`]);
  const share = Math.ceil((jsVars.needed / jsVars.free) * 100);
  const reserved = Math.ceil((jsVars.reserved / jsVars.free) * 100);
  return [
    '  RAM, with capacities of just this size',
    ...aligned(rows),
    `    ${share} % of the ${grouped(jsVars.free)} JsVars that are free at boot; ${reserved} % with the board's capacities`,
  ];
}

/** The two ways of a module onto the board. */
function programLines({ jsVars, storageBytes }: Budget, program: ProgramSize): string[] {
  const fits = jsVars.runtime + jsVars.needed <= jsVars.free && RUNTIME_STORAGE_BYTES <= storageBytes;
  const built =
    'refusal' in program
      ? [`    cannot be done: ${program.refusal}`, ...program.notes.map((note) => `      ${note}`)]
      : aligned([
          ['Storage', `${grouped(program.storageBytes)} of ${grouped(storageBytes)} bytes`],
          ['RAM', `about ${grouped(program.jsVars)} of ${grouped(jsVars.free)} JsVars`],
        ]);
  return [
    '  as build writes it: translated to JavaScript, which stays in flash',
    ...built,
    '',
    `  loaded on the board instead: the full runtime takes ${RUNTIME_STORAGE_BYTES / 1024} KB of Storage and`,
    `  ${grouped(jsVars.runtime)} JsVars besides the capacities above, which this board ${fits ? 'has' : 'has not'}`,
  ];
}

function storageLines({ storage, storageBytes }: Budget): string[] {
  const all = storage.reduce((sum, { bytes }) => sum + bytes, 0);
  const rows = [...storage, { part: 'all', bytes: all }].map(({ part, bytes }) => [part, `${grouped(bytes)} bytes`]);
  return ['  flash: the module in Storage', ...aligned(rows), `    of ${grouped(storageBytes)} bytes of Storage`];
}

/** The first column to the left, the others to the right. */
function aligned(rows: string[][]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map(
    (row) =>
      `    ${row.map((text, at) => (at === 0 ? text.padEnd(widths[at]) : text.padStart(widths[at]))).join('  ')}`,
  );
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', `  ${title}:`, ...lines.map((line) => `    ${line}`)];
}

function percent({ share }: BudgetRow): string {
  const text = share > 9.99 ? '>999 %' : `${Math.ceil(share * 100)} %`;
  return text.padStart(6);
}

/** Full where it is used up; what is over has a mark of its own. */
function bar({ share }: BudgetRow): string {
  if (share > 1) return `${'█'.repeat(BAR)}!`;
  return '█'.repeat(Math.ceil(share * BAR)).padEnd(BAR, '·');
}
