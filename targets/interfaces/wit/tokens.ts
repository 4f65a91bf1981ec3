// Splits WIT text into tokens. Comments in front of a declaration are its documentation. Source: component-model/design/mvp/WIT.md.

import { InterfaceError } from '../interface-error.js';

export interface WitToken {
  kind: 'word' | 'number' | 'mark' | 'end';
  /** Of a word without its `%`. */
  text: string;
  /** Of a word with `%`: never a keyword. */
  isEscaped: boolean;
  docs: string[];
  line: number;
  column: number;
}

/** WIT text, and what to call it in errors. */
export interface WitFile {
  name: string;
  text: string;
}

const PIECE =
  /(?<space>\s+)|(?<line>\/\/[^\n]*)|(?<block>\/\*[\s\S]*?\*\/)|(?<escape>%?)(?<word>[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*)|(?<number>\d[\w.+-]*\w|\d)|(?<mark>->|[{}()<>=:;,./@*_])/y;

/** Throws an InterfaceError with line and column for what begins no token. */
export function tokensOf({ name, text }: WitFile): WitToken[] {
  const tokens: WitToken[] = [];
  let docs: string[] = [];
  let [line, lineStart] = [1, 0];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < text.length) {
    const at = PIECE.lastIndex;
    const found = PIECE.exec(text);
    const place = { line, column: at - lineStart + 1 };
    if (found === null)
      throw new InterfaceError(`${name}:${place.line}:${place.column}: ${JSON.stringify(text[at])} is nothing in WIT`);
    const { 0: piece, groups = {} } = found;
    if (groups.line?.startsWith('///')) docs.push(groups.line.slice(3).trim());
    else if (groups.block?.startsWith('/**')) docs.push(...blockLines(groups.block));
    else if (groups.space === undefined && groups.line === undefined && groups.block === undefined) {
      const kind = groups.word !== undefined ? 'word' : groups.number !== undefined ? 'number' : 'mark';
      tokens.push({ kind, text: groups.word ?? piece, isEscaped: groups.escape === '%', docs, ...place });
      docs = [];
    }
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', end + 1)) {
      line++;
      lineStart = at + end + 1;
    }
  }
  tokens.push({ kind: 'end', text: 'the end', isEscaped: false, docs: [], line, column: text.length - lineStart + 1 });
  return tokens;
}

function blockLines(comment: string): string[] {
  const lines = comment.slice(3, -2).split('\n');
  return lines.map((each) => each.trim().replace(/^\* ?/, '')).filter((each) => each !== '');
}
