// Generates the tables of docs/host-functions.md, in Markdown, from the table of host functions.

import { boards } from '../../boards/index.js';
import { constantGroups } from './constants.js';
import { featureNames, hasFeature } from './features.js';
import type { HostFunctionRow } from './host.js';
import { pinNames } from './pin-names.js';
import { hostFunctions } from './table.js';

const VALUE_TYPES: Record<string, string> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64' };

/** Returns the tables by their names in the document. */
export function documentTables(): Record<string, string> {
  return {
    espruino: functionTable('espruino'),
    env: functionTable('env'),
    wbg: functionTable('wbg'),
    wasi: functionTable('wasi_snapshot_preview1'),
    constants: constantTable(),
    boards: boardTable(),
  };
}

function functionTable(module: string): string {
  const rows = hostFunctions.filter((row) => row.module === module);
  const hasNeeds = rows.some(({ feature }) => feature !== undefined);
  const head = ['function', 'type', 'what it does', ...(hasNeeds ? ['needs'] : [])];
  const cells = rows.map((row) => [
    `\`${row.name}(${row.parameterNames.join(', ')})\``,
    typeOf(row),
    row.summary,
    ...(hasNeeds ? [row.feature === undefined ? '' : `\`${row.feature}\``] : []),
  ]);
  return table(head, cells);
}

function typeOf({ parameters, results }: HostFunctionRow): string {
  const named = (letters: string) => [...letters].map((letter) => VALUE_TYPES[letter]).join(', ');
  return `(${named(parameters)})${results === '' ? '' : ` → ${named(results)}`}`;
}

function constantTable(): string {
  const cells = constantGroups.map(({ summary, constants }) => [
    constants.map(({ name, value }) => `\`${name}\` ${value}`).join(', '),
    summary,
  ]);
  return table(['names', 'what for'], cells);
}

function boardTable(): string {
  const features = Object.keys(featureNames);
  const cells = boards.map((board) => [
    board.name,
    ...features.map((feature) => (hasFeature(board, feature) ? 'yes' : '')),
    pinNames[board.name],
  ]);
  return table(['board', ...features.map((feature) => `\`${feature}\``), 'named pins'], cells);
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
