// Images of a program, as `drawImage` takes them, and how they are drawn.

import { BoardError } from '../board-error.js';
import { blendedColor } from '../screen/blending.js';
import type { Canvas } from '../screen/canvas.js';
import { eachPixel } from '../screen/image-layer.js';
import { imageColor } from '../screen/palettes.js';
import { bytesOf } from './bytes.js';
import { integer } from './graphics-values.js';

type Members = Record<string, unknown>;

/** Limits of an image's scale. */
const LEAST_SCALE = 1 / 64;
const MOST_SCALE = 64;

export interface ImageData {
  width: number;
  height: number;
  bits: number;
  bytes: Uint8Array;
  /** Offset of the first pixel in bytes. */
  start: number;
  palette: ArrayLike<number> | undefined;
  transparent: number | undefined;
}

export function bufferOf(value: unknown): Uint8Array {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return Uint8Array.from(bytesOf(value));
}

/** An image as `drawImage` takes it: an object, or a text or a buffer that begins with its sizes. */
export function imageOf(value: unknown): ImageData {
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

export const HAS_TRANSPARENT = 128;
export const HAS_PALETTE = 64;

export function imageWithHeader(bytes: Uint8Array, from = 0): ImageData {
  const [width, height, kind] = bytes.subarray(from);
  const isTransparent = (kind & HAS_TRANSPARENT) !== 0;
  let start = from + (isTransparent ? 4 : 3);
  const bits = kind & 63;
  let palette: number[] | undefined;
  if (kind & HAS_PALETTE) {
    palette = Array.from({ length: 2 ** bits }, (_, at) => bytes[start + 2 * at] | (bytes[start + 2 * at + 1] << 8));
    start += 2 * palette.length;
  }
  return { width, height, bits, bytes, start, palette, transparent: isTransparent ? bytes[from + 3] : undefined };
}

/** Returns the bytes of the pixels of one frame. */
export function imageBytes({ width, height, bits }: ImageData): number {
  return Math.floor((width * height * bits + 7) / 8);
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

export function drawImage(canvas: Canvas, value: unknown, x: unknown, y: unknown, options: unknown): void {
  const { scale, rotate, frame, filter } = Object(options) as Members;
  if (filter) throw new BoardError('drawImage with filter is not simulated');
  const size = Number(scale) > 0 && Number.isFinite(Number(scale)) ? Number(scale) : 1;
  if (size < LEAST_SCALE || size > MOST_SCALE)
    throw new BoardError(`drawImage with a scale of ${size} is not simulated`);
  const angle = Number.isFinite(Number(rotate ?? Number.NaN)) ? Number(rotate) : undefined;
  const image = imageOf(value);
  if (frame !== undefined) image.start += integer(frame) * imageBytes(image);
  const [left, top] = [integer(x), integer(y)];
  if (angle !== undefined || !Number.isInteger(size)) {
    const { width, height } = image;
    eachPixel({ x: left, y: top, width, height, rotate: angle, scale: size }, (atX, atY, imageX, imageY) => {
      const pixel = pixelOf(image, imageY * width + imageX);
      if (pixel !== image.transparent) canvas.setPixel(atX, atY, shownColor(canvas, image, pixel));
    });
    return;
  }
  drawPlain(canvas, image, left, top, size);
}

const MOST_LAYERS = 4;

/** How a layer is combined with those below it. */
const compositions: Record<string, (below: number, own: number, most: number) => number> = {
  add: (below, own, most) => Math.min(most, below + own),
  or: (below, own) => (below | own) >>> 0,
  xor: (below, own) => (below ^ own) >>> 0,
};

/** Layers above each other, from the lowest one on. */
export function drawImages(canvas: Canvas, value: unknown): void {
  if (!Array.isArray(value) || value.length > MOST_LAYERS)
    throw new BoardError(`Expecting Array for first argument with <${MOST_LAYERS} entries`);
  const shown = new Map<number, [x: number, y: number, color: number]>();
  value.forEach((layer, index) => {
    const { image, x, y, scale, rotate, center, repeat, palette, compose } = Object(layer) as Members;
    if (repeat) throw new BoardError('drawImages with repeat is not simulated');
    const own = imageOf(image);
    if (palette !== undefined) own.palette = palette as ArrayLike<number>;
    const combine = compose ? compositions[String(compose)] : undefined;
    if (compose && !combine) throw new BoardError(`Unknown op type ${JSON.stringify(compose)}`);
    const [left, top] = [x, y].map((each) => Math.trunc((Number(each) || 0) * 256) / 256);
    const place = {
      x: left,
      y: top,
      width: own.width,
      height: own.height,
      rotate: Number(rotate) || 0,
      scale: Number(scale) > 0 ? Number(scale) : 1,
      isCentred: Boolean(center),
      beyond: 2,
    };
    eachPixel(place, (atX, atY, imageX, imageY) => {
      const pixel = pixelOf(own, imageY * own.width + imageX);
      if (pixel === own.transparent) return;
      const color = shownColor(canvas, own, pixel);
      const key = atY * 65536 + atX;
      const below = shown.get(key)?.[2] ?? (index === 0 ? canvas.getPixel(atX, atY) : 0);
      shown.set(key, [atX, atY, combine ? combine(below, color, canvas.mostColor) : color]);
    });
  });
  for (const [x, y, color] of shown.values()) canvas.setPixel(x, y, color);
}

/** Without rotation, and with a whole scale. */
export function drawPlain(canvas: Canvas, image: ImageData, left: number, top: number, size = 1): void {
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
  // Mix background and color in thirds of 256.
  if (bits === 2) {
    if (pixel === 0 || pixel === 3) return pixel === 3 ? canvas.color : canvas.background;
    return blendedColor(canvas.bitsPerPixel, canvas.color, canvas.background, pixel === 1 ? 85 : 171);
  }
  const mapped = canvas.bitsPerPixel === 16 && bits < 16 ? imageColor(pixel, bits, 16) : undefined;
  return mapped ?? pixel;
}
