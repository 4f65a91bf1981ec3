// Fonts of a canvas: those of the firmware, with the pixels that Espruino 2v29 draws, and those of a program.

export interface Font {
  name: string;
  height: number;
  /** Bits of a pixel of a character. */
  bits: number;
  /** Pixels to the next character, without the scale; 0 for a character that the font lacks. */
  widthOf(code: number): number;
  /** The value of a pixel of a character, with as many bits. */
  pixel(code: number, x: number, y: number): number;
  /** The columns of a character that are drawn. */
  columns(code: number): number;
  scaleX: number;
  scaleY: number;
  /** Whether characters that the font lacks have a background, and a gap that does. */
  isBuiltIn: boolean;
  /** Whether pixels or outlines are known, and not only widths. */
  isDrawable: boolean;
  /** Outlines of a font without pixels. */
  outlines?: {
    /** Pixels to the next character. */
    advance(code: number): number;
    /** Polygons of a character whose corner is at a pixel, in 16ths of a pixel. */
    polygons(code: number, x: number, y: number): [number, number][][];
  };
}

/** Pixels to the next character. */
export function advanceOf(font: Font, code: number): number {
  return font.outlines ? font.outlines.advance(code) : font.widthOf(code) * font.scaleX;
}

const FIRST = 33;

interface Glyphs {
  name: string;
  width: number;
  height: number;
  /** Rows of the glyphs from the exclamation mark on: a digit for each row from the top, whose bits are the pixels from left to right. */
  rows: string;
}

// Recorded from drawings of Espruino 2v29.
const SMALL: Glyphs = {
  name: '4x6',
  width: 4,
  height: 6,
  rows:
    '222020550000575750276372512450663670220000244420211120275000002720000024000700000020112440255520262270612470612160355710' +
    '746160346520711220252520253120002020002024002420007070002120612020257430255750656560254520655560746470746440345530557550' +
    '722270111520566550444470577770577750255520655640255730655650342160722220555570555720557750552550557220712470744470442110' +
    '711170250000000070420000061770465560034430135530027430127220035316465550206270206224456550622270067770065550025520065564' +
    '035531056440036160272210055530055720057770052550055316072470326230222220623260360000777777346643000000000000000000000000',
};

const LARGE: Glyphs = {
  name: '6x8',
  width: 6,
  height: 8,
  rows:
    '04444040aaa000000avaava04eke5le4pq248bj04a4diid044400000248888428422224800a4v4a00044v440000004480000v000000004401224488g' +
    '0ejllpe004ck44v00eh1egv00eh61he0026aiv200vgu1he0068uhhe00v1248800ehehhe00ehhf1e000440440004404480248g842000v0v000g84248g' +
    '0eh24040ehjlljgf044aehh00uhuhhu00ehgghe00sihhis00vgsggv00vgsggg00eggnhe00hhvhhh00e4444e00711hhe00hiksih00gggggv00hrlhhh0' +
    '0hpljhh00ehhhhe00uhhugg00ehhhid10uhuhhh00ege1he00v4444400hhhhhe00hhhaa400hhllea00ha4ahh00hha44400v248gv0e888888eg8844221' +
    'e222222e44aah0000000000v8400000000e1fhf0gguhhhu000egggf011fhhhf000ehvgf078u8888000fhhf1egguhhhh040c444e020e2222sgghisih0' +
    'c444446000qllll000uhhhh000ehhhe000uhhugg00fhhf1100mpggg000ege1u088u8887000hhhhf000hhaa4000hhlla000ha4ah000hhhf1e00v248v0' +
    '344oo44344444444o443344o0009li000000000069s8s9600000000000000c48344e444o00000r9i000000l0044v444444v44v4404a00000pq48grr0' +
    '4ege1he0002484200fkmkkf000fkmkf04v248gv0000000000000000048c00000c48000009ir00000r9i00000004eve400000e0000000v0000dm00000' +
    '0vbb000040ege1u000g848g000almkb00000000040v248v00hha4440000000000040444444ekkf44068s88n000heaeh0hhav4v4044400444egci961u' +
    'a0000000ehlpplhec2eie000005aka500000u22000000000ehtrtrhev0000000ciic0000044v44v0c248e000c242c000240000000999da8g0ftd5555' +
    '000cc0000000084o4c44e000ciiic00000ka5ak0iik49bnhiik4b9ijgaick9bh004048hec04aehh0604aehh0e04aehh0m44aehh0a44aehh0404aehh0' +
    '07cmskn00ehgghe4cvgsggv06vgsggv0avgsggv00vgsggv0ce4444e06e4444e0ee4444e0ae4444e00cat9ac0mhpljhh0cehhhhe06ehhhhe0aehhhhe0' +
    'mehhhhe0aehhhhe0000a4a001ejllpegchhhhhe06hhhhhe0ahhhhhe0ahhhhhe04hha44400guhhug00cikjhm0c0e1fhf040e1fhf0e0e1fhf0m0e1fhf0' +
    'a0e1fhf0a4e1fhf000u5vkb000egggf4c0ehugf060ehugf0a0ehugf0a0ehugf0c0c444e060c444e0a0c444e0a0c444e0ac2ehhe0m0uhhhh0c0ehhhe0' +
    '60ehhhe0a0ehhhe0m0ehhhe0a0ehhhe00040v04001ejlpegc0hhhhf060hhhhf0a0hhhhf0a0hhhhf040hhhf1eggmppmgga0hhhf1e',
};

