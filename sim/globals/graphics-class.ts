// The class Graphics: canvases in a buffer of the program, or drawn on by its functions. Fonts are not simulated: drawing a text is an
// error that says so.

import { BoardError } from '../board-error.js';
import type { Realm } from '../realm/realm.js';
import { BufferPixels, bufferBytes } from '../screen/buffer-pixels.js';
import { Canvas, type Pixels } from '../screen/canvas.js';
import { eachPixel } from '../screen/image-layer.js';
import { imageColor } from '../screen/palettes.js';
import { bytesOf, latin1 } from './bytes.js';

type Members = Record<string, unknown>;
type Method = (canvas: Canvas, ...values: unknown[]) => unknown;

const BITS = [1, 2, 4, 8, 16, 24, 32];
const MOST_SIDE = 32767;
/** Of an image. */
const LEAST_SCALE = 1 / 64;
const MOST_SCALE = 64;

export interface CanvasBoard {
  /** Before a buffer of so many bytes is made. */
  allocating(bytes: number): void;
}

const integer = (value: unknown): number => {
  const number = Math.trunc(Number(value));
  return Number.isFinite(number) ? number : 0;
};

/** A text `#rgb` or `#rrggbb`, three numbers from 0 to 1, or the number of a colour. */
function colorOf(bits: number, values: readonly unknown[]): number {
  const [first, second, third] = values;
  let parts = [first, second, third].map((each) => (each === undefined ? Number.NaN : Number(each)));
  if (typeof first === 'string') {
    const digits = /^#(?:[\da-f]{3}|[\da-f]{6})$/i.test(first) ? first.slice(1) : undefined;
    if (!digits) throw new BoardError("If Color is a String, it must be of the form '#rrggbb' or '#rgb'");
    const size = digits.length / 3;
    parts = [0, 1, 2].map((at) => Number.parseInt(digits.slice(at * size, (at + 1) * size), 16) / (16 ** size - 1));
  }
  if (!parts.every(Number.isFinite)) return bits >= 32 ? integer(first) >>> 0 : integer(first) & (2 ** bits - 1);
  const [red, green, blue] = parts.map((part) => Math.min(255, Math.max(0, Math.trunc(part * 256))));
  if (bits === 16) return (blue >> 3) | ((green >> 2) << 5) | ((red >> 3) << 11);
  if (bits === 24) return blue | (green << 8) | (red << 16);
  if (bits === 32) return (0xff000000 | blue | (green << 8) | (red << 16)) >>> 0;
  if (bits === 4 || bits === 8) return nearest(bits, red, green, blue);
  return red + green + blue >= 384 ? 2 ** bits - 1 : 0;
}

/** The number of the colour of a palette that is least far away. */
function nearest(bits: number, red: number, green: number, blue: number): number {
  let [found, least] = [0, Number.POSITIVE_INFINITY];
  const count = bits === 4 ? 16 : 255;
  for (let index = 0; index < count; index++) {
    const color = imageColor(index, bits, bits)!;
    const b = (color << 3) & 0xf8;
    const full = [((color >> 8) & 0xf8) | (((color >> 8) & 0xf8) >> 5), ((color >> 3) & 0xfc) | (b >> 6), b | (b >> 5)];
    const distance = (full[0] - red) ** 2 + (full[1] - green) ** 2 + (full[2] - blue) ** 2;
    if (distance < least) [found, least] = [index, distance];
  }
  return found;
}

export interface ImageData {
  width: number;
  height: number;
  bits: number;
  bytes: Uint8Array;
  /** Of the first pixel, in bytes. */
  start: number;
  palette: ArrayLike<number> | undefined;
  transparent: number | undefined;
}

function bufferOf(value: unknown): Uint8Array {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return Uint8Array.from(bytesOf(value));
}

