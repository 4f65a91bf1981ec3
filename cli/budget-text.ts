// A budget as text: a table with bars, the parts of the memory, the verdict, and what to do.

import { Bound } from '../targets/analysis/need.js';
import { type Budget, type BudgetRow, Verdict } from './budget.js';

const BAR = 20;
const SIGNS: Record<Bound, string> = { [Bound.Exact]: '', [Bound.AtMost]: '≤ ', [Bound.AtLeast]: '≥ ' };

const grouped = (value: number) => value.toLocaleString('en');

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
  const [all] = budget.memory.slice(-1);
  return [
    `${budget.file} on ${budget.board}: ${budget.verdict}`,
    '',
    `  ${line(['capacity', 'needed', 'available'])}   share`,
    ...rows,
    '',
    `  RAM with capacities of just this size: ${grouped(all.bytes)} bytes of ${grouped(all.available)}`,
    ...budget.memory.slice(0, -1).map(({ part, bytes }) => `    ${part}: ${grouped(bytes)}`),
    ...section('imports that nothing provides', budget.missingImports),
    ...(notes.length > 0 ? ['', ...notes] : []),
    ...section('what helps', budget.remedies),
  ];
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
