// The number of JsVars, the blocks of Espruino's memory, that buffers take. Sources: src/jsutils.h, src/jsvar.c of Espruino 2v29.

import { type Capacities, footprint } from '../src/capacities.js';
import type { JsVars } from './board.js';

/** How a JsVar is laid out, which follows from how many there are. All in bytes. */
export interface JsVarLayout {
  bytes: number;
  /** Characters in the first JsVar of a string. */
  first: number;
  /** Characters in each further one, while the string is not flat. */
  further: number;
}

/** References, packing and reference counter in bits: jsutils.h, `JSVARREF_BITS` and the two below it. */
const WIDTHS = [
  { most: 254, reference: 8, packing: 8, counter: 6 },
  { most: 1023, reference: 10, packing: 2, counter: 6 },
  { most: 2047, reference: 11, packing: 0, counter: 4 },
  { most: 4095, reference: 12, packing: 0, counter: 8 },
  { most: 8191, reference: 13, packing: 0, counter: 4 },
  { most: 16383, reference: 14, packing: 0, counter: 8 },
];
/** Bytes behind the references: type, flags and locks. */
const FLAGS = 2;

/**
 * The layout in a firmware with so many JsVars. `pointer` is the size of an address in bytes: 4, or 8 on a desktop.
 * Throws for more than 16,383, which no board here has.
 */
export function jsVarLayout(count: number, pointer = 4): JsVarLayout {
  for (let index = 0; index < WIDTHS.length; index++) {
    const width = WIDTHS[index];
    if (count > width.most) continue;
    const first = width.reference * 3 + width.packing;
    const bits = width.reference * 4 + width.packing + width.counter;
    return {
      bytes: pointer + Math.ceil(bits / 8) + FLAGS,
      first: pointer + (first >> 3),
      further: pointer + ((first + width.counter) >> 3),
    };
  }
  throw new Error(`no layout is known for ${count} JsVars`);
}

/** The facts of a board that these calculations need. */
export interface JsVarBoard {
  jsVars: JsVars;
}

/**
 * JsVars of `new Uint8Array(bytes)`, or of another typed array of as many bytes: one for the view, one for the
 * ArrayBuffer, and the data. That is a flat string, in a header and whole JsVars behind it, unless one or two JsVars
 * hold it. Each further view of the same buffer takes one more.
 *
 * This is what there is while enough free JsVars lie side by side: otherwise Espruino chains the data, in more of them.
 */
export function jsVarsOf(bytes: number, board: JsVarBoard): number {
  return 2 + dataJsVars(bytes, jsVarLayout(board.jsVars.count));
}

/** JsVars of the data alone: `jswrap_arraybuffer_constructor`, `jsvNewFlatStringOfLength`. */
export function dataJsVars(bytes: number, layout: JsVarLayout): number {
  if (bytes > layout.first + layout.further) return 1 + Math.ceil(bytes / layout.bytes);
  return bytes > layout.first ? 2 : 1;
}

/** JsVars of all buffers of an engine with these capacities; its objects, functions and further views come on top. */
export function jsVarsOfFootprint(capacities: Capacities, board: JsVarBoard): number {
  const rows = footprint(capacities);
  let count = 0;
  for (let index = 0; index < rows.length; index++) count += jsVarsOf(rows[index].bytes, board);
  return count;
}
