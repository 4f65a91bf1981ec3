// The methods of Graphics that set fonts, measure texts and draw them. Of the vector font without outlines, and of most fonts of Bangle.js,
// only the widths are known: to draw a text in them is an error that says so, but on a screen, where the text is written down.

import { BoardError } from '../board-error.js';
import type { Realm } from '../realm/realm.js';
import type { Canvas } from '../screen/canvas.js';
import { measuredFont } from '../screen/font-widths.js';
import { customFont, type Font, largeFont, smallFont } from '../screen/fonts.js';
import { drawText, heightOf, metricsOf, type TextImage, wrappedText } from '../screen/text.js';
import { type Outlines, vectorFont } from '../screen/vector-font.js';
import { integer } from './graphics-values.js';
import { drawPlain, imageBytes, imageWithHeader } from './image.js';

type Members = Record<string, unknown>;

const MOST_SIZE = 8191;
const MOST_SIDE = 63;
const BITS = [1, 2, 4];

/** The image behind a character 0 of a text. */
function imageIn(text: string, start: number): TextImage {
  const image = imageWithHeader(Uint8Array.from(text.slice(start), (character) => character.charCodeAt(0)));
  return {
    width: image.width,
    height: image.height,
    end: start + image.start + imageBytes(image),
    draw: (canvas, x, y) => drawPlain(canvas, image, x, y),
  };
}

/** `name`, `name:scale`, `name:1x2`, or `Vector12`. */
function parsedName(id: string, size: number): { name: string; scaleX: number; scaleY: number } {
  const isVector = id.startsWith('Vector');
  const colon = id.indexOf(':');
  const from = colon >= 0 ? colon + 1 : isVector && id.length > 6 ? 6 : -1;
  if (from < 0) return { name: id, scaleX: size, scaleY: size };
  const name = isVector ? 'Vector' : id.slice(0, from - 1);
  const [x, y] = id.slice(from).split('x');
  if (y === undefined) {
    const scale = Math.min(MOST_SIZE, Math.max(1, integer(x)));
    return { name, scaleX: scale, scaleY: scale };
  }
  const side = (text: string) => Math.min(MOST_SIDE, Math.max(0, integer(text)));
  return { name, scaleX: side(x), scaleY: side(y) };
}

/** What a board has besides the common fonts. */
export interface FontOptions {
  outlines?: Outlines;
  /** Names of fonts, as `setFont` takes them. */
  fonts: readonly string[];
  /** Firmware of Bangle.js has it. */
  hasFindFont: boolean;
}

function fontNamed(name: string, scaleX: number, scaleY: number, { outlines, fonts }: FontOptions): Font | undefined {
  if (name === 'Vector') return vectorFont(outlines, scaleX, scaleY);
  if (name === '' || name === '4x6') return smallFont(scaleX, scaleY);
  if (name === '6x8') return largeFont(scaleX, scaleY);
  return fonts.includes(name) ? measuredFont(name, scaleX, scaleY) : undefined;
}

/** Fonts that `findFont` tries, as `setFont` takes them, from the largest: on boards with fonts of their own, and on others. */
const OWN_FONTS = ['28', '22', '17', '14', '6x8', '4x6'];
const COMMON_FONTS = ['6x8:3', '6x8:2', '6x8', '4x6'];

const OPTIONS_OF_FIND = { w: 0, h: 0, min: 4, max: 100, wrap: 0, trim: 0 };

/** The largest font of the firmware in which a text fits, and the lines of the text: `jswrap_graphics_findFont` of Espruino 2v29. */
function foundFont(canvas: Canvas, text: string, options: Members, own: FontOptions) {
  const given = Object.entries(OPTIONS_OF_FIND).map(([name, value]) => [
    name,
    options[name] === undefined ? value : integer(options[name]),
  ]);
  const { w, h, min, max, wrap, trim } = Object.fromEntries(given) as typeof OPTIONS_OF_FIND;
  const width = options.w === undefined ? canvas.width : w;
  const height = options.h === undefined ? canvas.height : h;
  const fonts = (own.fonts.includes('28') ? OWN_FONTS : COMMON_FONTS).map((id) => {
    const { name, scaleX } = parsedName(id, 1);
    return { id, font: fontNamed(name, scaleX, scaleX, own)! };
  });
  const smallest = fonts.length - 1;
  let at = fonts.findIndex(({ font }, index) => index === smallest || heightOf(font) <= max);
  const lines = (font: Font) => (wrap ? wrappedText(font, text, width, imageIn) : [text]).join('\n');
  // The smallest one is taken without a look at its metrics: those of the one before remain.
  let shown = text;
  let metrics = metricsOf(fonts[at].font, text, imageIn);
  for (; at < smallest; at++) {
    const { font } = fonts[at];
    canvas.font = font;
    shown = lines(font);
    metrics = metricsOf(font, shown, imageIn);
    if (metrics.width <= width && metrics.height <= height) break;
    if (heightOf(fonts[at + 1].font) < min) break;
  }
  if (trim && metrics.height > height) {
    const rows = Math.trunc(height / heightOf(canvas.font));
    shown = `${shown.split('\n').slice(0, rows).join('\n')}...`;
    metrics = metricsOf(canvas.font, shown, imageIn);
  }
  return { text: shown, font: fonts[at].id, w: metrics.width, h: metrics.height };
}

