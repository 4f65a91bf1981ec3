// The class Graphics, and g, which is the screen of the board: canvases in a buffer of the program, or drawn on by its functions. What is not simulated is an
// error that says so.

import { BoardError } from '../board-error.js';
import type { SimulatedBoardFacts } from '../language/board-features.js';
import type { Realm } from '../realm/realm.js';
import {
  blendedColor,
  drawSmoothCircle,
  drawSmoothLine,
  drawSmoothPolygon,
  fillSmoothPolygon,
} from '../screen/blending.js';
import { BufferPixels, bufferBytes } from '../screen/buffer-pixels.js';
import { Canvas, type Pixels } from '../screen/canvas.js';
import type { Display } from '../screen/display.js';
import { themeOf } from '../screen/theme.js';
import type { Outlines } from '../screen/vector-font.js';
import { matrixOf, quadraticBezier, transformed } from '../screen/vertices.js';
import { latin1 } from './bytes.js';
import { textMethods } from './graphics-text.js';
import { around, colorOf, cornersOf, integer, radiusOf } from './graphics-values.js';
import { bufferOf, drawImage, drawImages, HAS_PALETTE, HAS_TRANSPARENT, imageBytes, imageOf } from './image.js';
import { notSimulated } from './not-simulated.js';

type Members = Record<string, unknown>;
type Method = (canvas: Canvas, ...values: unknown[]) => unknown;

const BITS = [1, 2, 4, 8, 16, 24, 32];
const MOST_SIDE = 32767;

export interface CanvasBoard {
  readonly facts: SimulatedBoardFacts;
  /** Before a buffer of so many bytes is made. */
  allocating(bytes: number): void;
  readonly options: { vectorFont?: Outlines };
  /** The screen that `g` draws on. */
  readonly display: Display | undefined;
}

function fillRectangle(canvas: Canvas, values: unknown[], color: number): void {
  const [x1, y1, x2, y2] = cornersOf(values);
  const radius = radiusOf(values);
  if (radius > 0) canvas.fillRounded({ x1, y1, x2, y2 }, radius, color);
  else canvas.fillRect(x1, y1, x2, y2, color);
}

const numbersOf = (values: unknown): number[] => Array.from(values as ArrayLike<unknown>, Number);

/** Methods that give the canvas, so that calls can follow each other. */
const chained: Record<string, Method> = {
  clear(canvas, isReset) {
    if (isReset) canvas.reset();
    canvas.clear();
  },
  reset: (canvas, usage) => canvas.reset(usage === 'widget'),
  setColor(canvas, ...values) {
    canvas.color = colorOf(canvas.bitsPerPixel, values);
  },
  setBgColor(canvas, ...values) {
    canvas.background = colorOf(canvas.bitsPerPixel, values);
  },
  setPixel: (canvas, x, y, color) =>
    canvas.setPixel(integer(x), integer(y), color === undefined ? canvas.color : colorOf(canvas.bitsPerPixel, [color])),
  fillRect: (canvas, ...values) => fillRectangle(canvas, values, canvas.color),
  clearRect: (canvas, ...values) => fillRectangle(canvas, values, canvas.background),
  drawRect(canvas, ...values) {
    const [x1, y1, x2, y2] = cornersOf(values);
    const radius = radiusOf(values);
    if (radius > 0) canvas.drawRounded({ x1, y1, x2, y2 }, radius);
    else canvas.drawRect(x1, y1, x2, y2);
  },
  drawLine: (canvas, x1, y1, x2, y2) => canvas.drawLine(integer(x1), integer(y1), integer(x2), integer(y2)),
  moveTo(canvas, x, y) {
    canvas.cursor = { x: integer(x), y: integer(y) };
  },
  lineTo(canvas, x, y) {
    canvas.drawLine(canvas.cursor.x, canvas.cursor.y, integer(x), integer(y));
    canvas.cursor = { x: integer(x), y: integer(y) };
  },
  drawCircle: (canvas, ...values) => canvas.drawEllipse(...around(values)),
  fillCircle: (canvas, ...values) => canvas.fillEllipse(...around(values)),
  drawEllipse: (canvas, x1, y1, x2, y2) => canvas.drawEllipse(integer(x1), integer(y1), integer(x2), integer(y2)),
  fillEllipse: (canvas, x1, y1, x2, y2) => canvas.fillEllipse(integer(x1), integer(y1), integer(x2), integer(y2)),
  drawPoly: (canvas, corners, isClosed) => canvas.drawPolygon(numbersOf(corners), Boolean(isClosed)),
  fillPoly: (canvas, corners) => canvas.fillPolygon(numbersOf(corners)),
  drawPolyAA: (canvas, corners, isClosed) => drawSmoothPolygon(canvas, numbersOf(corners), Boolean(isClosed)),
  fillPolyAA: (canvas, corners) => fillSmoothPolygon(canvas, numbersOf(corners)),
  drawCircleAA: (canvas, x, y, radius) => drawSmoothCircle(canvas, integer(x), integer(y), integer(radius)),
  setRotation: (canvas, quarters, isReflected) => canvas.rotate(integer(quarters), Boolean(isReflected)),
  setClipRect: (canvas, x1, y1, x2, y2) => canvas.setClip(integer(x1), integer(y1), integer(x2), integer(y2)),
  setOffset(canvas, x, y) {
    canvas.offset = { x: integer(x), y: integer(y) };
  },
  scroll: (canvas, x, y) => canvas.scroll(integer(x), integer(y)),
  floodFill: (canvas, x, y, color) =>
    canvas.floodFill(
      integer(x),
      integer(y),
      color === undefined ? canvas.color : colorOf(canvas.bitsPerPixel, [color]),
    ),
  drawImage: (canvas, image, x, y, options) => drawImage(canvas, image, x, y, options),
  drawLineAA: (canvas, ...values) => {
    const [x1, y1, x2, y2] = values.map((each) => Number(each) || 0);
    drawSmoothLine(canvas, x1, y1, x2, y2);
  },
  drawImages: (canvas, layers) => drawImages(canvas, layers),
  filter: (canvas, weights, options) => filterCanvas(canvas, numbersOf(weights), Object(options)),
  flip: (canvas) => canvas.pixels.flip?.(),
};

