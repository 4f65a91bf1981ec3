// The capacities of an engine as text, beside what a module needs of them: a table with bars.

import { Bound } from '../targets/analysis/need.js';
import type { Budget, BudgetRow } from '../targets/budget/budget.js';
import { Verdict } from '../targets/budget/verdict.js';

/** Width of a terminal. */
const COLUMNS = 80;
const BAR = 20;
const SIGNS: Record<Bound, string> = { [Bound.Exact]: '', [Bound.AtMost]: '≤ ', [Bound.AtLeast]: '≥ ' };

export const grouped = (value: number) => value.toLocaleString('en');

/** Lines without colour; capacities of which nothing is needed are left out. */
export function budgetLines(budget: Budget): string[] {
  const shown = budget.rows.filter(({ needed }) => needed > 0);
  const table = shown.map((row) => [row.capacity, SIGNS[row.bound] + grouped(row.needed), grouped(row.available)]);
  const widths = [0, 1, 2].map((column) => Math.max(9, ...table.map((cells) => cells[column].length)));
  const line = (cells: string[]) =>
    [cells[0].padEnd(widths[0]), cells[1].padStart(widths[1]), cells[2].padStart(widths[2])].join('  ');
  const rows = shown.map((row, index) => `  ${line(table[index])}  ${percent(row)}  ${bar(row)}`);
  const notes = shown
    .filter(({ verdict, exact }) => verdict === Verdict.DoesNotFit || (verdict === Verdict.MayFit && !exact))
    .map(({ capacity, why }) => `  ${capacity}: ${why}`);
  return [
    '',
    `  ${line(['capacity', 'needed', 'available'])}   share`,
    ...rows,
    ...section('imports that nothing provides', budget.missingImports),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ];
}

/** At spaces, where a line is longer than a terminal's; what goes on is indented further. */
export function wrapped(line: string): string[] {
  const indent = `${/^ */.exec(line)![0]}  `;
  const lines: string[] = [];
  let rest = line;
  while (rest.length > COLUMNS) {
    const end = rest.lastIndexOf(' ', COLUMNS);
    if (end <= indent.length) break;
    lines.push(rest.slice(0, end));
    rest = indent + rest.slice(end + 1);
  }
  return [...lines, rest];
}

/** The first column to the left, the others to the right; indented by some spaces. */
export function aligned(rows: string[][], indent = 4): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map(
    (row) =>
      `${' '.repeat(indent)}${row.map((text, at) => (at === 0 ? text.padEnd(widths[at]) : text.padStart(widths[at]))).join('  ')}`,
  );
}

export function section(title: string, lines: string[]): string[] {
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
