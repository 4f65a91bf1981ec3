// Fonts of the firmware of which this project has the widths of the characters, and not their pixels: those are part of Espruino. Texts in
// them are measured and wrapped as on the board, and take no pixels on the screen. Recorded from the fonts in libs/graphics of Espruino 2v29.

import type { Font } from './fonts.js';

interface Widths {
  height: number;
  /** Pixels to the next character, in base 36: from the space to the tilde, and from character 160 on. */
  ascii: string;
  latin: string;
}

const FIRST_ASCII = 32;
const FIRST_LATIN = 160;
const BASE = 36;

const widths: Record<string, Widths> = {
  '6x15': {
    height: 15,
    ascii: '32688883556836377566766666336767766666666466666666666668666474674666666766666666666666666664248',
    latin: '000706000000000050443603044000006666667666664444666666676666666766666686666666666666666786666656',
  },
  '12x20': {
    height: 20,
    ascii: '637bbbb366cb4b39b9bbbbbbbb34ababcbbbbbbbb7cbbcbbbbbbbbbcbbb696bb5bbbbbabb79a7bbbbbbbabbbbbb838b',
    latin: '03bbcb387cacb9c98b775bb346acbbbbbbbbbbdbbbbb7777cbbbbbbbdbbbbbbbbbbbbbdbbbbb7777bbbbbbbbbbbbbbbb',
  },
  14: {
    height: 14,
    ascii: '33698d93557936377677877777337977b888877883687b888888788b897474785777775773473b777766577b7765356',
    latin: '037879377c7870a6676657733578bbc7888888b8777745569888888998888988777777b7777744667777777987777777',
  },
  17: {
    height: 17,
    ascii: '337b9gc3669935389899a99999338a88fa99988993698b99999999ab998585796888886983483d888867689b9977378',
    latin: '0389a9377f8a90d7897768b3578addd8aaaaaad988884566a9999999a999999a888888d8888844669888888998888989',
  },
  22: {
    height: 22,
    ascii: '437ebid377ad4739a9aabaaaaa339d89hdbbb99bb36b9gbbbbbaabbibb95959b5999998a93493f99997969be9b7839b',
    latin: '039abb397j9bb0d99d7759c3579biii9ddddddfb99995576cbbbbbbbbbbbbbbb999b99f9999955869a999a9da9999b9b',
  },
  28: {
    height: 28,
    ascii: '648ecmg488bg4a4ccacccccccc44cgccmgeeeccee48eckeeeeeeeegkggc8c8ca8ccccc8cc46a4kccccaaacckccaa4ac',
    latin: '04ceeg4caocec0kccgaa8ce448cekklcggggggkecccc55a6egeeegeageeeegeccccccckccccc66a6eccccccgeccccccc',
  },
};

/** A font of which only the widths are known; undefined for a name that is none. */
export function measuredFont(name: string, scaleX = 1, scaleY = scaleX): Font | undefined {
  if (!Object.hasOwn(widths, name)) return undefined;
  const { height, ascii, latin } = widths[name];
  const none = () => 0;
  return {
    name,
    height,
    bits: 1,
    isBuiltIn: false,
    isDrawable: false,
    scaleX,
    scaleY,
    widthOf: (code) => widthIn(ascii, code - FIRST_ASCII) || widthIn(latin, code - FIRST_LATIN),
    columns: none,
    pixel: none,
  };
}

const widthIn = (table: string, at: number) => (at >= 0 && at < table.length ? Number.parseInt(table[at], BASE) : 0);

/** From the exclamation mark on: the last column of each character of the vector font, of 16. */
const VECTOR_COLUMNS =
  '25c79a2558835298888888888238888ca9a988a94998b9b8b98a9acaa8595884777775772472c777777578c897626a0a0000000000000000' +
  '00000000000000002788a206c0780c8480047023007aaa8aaaaaaca88884466a9bbbbb8b9999a88777777c7777733667777777877777979';
const FIRST_OUTLINED = 33;

/** The last column of a character of the vector font, in 16ths of its size; undefined if it has none. */
export function vectorColumns(code: number): number | undefined {
  const at = code - FIRST_OUTLINED;
  return at >= 0 && at < VECTOR_COLUMNS.length ? Number.parseInt(VECTOR_COLUMNS[at], BASE) : undefined;
}
