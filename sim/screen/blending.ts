// Colours between two, and lines whose edges have them. Source of the rules: libs/graphics/graphics.c of Espruino 2v29.

import type { Canvas } from './canvas.js';

/** `amount` of 256 parts of the color, and the rest of the background. */
export function blendedColor(bits: number, color: number, background: number, amount: number): number {
  const most = Math.min(256, Math.max(0, amount));
  if (bits === 2 || bits === 4 || bits === 8) return (background * (256 - most) + color * most + 127) >> 8;
  const part = (shift: number, mask: number) => {
    const [from, to] = [(background >> shift) & mask, (color >> shift) & mask];
    return ((from * (256 - most) + to * most) >> 8) << shift;
  };
  if (bits === 16) return part(11, 31) | part(5, 63) | part(0, 31);
  if (bits === 24) return part(16, 255) | part(8, 255) | part(0, 255);
  return most >= 128 ? color : background;
}

function blendPixel(canvas: Canvas, x: number, y: number, amount: number): void {
  const under = canvas.deviceGet(x, y);
  canvas.devicePixel(x, y, blendedColor(canvas.bitsPerPixel, canvas.color, under, amount));
}

/** A line between two points, by the algorithm of Xiaolin Wu, in steps of 1/256 of a pixel. */
export function drawSmoothLine(canvas: Canvas, x1: number, y1: number, x2: number, y2: number): void {
  const PART = 16;
  const fixed = (value: number) => Math.trunc(value * PART + 0.5);
  let from = canvas.toDevice(fixed(x1), fixed(y1), PART).map((each) => each * PART);
  let to = canvas.toDevice(fixed(x2), fixed(y2), PART).map((each) => each * PART);
  const isSteep = Math.abs(to[1] - from[1]) > Math.abs(to[0] - from[0]);
  if (isSteep)
    [from, to] = [
      [from[1], from[0]],
      [to[1], to[0]],
    ];
  if (from[0] > to[0]) [from, to] = [to, from];
  const plot = (x: number, y: number, first: number, second: number) => {
    blendPixel(canvas, isSteep ? y : x, isSteep ? x : y, first);
    blendPixel(canvas, isSteep ? y + 1 : x, isSteep ? x : y + 1, second);
  };
  const length = to[0] - from[0];
  const gradient = length === 0 ? 256 : Math.trunc(((to[1] - from[1]) << 8) / length);
  /** Draws an end, and gives its column and position. */
  const end = ([x, y]: number[], column: number, gap: number): [number, number] => {
    const position = y + ((gradient * (column - x)) >> 8);
    const part = position & 255;
    plot(column >> 8, position >> 8, ((256 - part) * gap) >> 8, (part * gap) >> 8);
    return [column >> 8, position];
  };
  const [first, position] = end(from, from[0] & ~255, 255 - (from[0] & 255));
  const [last] = end(to, (to[0] + 256) & ~255, (to[0] + 256) & 255);
  let at = position + gradient;
  for (let x = first + 1; x < last; x++) {
    plot(x, at >> 8, 256 - (at & 255), at & 255);
    at += gradient;
  }
}
