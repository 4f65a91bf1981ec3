// The vector font of Espruino's firmware. Its outlines are part of Espruino, and not of this project: they are read from a copy of Espruino's
// sources, libs/graphics/vector_font.c. Source of the rules: the same file, of Espruino 2v29.

import { vectorColumns } from './font-widths.js';
import type { Font } from './fonts.js';

/** Polygons with the corners `x + GRID_WIDTH * y`, for each character that has some. */
export type Outlines = ReadonlyMap<number, readonly (readonly number[])[]>;

const GRID_WIDTH = 13;
/** Rows of the grid above the text. */
const SPACE_ABOVE = 2;
/** In 16ths of the size: between the last column of a character and the next character. */
const SPACE_BEHIND = 2;
/** Parts of a pixel. */
const PARTS = 16;

/** Throws Error for a text that has not the tables. */
export function readOutlines(source: string): Outlines {
  const table = (name: string): number[] => {
    const found = new RegExp(`\\b${name}\\[\\][^{]*\\{([^}]*)\\}`).exec(source);
    if (!found) throw new Error(`there is no table ${name} in it`);
    return found[1].split(',').flatMap((each) => (each.trim() === '' ? [] : [Number(each)]));
  };
  const first = Number(/\bvfFirstChar\s*=\s*(\d+)/.exec(source)?.[1]);
  if (!Number.isInteger(first)) throw new Error('there is no vfFirstChar in it');
  const polygons = chunks(table('vfPolyVerts'), table('vfPolyLengths'));
  const characters = chunks(table('vfCharPolys'), table('vfCharLengths'));
  return new Map(characters.map((each, at) => [first + at, each.map((index) => polygons[index] ?? [])]));
}

/** Parts of a list, one after the other, of these lengths. */
function chunks(list: readonly number[], lengths: readonly number[]): number[][] {
  let at = 0;
  return lengths.map((length) => {
    at += length;
    return list.slice(at - length, at);
  });
}

/** A font of this size in pixels. Without outlines, only its widths are known. */
export function vectorFont(outlines: Outlines | undefined, sizeX: number, sizeY = sizeX): Font {
  const none = () => 0;
  const cornersOf = (code: number) => outlines?.get(code) ?? [];
  const lastColumn = (code: number): number | undefined => {
    if (!outlines) return vectorColumns(code);
    if (!outlines.has(code)) return undefined;
    return Math.max(0, ...cornersOf(code).flatMap((each) => each.map((corner) => corner % GRID_WIDTH)));
  };
  return {
    name: 'Vector',
    height: 1,
    bits: 1,
    isBuiltIn: false,
    isDrawable: outlines !== undefined,
    scaleX: sizeX,
    scaleY: sizeY,
    widthOf: none,
    columns: none,
    pixel: none,
    outlines: {
      advance(code) {
        const last = lastColumn(code);
        return last === undefined ? sizeX >> 1 : ((last + SPACE_BEHIND) * sizeX + 7) >> 4;
      },
      polygons: (code, x, y) =>
        cornersOf(code).map((corners) =>
          corners.map((corner) => [
            x * PARTS - PARTS / 2 + (corner % GRID_WIDTH) * sizeX,
            y * PARTS - PARTS / 2 + (Math.floor(corner / GRID_WIDTH) - SPACE_ABOVE) * sizeY,
          ]),
        ),
    },
  };
}
