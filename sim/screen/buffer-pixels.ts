// Pixels in a buffer of a program, in one of the orders of `Graphics.createArrayBuffer`. Source of the orders: libs/graphics/lcd_arraybuffer.c
// of Espruino 2v29.

import type { Pixels } from './canvas.js';

export interface BufferOrder {
  /** The highest bits of a byte, or the highest byte of a pixel, come first. */
  msb: boolean;
  /** Every second row goes from right to left. */
  zigzag: boolean;
  /** A byte has 8 pixels that are one below another. */
  verticalByte: boolean;
  /** Pixels of the lower half stand between those of the upper half. */
  interleaved: boolean;
}

/** Bytes that a canvas needs. */
export function bufferBytes(width: number, height: number, bitsPerPixel: number): number {
  return Math.floor((width * height * bitsPerPixel + 7) / 8);
}

export class BufferPixels implements Pixels {
  constructor(
    private readonly bytes: Uint8Array,
    private readonly width: number,
    private readonly height: number,
    private readonly bits: number,
    private readonly order: BufferOrder,
  ) {}

  /** The number of the pixel's first bit. */
  private place(x: number, y: number): number {
    const { width, height, bits, order } = this;
    const column = order.zigzag && y & 1 ? width - 1 - x : x;
    if (order.interleaved) {
      const half = height >> 1;
      const isLower = y >= half;
      return (isLower ? bits : 0) + (column + (isLower ? y - half : y) * width) * bits * 2;
    }
    if (order.verticalByte) return ((column + (y >> 3) * width) << 3) | (y & 7);
    return (column + y * width) * bits;
  }

  private shift(place: number): number {
    return this.order.msb ? 8 - ((place & 7) + this.bits) : place & 7;
  }

  get(x: number, y: number): number {
    const { bits, bytes, order } = this;
    const place = this.place(x, y);
    const first = place >> 3;
    if (bits & 7) return (bytes[first] >> this.shift(place)) & (2 ** bits - 1);
    let color = 0;
    for (let at = 0; at < bits / 8; at++)
      color += (bytes[first + at] ?? 0) * 256 ** (order.msb ? bits / 8 - 1 - at : at);
    return color;
  }

  set(x: number, y: number, color: number): void {
    const { bits, bytes, order } = this;
    const place = this.place(x, y);
    const first = place >> 3;
    if (bits & 7) {
      const mask = 2 ** bits - 1;
      const shift = this.shift(place);
      bytes[first] = (bytes[first] & ~(mask << shift)) | ((color & mask) << shift);
      return;
    }
    for (let at = 0; at < bits / 8; at++)
      bytes[first + at] = Math.floor(color / 256 ** (order.msb ? bits / 8 - 1 - at : at)) & 255;
  }
}
