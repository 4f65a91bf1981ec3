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

/** Of the corners of smooth shapes, in a pixel. */
const PART = 16;

type Point = readonly [x: number, y: number];

const inParts = (value: number) => Math.trunc(value * PART + 0.5);

/** Pairs of coordinates as points in 16ths of a pixel. */
function pointsOf(corners: readonly number[]): Point[] {
  const points: Point[] = [];
  for (let at = 0; at + 1 < corners.length; at += 2) points.push([inParts(corners[at]), inParts(corners[at + 1])]);
  return points;
}

export function drawSmoothLine(canvas: Canvas, x1: number, y1: number, x2: number, y2: number): void {
  smoothEdge(canvas, [inParts(x1), inParts(y1)], [inParts(x2), inParts(y2)]);
}

export function drawSmoothPolygon(canvas: Canvas, corners: readonly number[], isClosed: boolean): void {
  const points = pointsOf(corners);
  const last = points.at(-1);
  if (!last) return;
  for (let at = 1; at < points.length; at++) smoothEdge(canvas, points[at - 1], points[at]);
  canvas.cursor = { x: Math.trunc(last[0] / PART), y: Math.trunc(last[1] / PART) };
  if (isClosed) smoothEdge(canvas, last, points[0]);
}

/** The edges are smooth, and what is between them is filled over them. */
export function fillSmoothPolygon(canvas: Canvas, corners: readonly number[]): void {
  const points = pointsOf(corners);
  points.forEach((point, at) => {
    smoothEdge(canvas, point, points.at(at - 1)!);
  });
  canvas.fillOutline(points);
}

/** By the algorithm of Alois Zingl: each pixel by its distance from the circle. */
export function drawSmoothCircle(canvas: Canvas, centreX: number, centreY: number, radius: number): void {
  const [left, top] = canvas.toDevice(centreX, centreY);
  let [x, y, error] = [-radius, 0, 2 - 2 * radius];
  const scale = 1 - error;
  const partOf = (distance: number) => 255 - Math.trunc((255 * distance) / scale);
  const plot = (dx: number, dy: number, amount: number) => {
    blendPixel(canvas, left - dx, top + dy, amount);
    blendPixel(canvas, left - dy, top - dx, amount);
    blendPixel(canvas, left + dx, top - dy, amount);
    blendPixel(canvas, left + dy, top + dx, amount);
  };
  do {
    plot(x, y, partOf(Math.abs(error - 2 * (x + y) - 2)));
    const [before, column] = [error, x];
    if (error + y > 0) {
      const outside = partOf(error - 2 * x - 1);
      if (outside > 0) {
        blendPixel(canvas, left - x, top + y + 1, outside);
        blendPixel(canvas, left - y - 1, top - x, outside);
        blendPixel(canvas, left + x, top - y - 1, outside);
        blendPixel(canvas, left + y + 1, top + x, outside);
      }
      error += ++x * 2 + 1;
    }
    if (before + column <= 0) {
      const inside = partOf(2 * y + 3 - before);
      if (inside > 0) {
        blendPixel(canvas, left - column - 1, top + y, inside);
        blendPixel(canvas, left - y, top - column - 1, inside);
        blendPixel(canvas, left + column + 1, top - y, inside);
        blendPixel(canvas, left + y, top + column + 1, inside);
      }
      error += ++y * 2 + 1;
    }
  } while (x < 0);
}

/** A line between two points, by the algorithm of Xiaolin Wu, in steps of 1/256 of a pixel. */
function smoothEdge(canvas: Canvas, [x1, y1]: Point, [x2, y2]: Point): void {
  let from = canvas.toDevice(x1, y1, PART).map((each) => each * PART);
  let to = canvas.toDevice(x2, y2, PART).map((each) => each * PART);
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