/** A filter of `w` by `h` weights, as `Graphics.filter` takes it. */
function filterCanvas(canvas: Canvas, weights: number[], options: Members): void {
  const { w, h, div = 1, offset, max = canvas.mostColor, filter } = options;
  if (filter !== undefined && filter !== 'max') throw new BoardError('Unknown filter');
  const [width, height] = [integer(w), integer(h)];
  if (weights.length !== width * height) throw new BoardError("Filter length doesn't match w*h");
  const before = Array.from({ length: canvas.height }, (_, y) =>
    Array.from({ length: canvas.width }, (__, x) => canvas.getPixel(x, y) & 255),
  );
  const [shiftX, shiftY] = [(width - 1) >> 1, (height - 1) >> 1];
  before.forEach((row, y) => {
    row.forEach((own, x) => {
      let sum = integer(offset);
      weights.forEach((weight, at) => {
        const column = x + (at % width) - shiftX;
        sum += ((weight << 24) >> 24) * (before[y + Math.floor(at / width) - shiftY]?.[column] ?? 0);
      });
      const value = Math.min(integer(max), Math.max(0, Math.trunc(sum / integer(div))));
      canvas.setPixel(x, y, filter === 'max' ? Math.max(own, value) : value);
    });
  });
}

/** Methods that give something else. */
const asking: Record<string, Method> = {
  getWidth: (canvas) => canvas.width,
  getHeight: (canvas) => canvas.height,
  getBPP: (canvas) => canvas.bitsPerPixel,
  getColor: (canvas) => canvas.color,
  getBgColor: (canvas) => canvas.background,
  getPixel: (canvas, x, y) => canvas.getPixel(integer(x), integer(y)),
  toColor: (canvas, ...values) => colorOf(canvas.bitsPerPixel, values),
  blendColor({ bitsPerPixel }, from, to, amount) {
    const part = Math.trunc((Number(amount) || 0) * 256);
    return blendedColor(bitsPerPixel, colorOf(bitsPerPixel, [to]), colorOf(bitsPerPixel, [from]), part);
  },
};

const COLORS = ['fg', 'bg', 'fg2', 'bg2', 'fgH', 'bgH', 'fgW', 'bgW'] as const;