/** An image as `drawImage` takes it: an object, or a text or a buffer that begins with its sizes. */
function imageOf(value: unknown): ImageData {
  const isBuffer = ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === '[object ArrayBuffer]';
  if (typeof value === 'string' || isBuffer) return imageWithHeader(bufferOf(value));
  const { width, height, bpp, buffer, palette, transparent } = Object(value) as Members;
  if (buffer === undefined || buffer === null)
    throw new BoardError('Expecting first argument to be an object or a String');
  return {
    width: integer(width),
    height: integer(height),
    bits: integer(bpp) > 0 ? integer(bpp) : 1,
    bytes: bufferOf(buffer),
    start: 0,
    palette: palette as ArrayLike<number> | undefined,
    transparent: transparent === undefined ? undefined : integer(transparent),
  };
}

const HAS_TRANSPARENT = 128;
const HAS_PALETTE = 64;

function imageWithHeader(bytes: Uint8Array): ImageData {
  const [width, height, kind] = bytes;
  const isTransparent = (kind & HAS_TRANSPARENT) !== 0;
  let start = isTransparent ? 4 : 3;
  const bits = kind & 63;
  let palette: number[] | undefined;
  if (kind & HAS_PALETTE) {
    palette = Array.from({ length: 2 ** bits }, (_, at) => bytes[start + 2 * at] | (bytes[start + 2 * at + 1] << 8));
    start += 2 * palette.length;
  }
  return { width, height, bits, bytes, start, palette, transparent: isTransparent ? bytes[3] : undefined };
}

/** The highest bits of a byte come first. */
function pixelOf({ bytes, start, bits }: ImageData, index: number): number {
  const at = start * 8 + index * bits;
  if (bits >= 8) {
    let value = 0;
    for (let byte = 0; byte < bits / 8; byte++) value = value * 256 + (bytes[(at >> 3) + byte] ?? 0);
    return value;
  }
  let value = 0;
  for (let bit = 0; bit < bits; bit++) value = (value << 1) | ((bytes[(at + bit) >> 3] >> (7 - ((at + bit) & 7))) & 1);
  return value;
}

function drawImage(canvas: Canvas, value: unknown, x: unknown, y: unknown, options: unknown): void {
  const { scale, rotate, frame, filter } = Object(options) as Members;
  if (filter) throw new BoardError('drawImage with filter is not simulated');
  const size = Number(scale) > 0 && Number.isFinite(Number(scale)) ? Number(scale) : 1;
  if (size < LEAST_SCALE || size > MOST_SCALE)
    throw new BoardError(`drawImage with a scale of ${size} is not simulated`);
  const angle = Number.isFinite(Number(rotate ?? Number.NaN)) ? Number(rotate) : undefined;
  const image = imageOf(value);
  if (frame !== undefined)
    image.start += integer(frame) * Math.floor((image.width * image.height * image.bits + 7) / 8);
  const [left, top] = [integer(x), integer(y)];
  if (angle !== undefined || !Number.isInteger(size)) {
    const { width, height } = image;
    eachPixel({ x: left, y: top, width, height, rotate: angle, scale: size }, (atX, atY, imageX, imageY) => {
      const pixel = pixelOf(image, imageY * width + imageX);
      if (pixel !== image.transparent) canvas.setPixel(atX, atY, shownColor(canvas, image, pixel));
    });
    return;
  }
  for (let row = 0; row < image.height; row++)
    for (let column = 0; column < image.width; column++) {
      const pixel = pixelOf(image, row * image.width + column);
      if (pixel === image.transparent) continue;
      const color = shownColor(canvas, image, pixel);
      const [px, py] = [left + column * size, top + row * size];
      canvas.fillRect(px, py, px + size - 1, py + size - 1, color);
    }
}

function shownColor(canvas: Canvas, { palette, bits }: ImageData, pixel: number): number {
  if (palette) return palette[pixel & (palette.length - 1)];
  if (bits === 1) return pixel ? canvas.color : canvas.background;
  const mapped = canvas.bitsPerPixel === 16 && bits < 16 ? imageColor(pixel, bits, 16) : undefined;
  return mapped ?? pixel;
}

