// Splits a declaration of TypeScript that asc writes into tokens. Comments in front of a token are kept: they have AssemblyScript's types.

import { InterfaceError } from '../interface-error.js';

/** A file's text, and what to call it in errors. */
export interface SourceFile {
  name: string;
  text: string;
}

export interface Place {
  line: number;
  column: number;
}

export interface DeclarationToken extends Place {
  kind: 'word' | 'mark' | 'end';
  text: string;
  /** Lines of the comment in front of it. */
  docs: string[];
}

const PIECE =
  /(?<space>\s+)|(?<line>\/\/[^\n]*)|(?<block>\/\*[\s\S]*?\*\/)|(?<word>[\p{L}_$][\p{L}\p{N}_$]*)|(?<mark>=>|\d+|[{}()<>[\]:;,.|?&=])/uy;

/** Throws an InterfaceError with line and column for what begins no token. */
export function declarationTokens({ name, text }: SourceFile): DeclarationToken[] {
  const tokens: DeclarationToken[] = [];
  let docs: string[] = [];
  let [line, lineStart] = [1, 0];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < text.length) {
    const at = PIECE.lastIndex;
    const found = PIECE.exec(text);
    const place = { line, column: at - lineStart + 1 };
    if (found === null)
      throw new InterfaceError(
        `${name}:${place.line}:${place.column}: ${JSON.stringify(text[at])} is nothing in a declaration of asc`,
      );
    const { 0: piece, groups = {} } = found;
    if (groups.block !== undefined) docs = commentLines(groups.block);
    else if (groups.word !== undefined || groups.mark !== undefined) {
      tokens.push({ kind: groups.word !== undefined ? 'word' : 'mark', text: piece, docs, ...place });
      docs = [];
    }
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', end + 1)) {
      line++;
      lineStart = at + end + 1;
    }
  }
  tokens.push({ kind: 'end', text: 'the end', docs: [], line, column: text.length - lineStart + 1 });
  return tokens;
}

function commentLines(comment: string): string[] {
  const lines = comment
    .replace(/^\/\*+/, '')
    .slice(0, -2)
    .split('\n');
  return lines.map((each) => each.trim().replace(/^\* ?/, '')).filter((each) => each !== '');
}
