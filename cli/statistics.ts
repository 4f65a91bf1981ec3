// The output of `tazzina run --stats`: counts of execution, and the peak use of each capacity.

import type { Board } from '../boards/index.js';
import type { CapacityName, Engine } from '../src/index.js';

const grouped = (value: number) => value.toLocaleString('en');

/** Formats the counts of operations, then a table of the capacities; with a board, beside its own. */
export function statisticsText(engine: Engine, board: Board | undefined): string {
  const rows = Object.entries(engine.highWater())
    .filter(([, used]) => used > 0)
    .map(([name, used]) => [name, grouped(used), board ? grouped(board.capacities[name as CapacityName]) : '']);
  const head = ['capacity', 'used', board ? 'available' : ''];
  const table = [head, ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((cells) => cells[column].length)));
  const lines = table.map((cells) =>
    cells
      .map((text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  );
  return `${[...executionLines(engine), '', ...lines].join('\n')}\n`;
}

function executionLines(engine: Engine): string[] {
  const stats = engine.executionStats();
  const milliseconds = `${stats.validationMilliseconds.toFixed(1)} ms`;
  const rows: [string, number, string][] = [
    ['instructions', stats.instructions, ''],
    ['fuel', stats.fuel, ''],
    ['calls', stats.calls, ''],
    ['memory operations', stats.memoryOperations, ''],
    ['table operations', stats.collectionOperations, ''],
    ['validations', stats.validationOperations, stats.validationOperations > 0 ? `, ${milliseconds} of them` : ''],
  ];
  return rows.map(([name, value, more]) => `${name}: ${grouped(value)}${more}`);
}
