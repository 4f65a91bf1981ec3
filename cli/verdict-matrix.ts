// A matrix of verdicts, of modules and boards, within the columns of a terminal.

import { basename } from 'node:path';
import type { Board } from '../boards/index.js';
import { Verdict } from '../targets/budget/verdict.js';
import type { Checked } from './verdict-text.js';

/** Width of a terminal. */
const COLUMNS = 80;

const MARKS: Record<Verdict, string> = {
  [Verdict.Fits]: 'fits',
  [Verdict.MayFit]: 'may fit',
  [Verdict.DoesNotFit]: '-',
};
const SHORT_MARKS: Record<Verdict, string> = { [Verdict.Fits]: '+', [Verdict.MayFit]: '?', [Verdict.DoesNotFit]: '-' };

/** `matrix` has a row for each module, with the boards in their order. */
export function matrixLines(matrix: Checked[][], boards: readonly Board[]): string[] {
  const names = matrix.map(([{ file }]) => basename(file));
  const longest = Math.max(...boards.map(({ name }) => name.length));
  const width = names.reduce((sum, name) => sum + Math.max(name.length, 7) + 2, longest);
  if (matrix.length === 0) return [];
  if (width > COLUMNS) return numberedLines(matrix, boards);
  const rows = boards.map(({ name }, index) => [name, ...matrix.map((row) => MARKS[row[index].decision.verdict])]);
  return alignedLines([['', ...names], ...rows]);
}

/** For modules that have no room beside each other: one a line, and the boards by number. */
function numberedLines(matrix: Checked[][], boards: readonly Board[]): string[] {
  const legend = boards.map(({ name }, index) => `${String(index + 1).padStart(2)} ${name}`);
  const head = ['', ...boards.map((_, index) => String(index + 1))];
  const rows = matrix.map((row) => [
    shortened(basename(row[0].file), COLUMNS - boards.length * 3),
    ...row.map(({ decision }) => SHORT_MARKS[decision.verdict]),
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
