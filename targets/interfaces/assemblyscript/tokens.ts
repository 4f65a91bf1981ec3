// Splits a declaration of TypeScript that asc writes into tokens. Comments in front of a token are kept: they have AssemblyScript's types.

import { commentLines, failAt, LineCounter, type Place, type SourceFile } from '../source-text.js';

export interface DeclarationToken {
  kind: 'word' | 'mark' | 'end';
  text: string;
  /** Lines of the comment in front of it. */
  docs: string[];
  place: Place;
}

const PIECE =
  /(?<space>\s+)|(?<line>\/\/[^\n]*)|(?<block>\/\*[\s\S]*?\*\/)|(?<word>[\p{L}_$][\p{L}\p{N}_$]*)|(?<mark>=>|\d+|[{}()<>[\]:;,.|?&=])/uy;

/** Throws an InterfaceError with line and column for what begins no token. */
export function declarationTokens({ name, text }: SourceFile): DeclarationToken[] {
  const tokens: DeclarationToken[] = [];
  let docs: string[] = [];
  const lines = new LineCounter(name);
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < text.length) {
    const at = PIECE.lastIndex;
    const found = PIECE.exec(text);
    const place = lines.place(at);
    if (found === null) failAt(place, `${JSON.stringify(text[at])} is nothing in a declaration of asc`);
    const { 0: piece, groups = {} } = found;
    if (groups.block !== undefined) docs = commentLines(groups.block.replace(/^\/\*+/, '').slice(0, -2));
    else if (groups.word !== undefined || groups.mark !== undefined) {
      tokens.push({ kind: groups.word !== undefined ? 'word' : 'mark', text: piece, docs, place });
      docs = [];
    }
    lines.pass(piece, at);
  }
  tokens.push({ kind: 'end', text: 'the end', docs: [], place: lines.place(text.length) });
  return tokens;
}
