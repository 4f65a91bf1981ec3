// Espruino's message for a text that does not parse, derived from the place of the error and the tokens before it.

import { tokenizer } from 'acorn';

const OPENING = new Set(['(', '[', '{', '${']);

/** `line` and `column` from 1: where the first token stands that does not fit. */
export function syntaxMessage(source: string, place: { line: number; column: number }, reason: string): string {
  if (/^'return' outside/.test(reason)) return 'RETURN statement, but not in a function.';
  if (/^Unsyntactic break/.test(reason)) return 'BREAK statement outside of SWITCH, FOR or WHILE loop';
  if (/^Unsyntactic continue/.test(reason)) return 'CONTINUE statement outside of FOR or WHILE loop';
  if (/^Unterminated string/.test(reason)) return 'Got UNFINISHED STRING expected EOF';
  const lines = source.split('\n');
  const at = lines.slice(0, place.line - 1).join('\n').length + (place.line > 1 ? 1 : 0) + place.column - 1;
  if (at < source.length) return `Got ${tokenAt(source, at)} expected EOF`;
  const { open, takesValue, last } = before(source);
  if (/^(if|while|for|switch|with)$/.test(last)) return "Got EOF expected '('";
  if (takesValue) return 'Unexpected end of Input';
  return open === '{' ? "Got EOF expected '}'" : open === '' ? 'Unexpected end of Input' : "Got EOF expected ','";
}

/** The innermost bracket that is open at the end, and whether a value has to follow there. */
function before(source: string): { open: string; takesValue: boolean; last: string } {
  const open: string[] = [];
  let takesValue = false;
  let last = '';
  try {
    for (const { type, start, end } of tokenizer(source, { ecmaVersion: 'latest' })) {
      const text = source.slice(start, end);
      // A brace where a value is expected begins an object.
      if (OPENING.has(text)) open.push(text === '{' && takesValue ? 'object' : text);
      else if (/^[)\]}]$/.test(text)) open.pop();
      takesValue = (type as { beforeExpr?: boolean }).beforeExpr === true && text !== '{' && !/^[;}]$/.test(text);
      last = text;
    }
  } catch {
    // The rest of the text has no tokens.
  }
  return { open: open.at(-1) ?? '', takesValue, last };
}

function tokenAt(source: string, at: number): string {
  const rest = source.slice(at);
  const name = /^[A-Za-z_$][\w$]*/.exec(rest)?.[0];
  if (name !== undefined) return `ID:${name}`;
  if (/^\d/.test(rest)) return rest.includes('.') ? 'FLOAT' : 'INT';
  if (/^["']/.test(rest))
    return /^(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/s.test(rest) ? 'STRING' : 'UNFINISHED STRING';
  return `'${rest.charAt(0)}'`;
}
