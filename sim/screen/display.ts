// The screen of a board: the pixels that `g` draws on.

import type { Pixels } from './canvas.js';
import type { Font } from './fonts.js';
import { png } from './png.js';

export interface Screen {
  width: number;
  height: number;
  /** Bits of a colour, as programs give it. */
  bitsPerPixel: number;
  /** Whether the screen shows one bit each of red, green and blue. A real one dithers what it cannot show; this one does not. */
  hasThreeBits?: boolean;
  /** Names of the fonts that the firmware has besides 4x6, 6x8 and Vector. */
  fonts?: readonly string[];
}

/** Texts that are kept, and characters of each. */
const MOST_TEXTS = 10_000;
const LONGEST_TEXT = 1000;

const RED = 0xf800;
const GREEN = 0x7e0;
const BLUE = 0x1f;

export class Display implements Pixels {
  /** A number for each pixel, with as many bits as the screen shows. */
  readonly pixels: Uint32Array;
  /** Written texts, including those in fonts without pixels. */
  readonly texts: { text: string; x: number; y: number; color: number }[] = [];
  /** Names of the fonts without pixels in which texts were written. */
  readonly fontsWithoutPixels = new Set<string>();
  /** How often the program has shown what it drew. */
  flips = 0;

  /** `background` is the colour that it has at a start, as programs give it. */
  constructor(
    readonly screen: Screen,
    background = 0,
  ) {
    this.pixels = new Uint32Array(screen.width * screen.height);
    this.pixels.fill(this.shown(background));
  }

  get(x: number, y: number): number {
    const shown = this.getPixel(x, y);
    if (!this.screen.hasThreeBits) return shown;
    return (shown & 4 ? RED : 0) | (shown & 2 ? GREEN : 0) | (shown & 1 ? BLUE : 0);
  }

  set(x: number, y: number, color: number): void {
    this.pixels[y * this.screen.width + x] = this.shown(color);
  }

  private shown(color: number): number {
    return this.screen.hasThreeBits ? ((color >> 15) << 2) | (((color >> 10) & 1) << 1) | ((color >> 4) & 1) : color;
  }

  /** In the bits that the screen shows. */
  getPixel(x: number, y: number): number {
    return this.pixels[y * this.screen.width + x];
  }

  write(
    text: string,
    x: number,
    y: number,
    color: number,
    { name, isDrawable }: Pick<Font, 'name' | 'isDrawable'>,
  ): void {
    if (!isDrawable && text !== '') this.fontsWithoutPixels.add(name);
    if (this.texts.length < MOST_TEXTS) this.texts.push({ text: text.slice(0, LONGEST_TEXT), x, y, color });
  }

  flip(): void {
    this.flips++;
  }

  /** Red, green and blue, 0 to 255, of what the screen shows. */
  private rgb(color: number): [number, number, number] {
    const { bitsPerPixel, hasThreeBits } = this.screen;
    const full = (value: number, bits: number) => Math.round((value * 255) / (2 ** bits - 1));
    if (hasThreeBits) return [full((color >> 2) & 1, 1), full((color >> 1) & 1, 1), full(color & 1, 1)];
    if (bitsPerPixel === 16) return [full(color >> 11, 5), full((color >> 5) & 63, 6), full(color & 31, 5)];
    return [full(color & 1, 1), full(color & 1, 1), full(color & 1, 1)];
  }

  png(): Buffer {
    const { width, height } = this.screen;
    const pixels = new Uint8Array(width * height * 3);
    for (let index = 0; index < this.pixels.length; index++) pixels.set(this.rgb(this.pixels[index]), index * 3);
    return png(width, height, pixels);
  }
}
