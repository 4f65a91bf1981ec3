// Tokens that Espruino's lexer reads differently from ECMAScript: slashes, and names that are longer than it keeps.
import type { Token } from 'acorn';
import { keywords } from './library.js';

type Report = (token: Token, what: string) => void;

/** Maximum length of a name: `JSLEX_MAX_TOKEN_LENGTH` less the final zero, src/jsutils.h of Espruino 2v29. */
const LONGEST_NAME = 63;

/** Values, though they are keywords. */
const values = new Set(['true', 'false', 'null', 'undefined']);

/** After these, a slash divides: `jslGetNextToken`, src/jslex.c. A `~`, `|` or `^` is left out of its list. */
const dividing = new Set([')', ']', '`', '~', '|', '^']);

export function checkTokens(tokens: readonly Token[], source: string, report: Report): void {
  const textOf = (token: Token) => source.slice(token.start, token.end);
  tokens.forEach((token, i) => {
    const { label } = token.type;
    const text = textOf(token);
    if (label === 'name') {
      if (/[^\w$]/.test(text)) report(token, 'unicode name');
      if (text.length > LONGEST_NAME) report(token, 'long name');
    }
    const isRegex = label === 'regexp';
    if (!isRegex && text !== '/' && text !== '/=') return;
    if (label === 'template' || label === 'string') return;
    const takenForRegex = i === 0 || beginsRegex(tokens[i - 1], textOf(tokens[i - 1]));
    if (isRegex && !takenForRegex) report(token, 'regex taken for a division');
    if (!isRegex && takenForRegex) report(token, 'division taken for a regex');
  });
}

/** Whether Espruino takes a slash after the token for the start of a regular expression. */
function beginsRegex({ type }: Token, text: string): boolean {
  if (/^(num|string|regexp|bigint|privateId)$/.test(type.label)) return false;
  if (/^[\w$]/.test(text)) return keywords.has(text) && !values.has(text);
  return !dividing.has(text);
}
