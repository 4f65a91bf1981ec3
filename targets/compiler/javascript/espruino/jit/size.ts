// Estimates what the board's compiler makes of a function, from its tokens: the number of names and arguments that it keeps, and the
// size of the code.

import { type Token, TokenKind } from '../../trees/code.js';

const KEYWORDS = new Set(['var', 'if', 'else', 'do', 'while', 'return', 'function', 'null']);

const isName = ({ kind, text }: Token) => kind === TokenKind.Word && !KEYWORDS.has(text);

/** The names in a function: each is looked up when the function starts. */
export function namesOf(tokens: readonly Token[]): Set<string> {
  return new Set(tokens.filter(isName).map(({ text }) => text));
}

/** Returns the maximum number of a call's arguments. Other lists in parentheses or brackets count as well. */
export function mostArguments(tokens: readonly Token[]): number {
  const open: number[] = [];
  let most = 0;
  for (const { text } of tokens) {
    if (text === '(' || text === '[') open.push(1);
    else if (text === ')' || text === ']') most = Math.max(most, open.pop()!);
    else if (text === ',' && open.length > 0) open[open.length - 1]++;
  }
  return most;
}

/** Operators that are two for the compiler: those that assign, and those that count. */
const TWICE = new Set(['+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>=', '>>>=', '++', '--']);
const ONCE = new Set('>>> << >> == === != !== <= >= && || - + * / % & | ^ < > = ?'.split(' '));

/**
 * Bytes of code that a function takes in RAM, about: measured with Espruino for 32-bit ARM, from 1,660 to 15,114 bytes. What
 * stands in front of its directive takes none.
 */
export function jittedBytes(tokens: readonly Token[]): number {
  const body = tokens.slice(tokens.findIndex(({ kind }) => kind === TokenKind.Text) + 1);
  let [words, operators, numbers, places, returns] = [0, 0, 0, 0, 0];
  let last: Token | null = null;
  for (const token of body) {
    const { kind, text } = token;
    if (isName(token)) words++;
    else if (kind === TokenKind.Number) numbers++;
    else if (text === 'return') returns++;
    else if (TWICE.has(text)) operators += 2;
    else if (ONCE.has(text)) operators++;
    const isPlace = last?.kind === TokenKind.Word || last?.kind === TokenKind.Number;
    if (isPlace && (text === '(' || text === '[')) places++;
    last = token;
  }
  return 7 * namesOf(body).size + 24 * words + 3 * operators + 34 * numbers + 22 * places + 16 * returns;
}
