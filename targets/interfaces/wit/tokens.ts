// Splits WIT text into tokens. Comments in front of a declaration are its documentation. Source: component-model/design/mvp/WIT.md.

import { commentLines, failAt, LineCounter, type Place, type SourceFile } from '../source-text.js';

export interface WitToken {
  kind: 'word' | 'number' | 'mark' | 'end';
  /** The text, without the `%` of a word. */
  text: string;
  /** Whether the word has a `%`: then it is never a keyword. */
  isEscaped: boolean;
  docs: string[];
  place: Place;
}

const PIECE =
  /(?<space>\s+)|(?<line>\/\/[^\n]*)|(?<block>\/\*)|(?<escape>%?)(?<word>[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*)|(?<number>\d[\w.+-]*\w|\d)|(?<mark>->|[{}()<>=:;,./@*_])/y;

/** Words of WIT that are names only behind a `%`. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  `use type func u8 u16 u32 u64 s8 s16 s32 s64 f32 f64 char bool string option result future stream error-context list map resource own
  borrow record flags variant enum world import export package constructor include with as from static interface tuple async`.split(
    /\s+/,
  ),
);

/** Characters that show text in another order than it has. */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/;
/** Begin and end of comments within each other. */
const COMMENT_MARK = /\/\*|\*\//g;

/** Returns the end of a comment that begins here; -1 if none does. */
function commentEnd(text: string, at: number): number {
  COMMENT_MARK.lastIndex = at;
  let depth = 0;
  for (let found = COMMENT_MARK.exec(text); found !== null; found = COMMENT_MARK.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return COMMENT_MARK.lastIndex;
  }
  return -1;
}

/** Throws an InterfaceError with line and column for what begins no token, and for a comment that does not end. */
export function tokensOf({ name, text }: SourceFile): WitToken[] {
  const tokens: WitToken[] = [];
  let docs: string[] = [];
  const lines = new LineCounter(name);
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < text.length) {
    const at = PIECE.lastIndex;
    const found = PIECE.exec(text);
    const place = lines.place(at);
    if (found === null) failAt(place, `${JSON.stringify(text[at])} is nothing in WIT`);
    const { groups = {} } = found;
    if (groups.block !== undefined) {
      const end = commentEnd(text, at);
      if (end < 0) failAt(place, 'the comment does not end: write */');
      PIECE.lastIndex = end;
    }
    const piece = text.slice(at, PIECE.lastIndex);
    if (REORDERING.test(piece)) failAt(place, 'a character that changes the direction of text is not allowed');
    if (groups.line?.startsWith('///')) docs.push(groups.line.slice(3).trim());
    else if (groups.block !== undefined && piece.startsWith('/**')) docs.push(...commentLines(piece.slice(3, -2)));
    else if (groups.space === undefined && groups.line === undefined && groups.block === undefined) {
      const kind = groups.word !== undefined ? 'word' : groups.number !== undefined ? 'number' : 'mark';
      tokens.push({ kind, text: groups.word ?? piece, isEscaped: groups.escape === '%', docs, place });
      docs = [];
    }
    lines.pass(piece, at);
  }
  tokens.push({ kind: 'end', text: 'the end', isEscaped: false, docs: [], place: lines.place(text.length) });
  return tokens;
}