/** Coordinates of two corners: four numbers, or an object. Without any, a point at the origin. */
function cornersOf([first, ...others]: unknown[]): [number, number, number, number] {
  if (typeof first !== 'object' || first === null) {
    const [y1, x2, y2] = others;
    return [integer(first), integer(y1), integer(x2), integer(y2)];
  }
  const { x, y, x1 = x, y1 = y, x2, y2, w, h } = first as Members;
  const [left, top] = [integer(x1), integer(y1)];
  const right = w === undefined || integer(w) < 0 ? integer(x2) : left + integer(w);
  const bottom = h === undefined || integer(h) < 0 ? integer(y2) : top + integer(h);
  return [left, top, right, bottom];
}

const radiusOf = ([first]: unknown[]): number =>
  typeof first === 'object' && first !== null ? integer((first as Members).r) : 0;

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
  reset: (canvas) => canvas.reset(),
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
  flip() {},
  // There is no text that they would change.
  setFont() {},
  setFontVector() {},
  setFontBitmap() {},
  setFontCustom() {},
  setFontPBF() {},
  setFont4x6() {},
  setFont6x8() {},
  setFontAlign() {},
};

function around([x, y, radius]: unknown[]): [number, number, number, number] {
  const [centreX, centreY, r] = [integer(x), integer(y), integer(radius)];
  return [centreX - r, centreY - r, centreX + r, centreY + r];
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
};

/** Needs the bitmaps of fonts, or is left out. */
const notSimulated = (
  'drawString stringWidth stringMetrics wrapString getFont getFonts getFontHeight findFont drawLineAA drawPolyAA fillPolyAA drawCircleAA fillAnnulus ' +
  'drawImages filter blit blendColor quadraticBezier transformVertices dump getInstance getVectorFontPolys'
).split(' ');

export function installGraphicsClass(board: CanvasBoard, realm: Realm): void {
  const { parts, membrane } = realm;
  const canvases = new WeakMap<object, Canvas>();
  const plain = new WeakSet<object>();
  const canvasOf = (self: unknown): Canvas => {
    const canvas = canvases.get(self as object);
    if (!canvas) throw new BoardError('Expecting an instance of Graphics');
    return canvas;
  };
  const members: Members = {};
  for (const [name, run] of Object.entries(chained))
    members[name] = (self: unknown, ...values: unknown[]) => {
      run(canvasOf(self), ...values);
      return self;
    };
  for (const [name, run] of Object.entries(asking))
    members[name] = (self: unknown, ...values: unknown[]) => run(canvasOf(self), ...values);
  for (const name of notSimulated) members[name] = () => parts.raise(`Graphics.${name} is not simulated`);
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
    getModified(self: unknown, isReset: unknown) {
      const canvas = canvasOf(self);
      const { modified } = canvas;
      if (isReset) canvas.modified = null;
      return modified ? area(modified.x1, modified.y1, modified.x2, modified.y2) : undefined;
    },
    asImage(self: unknown, kind: unknown) {
      const { width, height, bpp, buffer } = imageIn(canvasOf(self), canvasOf(self).bitsPerPixel);
      // What has the order of images already is used as it is.
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
      const { width, height, bits, transparent } = imageOf(value);
      return realm.object({ width, height, bpp: bits, ...(transparent === undefined ? {} : { transparent }) });
    },
  });
  const exposed = Object.entries(members).map(([name, run]): [string, unknown] => [
    name,
    membrane.expose(run as () => unknown),
  ]);
  const Graphics = parts.kind('Graphics', exposed) as (new () => Members) & Members;
  const make = (width: number, height: number, bits: number, pixels: Pixels): Members => {
    const made = new Graphics();
    canvases.set(made, new Canvas(width, height, bits, pixels));
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
      const made = make(width, height, bits, new BufferPixels(view, width, height, bits, order));
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
      return make(width, height, bits, pixels);
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
}
