// The screen as Espruino's Graphics draws on it, as far as programs with a buffer of pixels need it.

import { blendedColor, imageColor } from './palettes.js';
import { png } from './png.js';

export interface Screen {
  width: number;
  height: number;
  /** Bits of a pixel: 3 of a Bangle.js 2, 16 of a Bangle.js 1, 1 of a Pixl.js. */
  bitsPerPixel: number;
}

/** As `g.drawImage` takes it. */
export interface Image {
  width: number;
  height: number;
  bpp?: number;
  buffer: ArrayBufferLike | ArrayBufferView | string;
  palette?: ArrayLike<number>;
  transparent?: number;
}

/** Texts that are kept, and characters of each. */
const MOST_TEXTS = 10_000;
const LONGEST_TEXT = 1000;
/** Of an image. */
const LEAST_SCALE = 1 / 32;

export class Graphics {
  /** A number for each pixel, with as many bits as the screen has. */
  readonly pixels: Uint32Array;
  color: number;
  background = 0;
  /** What was written: fonts are not simulated, so it is not among the pixels. */
  readonly texts: { text: string; x: number; y: number; color: number }[] = [];
  /** How often the program has shown what it drew. */
  flips = 0;
  private clip: { x1: number; y1: number; x2: number; y2: number };
  private cursor = { x: 0, y: 0 };

  constructor(readonly screen: Screen) {
    const { width, height, bitsPerPixel } = screen;
    this.pixels = new Uint32Array(width * height);
    this.color = 2 ** bitsPerPixel - 1;
    this.clip = { x1: 0, y1: 0, x2: width - 1, y2: height - 1 };
  }

  /** A colour in the screen's bits from red, green and blue, 0 to 1. */
  colorOf(red: number, green: number, blue: number): number {
    const { bitsPerPixel } = this.screen;
    const part = (value: number, bits: number) => Math.min(2 ** bits - 1, Math.max(0, Math.floor(value * 2 ** bits)));
    if (bitsPerPixel === 16) return (part(red, 5) << 11) | (part(green, 6) << 5) | part(blue, 5);
    if (bitsPerPixel === 3) return (part(red, 1) << 2) | (part(green, 1) << 1) | part(blue, 1);
    if (bitsPerPixel === 1) return red + green + blue >= 1.5 ? 1 : 0;
    if (bitsPerPixel === 8) return (part(red, 3) << 5) | (part(green, 3) << 2) | part(blue, 2);
    return (part(red, 8) << 16) | (part(green, 8) << 8) | part(blue, 8);
  }

  /** Red, green and blue, 0 to 255, of a colour in the screen's bits. */
  rgb(color: number): [number, number, number] {
    const full = (value: number, bits: number) => Math.round((value * 255) / (2 ** bits - 1));
    switch (this.screen.bitsPerPixel) {
      case 16:
        return [full(color >> 11, 5), full((color >> 5) & 63, 6), full(color & 31, 5)];
      case 8:
        return [full(color >> 5, 3), full((color >> 2) & 7, 3), full(color & 3, 2)];
      case 3:
        return [full((color >> 2) & 1, 1), full((color >> 1) & 1, 1), full(color & 1, 1)];
      case 1:
        return [full(color & 1, 1), full(color & 1, 1), full(color & 1, 1)];
      default:
        return [(color >> 16) & 255, (color >> 8) & 255, color & 255];
    }
  }

  clear(): void {
    this.clip = { x1: 0, y1: 0, x2: this.screen.width - 1, y2: this.screen.height - 1 };
    this.pixels.fill(this.background);
  }

  setClip(x1: number, y1: number, x2: number, y2: number): void {
    const { width, height } = this.screen;
    this.clip = { x1: Math.max(0, x1), y1: Math.max(0, y1), x2: Math.min(width - 1, x2), y2: Math.min(height - 1, y2) };
  }

  setPixel(x: number, y: number, color = this.color): void {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const { x1, y1, x2, y2 } = this.clip;
    if (column >= x1 && column <= x2 && row >= y1 && row <= y2) this.pixels[row * this.screen.width + column] = color;
  }

  getPixel(x: number, y: number): number {
    const { width, height } = this.screen;
    return x >= 0 && y >= 0 && x < width && y < height ? this.pixels[Math.floor(y) * width + Math.floor(x)] : 0;
  }

  fillRect(x1: number, y1: number, x2: number, y2: number, color = this.color): void {
    const { clip } = this;
    // Whole steps, so that what lies outside of the clip changes nothing within.
    const first = (start: number, edge: number) => (start >= edge ? start : start + Math.floor(edge - start));
    const [right, bottom] = [Math.min(Math.max(x1, x2), clip.x2 + 1), Math.min(Math.max(y1, y2), clip.y2 + 1)];
    for (let y = first(Math.min(y1, y2), clip.y1); y <= bottom; y++)
      for (let x = first(Math.min(x1, x2), clip.x1); x <= right; x++) this.setPixel(x, y, color);
  }

