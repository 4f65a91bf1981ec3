// Rows of text as an aligned table.

/** The first column is aligned to the left, the others, which hold numbers, to the right. */
export function formatTable(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
  );
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}