function needPixels({ font }: Canvas): void {
  if (!font.isDrawable) throw new BoardError(`the font ${font.name} is not simulated`);
}

/** Methods of the class; each is called with the object first. */
export function textMethods(canvasOf: (self: unknown) => Canvas, realm: Realm, own: FontOptions): Members {
  const { outlines } = own;
  const sizeOf = (value: unknown) => Math.min(MOST_SIZE, Math.max(1, integer(value)));
  const measured = (self: unknown, value: unknown) => metricsOf(canvasOf(self).font, text(value), imageIn);
  const { text } = realm.parts;
  const setting = (make: (size: number) => Font) => (self: unknown, size: unknown) => {
    canvasOf(self).font = make(sizeOf(size));
    return self;
  };
  return {
    setFontBitmap: setting(() => smallFont()),
    setFontVector: setting((size) => vectorFont(outlines, size)),
    setFont4x6: setting(smallFont),
    setFont6x8: setting(largeFont),
    ...Object.fromEntries(own.fonts.map((name) => [`setFont${name}`, setting((size) => measuredFont(name, size)!)])),
    setFontPBF: () => realm.parts.raise('PBF Fonts not enabled on this build'),
    setFont(self: unknown, id: unknown, size: unknown) {
      if (typeof id !== 'string') return undefined;
      const canvas = canvasOf(self);
      const { name, scaleX, scaleY } = parsedName(id, sizeOf(size));
      const known = fontNamed(name, scaleX, scaleY, own);
      const setter = (self as Members)[`setFont${name}`];
      if (known) canvas.font = known;
      else if (typeof setter === 'function') {
        setter.call(self);
        canvas.font = { ...canvas.font, scaleX, scaleY };
      } else throw new BoardError(`Unknown font ${JSON.stringify(name)}`);
      return self;
    },
    setFontCustom(self: unknown, bitmap: unknown, first: unknown, widths: unknown, size: unknown) {
      if (typeof bitmap !== 'string') throw new BoardError('Font bitmap must be a String');
      const firstCode = integer(first);
      if (firstCode < 0 || firstCode > 255) throw new BoardError('First character out of range');
      if (typeof widths !== 'string' && typeof widths !== 'number')
        throw new BoardError('Font width must be a String or an integer');
      const sizes = integer(size);
      const bits = Math.max(1, sizes >> 16);
      if (!BITS.includes(bits)) throw new BoardError('Invalid BPP - 1,2,4 supported');
      const font = { bitmap, firstCode, widths, height: sizes & 255, bits };
      canvasOf(self).font = customFont(font, Math.max(1, (sizes >> 8) & 255));
      return self;
    },
    setFontAlign(self: unknown, x: unknown, y: unknown, turn: unknown) {
      const side = (value: unknown) => Math.min(1, Math.max(-1, integer(value)));
      canvasOf(self).align = { x: side(x), y: side(y), turn: Math.min(3, Math.max(0, integer(turn))) };
      return self;
    },
    getFont(self: unknown) {
      const { name, scaleX, scaleY } = canvasOf(self).font;
      if (scaleX !== scaleY) return `${name}:${scaleX}x${scaleY}`;
      return scaleX > 1 ? `${name}:${scaleX}` : name;
    },
    getFontHeight: (self: unknown) => heightOf(canvasOf(self).font),
    getFonts: (self: unknown) => {
      canvasOf(self);
      return realm.parts.array(['4x6', '6x8', 'Vector', ...own.fonts]);
    },
    ...(own.hasFindFont && {
      findFont: (self: unknown, value: unknown, options: unknown) =>
        realm.object(foundFont(canvasOf(self), text(value), Object(options), own)),
    }),
    stringWidth: (self: unknown, value: unknown) => measured(self, value).width,
    stringMetrics: (self: unknown, value: unknown) => realm.object({ ...measured(self, value) }),
    wrapString(self: unknown, value: unknown, most: unknown) {
      if (value === undefined) return realm.parts.array([]);
      if (integer(most) <= 0) return undefined;
      const canvas = canvasOf(self);
      return realm.parts.array(wrappedText(canvas.font, text(value), integer(most), imageIn));
    },
    drawString(self: unknown, value: unknown, x: unknown, y: unknown, isSolid: unknown) {
      const canvas = canvasOf(self);
      const shown = text(value);
      canvas.pixels.write?.(shown, integer(x), integer(y), canvas.color, canvas.font);
      if (!canvas.font.isDrawable && canvas.pixels.write) return self;
      needPixels(canvas);
      drawText(canvas, shown, integer(x), integer(y), Boolean(isSolid), imageIn);
      return self;
    },
  };
}