  drawRect(x1: number, y1: number, x2: number, y2: number): void {
    this.fillRect(x1, y1, x2, y1);
    this.fillRect(x1, y2, x2, y2);
    this.fillRect(x1, y1, x1, y2);
    this.fillRect(x2, y1, x2, y2);
  }

  drawLine(x1: number, y1: number, x2: number, y2: number): void {
    const steps = Math.max(Math.abs(x2 - x1), Math.abs(y2 - y1), 1);
    for (let step = 0; step <= steps; step++)
      this.setPixel(Math.round(x1 + ((x2 - x1) * step) / steps), Math.round(y1 + ((y2 - y1) * step) / steps));
    this.moveTo(x2, y2);
  }

  moveTo(x: number, y: number): void {
    this.cursor = { x, y };
  }

  lineTo(x: number, y: number): void {
    this.drawLine(this.cursor.x, this.cursor.y, x, y);
  }

  drawCircle(x: number, y: number, radius: number, isFilled: boolean): void {
    const { clip } = this;
    // Whole steps from the edge of the circle, within a pixel around the clip.
    const first = (centre: number, edge: number) => -radius + Math.max(0, Math.floor(edge - 1 - (centre - radius)));
    const last = (centre: number, edge: number) => Math.min(radius, edge + 1 - centre);
    for (let dy = first(y, clip.y1); dy <= last(y, clip.y2); dy++)
      for (let dx = first(x, clip.x1); dx <= last(x, clip.x2); dx++) {
        const distance = Math.sqrt(dx * dx + dy * dy);
        if (isFilled ? distance <= radius + 0.5 : Math.abs(distance - radius) < 0.5) this.setPixel(x + dx, y + dy);
      }
  }

  /** A text, which is not among the pixels. */
  write(text: string, x: number, y: number): void {
    if (this.texts.length < MOST_TEXTS) this.texts.push({ text: text.slice(0, LONGEST_TEXT), x, y, color: this.color });
  }

  /**
   * Pixels of the image start at the left of its first row; their bits follow each other without gaps. Throws RangeError
   * for a scale that is too small.
   */
  drawImage(image: Image, x: number, y: number, scale = 1): void {
    if (!(scale >= LEAST_SCALE)) throw new RangeError(`an image cannot be scaled by ${scale}`);
    const bits = image.bpp ?? 1;
    const bytes = bytesOf(image.buffer);
    const { clip } = this;
    const first = (start: number, edge: number) => Math.max(0, Math.floor((edge - start) / scale) - 1);
    const end = (start: number, edge: number, count: number) => Math.min(count, Math.ceil((edge - start) / scale) + 1);
    for (let row = first(y, clip.y1); row < end(y, clip.y2, image.height); row++)
      for (let column = first(x, clip.x1); column < end(x, clip.x2, image.width); column++) {
        const value = bitsAt(bytes, (row * image.width + column) * bits, bits);
        if (value === image.transparent) continue;
        const color = image.palette ? image.palette[value] : this.colorOfImage(value, bits);
        const [left, top] = [x + column * scale, y + row * scale];
        this.fillRect(left, top, left + scale - 1, top + scale - 1, color);
      }
  }

  /** Of a pixel of an image without a palette. A real screen of 3 bits dithers what it cannot show, this one does not. */
  private colorOfImage(value: number, bits: number): number {
    const { bitsPerPixel } = this.screen;
    if (bits === 1) return value ? this.color : this.background;
    if (bitsPerPixel === 16 && bits === 2) return blendedColor(this.color, this.background, [0, 85, 171, 256][value]);
    const color = bitsPerPixel === 3 || bitsPerPixel === 16 ? imageColor(value, bits, bitsPerPixel) : undefined;
    if (color === undefined) return value & (2 ** bitsPerPixel - 1);
    if (bitsPerPixel === 16) return color;
    return ((color >> 15) << 2) | (((color >> 10) & 1) << 1) | ((color >> 4) & 1);
  }

  png(): Buffer {
    const { width, height } = this.screen;
    const pixels = new Uint8Array(width * height * 3);
    for (let index = 0; index < this.pixels.length; index++) pixels.set(this.rgb(this.pixels[index]), index * 3);
    return png(width, height, pixels);
  }
}

function bytesOf(buffer: Image['buffer']): Uint8Array {
  if (typeof buffer === 'string') return Buffer.from(buffer, 'latin1');
  if (ArrayBuffer.isView(buffer)) return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  return new Uint8Array(buffer);
}

/** The highest bit of a byte is the first. */
function bitsAt(bytes: Uint8Array, at: number, bits: number): number {
  if (bits === 16) return (bytes[at >> 3] << 8) | bytes[(at >> 3) + 1];
  let value = 0;
  for (let bit = 0; bit < bits; bit++) value = (value << 1) | ((bytes[(at + bit) >> 3] >> (7 - ((at + bit) & 7))) & 1);
  return value;
}
