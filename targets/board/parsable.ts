// What minifying writes and Espruino does not parse: `do` without braces, unless what it does ends with a semicolon, and a
// `return` without one at the end of a function.

import { parse } from 'acorn';
import { simple } from 'acorn-walk';

/** The same program with the braces and semicolons that Espruino wants. */
export function parsable(text: string): string {
  const insertions: { at: number; text: string }[] = [];
  const insert = (at: number, text: string) => insertions.push({ at, text });
  simple(parse(text, { ecmaVersion: 'latest' }), {
    DoWhileStatement({ body }) {
      if (body.type === 'BlockStatement' || (body.type === 'ExpressionStatement' && text[body.end - 1] === ';')) return;
      insert(body.start, '{');
      insert(body.end, '}');
    },
    ReturnStatement({ argument, end }) {
      if (!argument && text[end - 1] !== ';') insert(end, ';');
    },
  });
  let written = '';
  let from = 0;
  // In the order in which they were found where several are at one place: the inner one first.
  for (const { at, text: inserted } of insertions.sort((a, b) => a.at - b.at)) {
    written += text.slice(from, at) + inserted;
    from = at;
  }
  return written + text.slice(from);
}