export function installGraphicsClass(board: CanvasBoard, realm: Realm): void {
  const { parts, membrane } = realm;
  const { display } = board;
  const theme = themeOf(display?.screen);
  const canvases = new WeakMap<object, Canvas>();
  const plain = new WeakSet<object>();
  const canvasOf = (self: unknown): Canvas => {
    const canvas = canvases.get(self as object);
    if (!canvas) throw new BoardError('Expecting an instance of Graphics');
    return canvas;
  };
  const members: Members = textMethods(canvasOf, realm, {
    outlines: board.options.vectorFont,
    fonts: display?.screen.fonts ?? [],
    hasFindFont: !board.facts.missing.includes('Bangle'),
  });
  for (const [name, run] of Object.entries(chained))
    members[name] = (self: unknown, ...values: unknown[]) => {
      run(canvasOf(self), ...values);
      return self;
    };
  for (const [name, run] of Object.entries(asking))
    members[name] = (self: unknown, ...values: unknown[]) => run(canvasOf(self), ...values);
  Object.assign(members, notSimulated(parts, 'Graphics', 'blit dump getInstance getVectorFontPolys'));
  const area = (x1: number, y1: number, x2: number, y2: number) => realm.object({ x1, y1, x2, y2 });
  const { ArrayBuffer: BufferKind } = realm.global as { ArrayBuffer: new (bytes: number) => ArrayBuffer };
  const imageIn = (canvas: Canvas, bits: number) => {
    const { width, height } = canvas;
    const buffer = new BufferKind(bufferBytes(width, height, bits));
    const order = { msb: true, zigzag: false, verticalByte: false, interleaved: false };
    const pixels = new BufferPixels(new Uint8Array(buffer), width, height, bits, order);
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) pixels.set(x, y, canvas.getPixel(x, y));
    return { width, height, bpp: bits, buffer };
  };
  Object.assign(members, {
    setTheme(self: unknown, given: unknown) {
      const { bitsPerPixel } = canvasOf(self);
      if (typeof given !== 'object' || given === null) return self;
      const values = given as Members;
      for (const name of COLORS) if (values[name] !== undefined) theme[name] = colorOf(bitsPerPixel, [values[name]]);
      if (values.dark !== undefined) theme.dark = Boolean(values.dark);
      return self;
    },
    transformVertices(_: unknown, vertices: unknown, given: unknown) {
      if (typeof vertices !== 'object' || vertices === null) return parts.array([]);
      const list = Array.isArray(given) || ArrayBuffer.isView(given) ? numbersOf(given) : undefined;
      if (list?.length !== 6 && (list || typeof given !== 'object' || given === null))
        return parts.raise('Expected either an object or an array with 6 entries for second argument', 'TypeError');
      const { x = 0, y = 0, scale = 1, rotate = 0 } = Object(given) as Members;
      const wanted = { x: Number(x), y: Number(y), scale: Number(scale), rotate: Number(rotate) };
      return parts.array(transformed(numbersOf(vertices), list ?? matrixOf(wanted)));
    },
    quadraticBezier: (_: unknown, corners: unknown, options: unknown) =>
      parts.array(quadraticBezier(numbersOf(corners), integer(Object(options).count))),
    getModified(self: unknown, isReset: unknown) {
      const canvas = canvasOf(self);
      const { modified } = canvas;
      if (isReset) canvas.modified = null;
      return modified ? area(modified.x1, modified.y1, modified.x2, modified.y2) : undefined;
    },
    asImage(self: unknown, kind: unknown) {
      const { width, height, bpp, buffer } = imageIn(canvasOf(self), canvasOf(self).bitsPerPixel);
      // A buffer in the order of images is used without a copy.
      const own = plain.has(self as object) ? (self as Members).buffer : undefined;
      const { transparent, palette } = self as { transparent?: unknown; palette?: ArrayLike<number> };
      const bytes = new Uint8Array(buffer);
      const seen = transparent === undefined ? undefined : integer(transparent);
      if (kind === undefined || kind === 'object')
        return realm.object({
          width,
          height,
          ...(bpp === 1 ? {} : { bpp }),
          ...(seen === undefined ? {} : { transparent: seen }),
          ...(palette ? { palette } : {}),
          buffer: own ?? latin1(bytes),
        });
      if (kind !== 'string') return parts.raise('Unknown image type');
      const flags = (seen === undefined ? 0 : HAS_TRANSPARENT) | (palette ? HAS_PALETTE : 0);
      const colors = palette ? numbersOf(palette).flatMap((color) => [color & 255, color >> 8]) : [];
      return latin1([width, height, bpp | flags, ...(seen === undefined ? [] : [seen]), ...colors, ...bytes]);
    },
    imageMetrics(_: unknown, value: unknown) {
      const image = imageOf(value);
      const { width, height, bits, transparent } = image;
      const frames = Math.floor((image.bytes.length - image.start) / imageBytes(image));
      const more = frames > 1 ? { frames } : {};
      return realm.object({ width, height, bpp: bits, transparent: transparent !== undefined, ...more });
    },
  });
  const exposed = Object.entries(members).map(([name, run]): [string, unknown] => [
    name,
    membrane.expose(run as () => unknown),
  ]);
  const Graphics = parts.kind('Graphics', exposed) as (new () => Members) & Members;
  const make = (canvas: Canvas): Members => {
    const made = new Graphics();
    canvases.set(made, canvas);
    return made;
  };
  const checkSizes = (width: number, height: number, bits: number) => {
    if (width <= 0 || height <= 0 || width > MOST_SIDE || height > MOST_SIDE) throw new BoardError('Invalid Size');
    if (!BITS.includes(bits)) throw new BoardError('Invalid BPP');
  };
  const statics: Members = {
    createArrayBuffer(w: unknown, h: unknown, bpp: unknown, options: unknown) {
      const [width, height, bits] = [integer(w), integer(h), integer(bpp)];
      checkSizes(width, height, bits);
      const { msb = true, zigzag, vertical_byte, interleavex, buffer } = Object(options) as Members;
      if (vertical_byte && bits !== 1) throw new BoardError('vertical_byte only works for 1bpp ArrayBuffers');
      if (vertical_byte && height & 7) throw new BoardError('height must be a multiple of 8 when using vertical_byte');
      const bytes = bufferBytes(width, height, bits);
      board.allocating(bytes);
      const kept = buffer ?? new BufferKind(bytes);
      const order = {
        msb: Boolean(msb),
        zigzag: Boolean(zigzag),
        verticalByte: Boolean(vertical_byte),
        interleaved: Boolean(interleavex),
      };
      const view = ArrayBuffer.isView(kept) ? bufferOf(kept) : new Uint8Array(kept as ArrayBuffer);
      const made = make(new Canvas(width, height, bits, new BufferPixels(view, width, height, bits, order)));
      made.buffer = kept;
      if (order.msb && !order.zigzag && !order.verticalByte && !order.interleaved) plain.add(made);
      return made;
    },
    createCallback(w: unknown, h: unknown, bpp: unknown, callback: unknown) {
      const [width, height, bits] = [integer(w), integer(h), integer(bpp)];
      checkSizes(width, height, bits);
      const { setPixel = callback, fillRect, getPixel } = Object(callback) as Members;
      if (typeof setPixel !== 'function')
        throw new BoardError('Expecting Callback Function or an Object but got undefined');
      const get = typeof getPixel === 'function' ? getPixel : () => 0;
      const set = setPixel as (x: number, y: number, color: number) => void;
      const pixels: Pixels = { get: (x, y) => Number(get(x, y)), set: (x, y, color) => set(x, y, color) };
      if (typeof fillRect === 'function') pixels.fill = (x1, y1, x2, y2, color) => void fillRect(x1, y1, x2, y2, color);
      return make(new Canvas(width, height, bits, pixels));
    },
    createImage(value: unknown) {
      const rows = String(value)
        .replace(/^\n/, '')
        .replace(/\n[ \t]*$/, '')
        .split('\n');
      const width = Math.max(...rows.map((row) => row.length));
      const height = rows.length;
      const bytes = new Uint8Array(bufferBytes(width, height, 1));
      const order = { msb: true, zigzag: false, verticalByte: false, interleaved: false };
      const pixels = new BufferPixels(bytes, width, height, 1, order);
      rows.forEach((row, y) => {
        for (let x = 0; x < row.length; x++) if (row[x] !== ' ' && row[x] !== '.') pixels.set(x, y, 1);
      });
      return realm.object({ width, height, buffer: latin1(bytes) });
    },
  };
  for (const [name, run] of Object.entries(statics))
    parts.define(Graphics, name, membrane.expose(run as () => unknown));
  Object.defineProperty(parts.concealed.Graphics, 'theme', {
    get: membrane.expose(() => realm.object({ ...theme })),
    configurable: true,
  });
  if (!display) return;
  const { width, height, bitsPerPixel } = display.screen;
  realm.install({ g: make(new Canvas(width, height, bitsPerPixel, display, theme)) });
}
