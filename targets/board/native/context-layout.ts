// Where the parts of a program's context are: the words of the image, the stash of calls in slices, tables, and the list of functions that
// machine code calls.

import { Stash } from '../../compiler/thumb/contract.js';
import type { ThumbImage } from '../../compiler/thumb/image.js';
import { SLICE_STACK } from '../../compiler/thumb/slices-runtime.js';
import type { StackFigures } from '../figures.js';
import { type ContextState, WORD_BYTES } from './context-state.js';
import { LEAST_BUFFER, type NativeOptions } from './native-module.js';

/** Maximum share of a board's RAM for variables that holds the stack of a call between two slices. */
const SAVED_SHARE = 1 / 16;

export interface ContextLayout {
  /** Words of the context and of the parts after it: tables, and the list of functions that machine code calls. */
  words: number;
  /** Byte offset of each table's entries. */
  tables: number[];
  /** Byte offsets of the first of these, and of the list of functions behind them. */
  tablesAt: number;
  listAt: number;
  /** Resumable code: byte offset and bytes of the stash, and bytes of stack as `Stash.Depth`. */
  savedAt: number;
  savedBytes: number;
  depth: number;
}

/** Bytes of stack that a call in slices may take until a function tests the stack: as many as of other calls, where there is RAM for them. */
export function savedDepth({ unit, units }: StackFigures, image: ThumbImage, { board }: NativeOptions): number {
  const most = Math.floor(board.jsVars.count * board.jsVars.bytes * SAVED_SHARE);
  return SLICE_STACK + (Math.min(unit * units, Math.max(0, most - image.stackReserve)) & -WORD_BYTES);
}

export function contextLayout(
  image: ThumbImage,
  { tables }: ContextState,
  called: number,
  depth: number,
): ContextLayout {
  const savedAt = image.contextBytes;
  const savedBytes = image.slices === null ? 0 : (Stash.Frames + depth + image.stackReserve + 3) & -WORD_BYTES;
  const tablesAt = savedAt + savedBytes;
  let end = tablesAt;
  const offsets = tables.map(({ most }) => {
    const at = end;
    end += most * WORD_BYTES;
    return at;
  });
  const words = Math.max(LEAST_BUFFER / WORD_BYTES, end / WORD_BYTES + called);
  const listAt = (words - called) * WORD_BYTES;
  return { words, tables: offsets, tablesAt, listAt, savedAt, savedBytes, depth };
}
