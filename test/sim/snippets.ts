// Snippets, and what Espruino 2v29.277 for 32-bit ARM prints when it runs them. They are in `snippets/AREA.txt`, each as
//
//     ## name
//     the program
//     ->
//     what Espruino prints
//
// `-> ARM` holds on ARM alone, and `-> ARM: reason` says why; `-> 2v29` is what that version prints. `-! reason` follows where the simulator prints something else, with the reason and what it prints.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Snippet {
  name: string;
  program: string;
  printed: string;
  /** The interpreters in which Espruino prints this; empty for all. */
  where: string;
  /** Why the others print something else; empty if it is not said. */
  whereReason: string;
  /** The simulator's different output, and its reason. */
  difference?: { reason: string; printed: string };
}

/** What the console prints before it waits for an event. */
const PROMPT = '>\x1b[J';

const folder = join(import.meta.dirname, 'snippets');

export const areas: readonly { area: string; snippets: readonly Snippet[] }[] = readdirSync(folder)
  .sort()
  .map((file) => ({
    area: file.replace(/\.txt$/, ''),
    snippets: readFileSync(join(folder, file), 'latin1').split(/^## /m).slice(1).map(snippetOf),
  }));

function snippetOf(text: string): Snippet {
  const [head, rest = ''] = splitOnce(text, /^->.*\n/m);
  const [name, program] = splitOnce(head, /\n/);
  const [where, whereReason] = splitOnce(/^->(.*)$/m.exec(text)![1].trim(), /: /);
  const [printed, other] = splitOnce(rest, /^-!.*\n/m);
  const reason = /^-! (.*)$/m.exec(rest)?.[1];
  const difference = reason === undefined ? undefined : { reason, printed: other.trimEnd() };
  return { name, program, printed: printed.trimEnd(), where, whereReason, difference };
}

function splitOnce(text: string, between: RegExp): [string, string] {
  const found = between.exec(text);
  if (!found) return [text, ''];
  return [text.slice(0, found.index), text.slice(found.index + found[0].length)];
}

/**
 * Output without what depends on the version, on the board or on the end of the process: the lines that traces quote, empty lines, and what
 * follows the overflow of the stack.
 */
export function comparable(output: string): string {
  const kept: string[] = [];
  let quoted = 0;
  const lines = output.replace(/\r/g, '').replaceAll(PROMPT, '').split('\n');
  lines.forEach((line, at) => {
    if (quoted-- > 0) return;
    kept.push(line.trimEnd());
    quoted = /^ {4}at /.test(line) ? ([1, 2].find((count) => /^ *\^\s*$/.test(lines[at + count] ?? '')) ?? 0) : 0;
  });
  return kept
    .filter((line) => line !== '' && line !== '>')
    .join('\n')
    .replace(/\n?Uncaught undefined$/, '')
    .replace(/(Too much recursion.*)[\s\S]*$/, '$1');
}