function builtIn({ name, width, height, rows }: Glyphs, scaleX: number, scaleY: number): Font {
  const columns = width - 1;
  return {
    name,
    height,
    bits: 1,
    isBuiltIn: true,
    isDrawable: true,
    scaleX,
    scaleY,
    widthOf: (code) => (code < 256 ? width : 0),
    columns: (code) => ((code - FIRST) * height < rows.length && code >= FIRST ? columns : 0),
    pixel(code, x, y) {
      const row = Number.parseInt(rows[(code - FIRST) * height + y], 32);
      return (row >> (columns - 1 - x)) & 1;
    },
  };
}

export const smallFont = (scaleX = 1, scaleY = scaleX): Font => builtIn(SMALL, scaleX, scaleY);
export const largeFont = (scaleX = 1, scaleY = scaleX): Font => builtIn(LARGE, scaleX, scaleY);

export interface CustomFont {
  /** Columns of the characters one after the other, from the highest bit on. */
  bitmap: string;
  firstCode: number;
  /** The width of all characters, or of each. */
  widths: string | number;
  height: number;
  bits: number;
}

export function customFont(
  { bitmap, firstCode, widths, height, bits }: CustomFont,
  scaleX: number,
  scaleY = scaleX,
): Font {
  const widthOf = (code: number): number => {
    if (code >= 256) return 0;
    if (typeof widths === 'number') return widths;
    return code >= firstCode ? widths.charCodeAt(code - firstCode) & 255 : 0;
  };
  const starts = new Map<number, number>();
  /** Returns the character's first column. */
  const startOf = (code: number): number => {
    if (typeof widths === 'number') return widths * (code - firstCode);
    let start = starts.get(code);
    if (start === undefined) {
      start = 0;
      for (let at = firstCode; at < code; at++) start += widthOf(at);
      starts.set(code, start);
    }
    return start;
  };
  return {
    name: 'Custom',
    height,
    bits,
    isBuiltIn: false,
    isDrawable: true,
    scaleX,
    scaleY,
    widthOf,
    columns: (code) => (code >= firstCode ? widthOf(code) : 0),
    pixel(code, x, y) {
      const at = ((startOf(code) + x) * height + y) * bits;
      return (bitmap.charCodeAt(at >> 3) >> (8 - bits - (at & 7))) & (2 ** bits - 1);
    },
  };
}
