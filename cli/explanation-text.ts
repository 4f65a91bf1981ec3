// An explanation of a function for a terminal: side by side in a wide terminal, else below each other.

import { printable } from '../targets/module/printable.js';
import type { ExplainedLine, Explanation } from './explanation.js';

/** Columns that three texts beside each other need. */
const WIDE = 120;
/** Widths of the columns of costs and loops. */
const COST = 10;
const LOOPS = 3;

/** `columns` of the terminal. */
export function explanationText({ index, name, board, lines }: Explanation, columns: number): string {
  const title = `function ${index}${name === '' ? '' : ` (${printable(name)})`} on a ${board}`;
  const wide = columns >= WIDE;
  const width = Math.max(40, columns);
  const headings = wide ? ['JavaScript', 'intermediate code', 'WebAssembly'] : ['JavaScript'];
  const head = [
    `${title}: S is the cost of one a=a+1;`,
    'each time that a line is reached; of a loop, an iteration; L: loops around it',
    '',
    `${'S'.padStart(COST)}${'L'.padStart(LOOPS)}  ${headings.map((each) => each.padEnd(room(width) + 2)).join('')}`.trimEnd(),
  ];
  const body = lines.flatMap((line) => (wide ? beside(line, width) : below(line, width)));
  return `${[...head, ...body].join('\n')}\n`;
}

function start({ least, most, loops }: ExplainedLine): string {
  return `${costText(least, most).padStart(COST)}${(loops > 0 ? String(loops) : '').padStart(LOOPS)}  `;
}

function costText(least: number | null, most: number | null): string {
  if (least === null || most === null || most < 0.05) return '';
  const [low, high] = [Math.max(0, least).toFixed(1), most.toFixed(1)];
  return low === high ? low : `${low}-${high}`;
}

function below(line: ExplainedLine, width: number): string[] {
  const indent = ' '.repeat(COST + LOOPS + 2);
  const room = width - indent.length;
  const script = wrapped(line.script, room);
  const rest = [
    ...line.intermediate.flatMap((text) => wrapped(`= ${text}`, room)),
    ...(line.webassembly.length > 0 ? wrapped(`@${line.at} ${line.webassembly.join('; ')}`, room) : []),
    ...line.reasons.flatMap((text) => wrapped(`! ${text}`, room)),
  ];
  return [
    start(line) + script[0],
    ...script.slice(1).map((text) => indent + text),
    ...rest.map((text) => `${indent}${text}`),
  ].map((text) => text.trimEnd());
}

/** Returns the width of each of three columns. */
function room(width: number): number {
  return Math.floor((width - COST - LOOPS - 2) / 3) - 2;
}

function beside(line: ExplainedLine, width: number): string[] {
  const most = room(width);
  const columns = [
    [...wrapped(line.script, most), ...line.reasons.flatMap((text) => wrapped(`! ${text}`, most))],
    line.intermediate.flatMap((text) => wrapped(text, most)),
    line.webassembly.length > 0 ? wrapped(`@${line.at} ${line.webassembly.join('; ')}`, most) : [],
  ];
  const height = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, row) => {
    const first = row === 0 ? start(line) : ' '.repeat(COST + LOOPS + 2);
    return (first + columns.map((column) => (column[row] ?? '').padEnd(most + 2)).join('')).trimEnd();
  });
}

/** Lines of at most so many characters, broken behind spaces, brackets or operators. */
function wrapped(text: string, room: number): string[] {
  const lines: string[] = [];
  const indent = `${/^ */.exec(text)![0]}  `;
  let rest = text;
  while (rest.length > room) {
    const part = rest.slice(0, room);
    const found = Math.max(...[' ', ',', ';', ')', '?', ':', '=', '|', '&'].map((mark) => part.lastIndexOf(mark)));
    const at = found > indent.length + room / 3 ? found + 1 : room;
    lines.push(rest.slice(0, at));
    rest = indent + rest.slice(at).trimStart();
  }
  return [...lines, rest];
}
