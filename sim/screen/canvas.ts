// A drawing surface as Espruino's Graphics has it: pixels of 1 to 32 bits, a clip rectangle, rotation, and the shapes that are drawn on them.
// All shapes are those of Espruino pixel for pixel. Source of the rules: libs/graphics/graphics.c of Espruino 2v29.

import { type Font, smallFont } from './fonts.js';
import type { Theme } from './theme.js';

/** Storage of pixels, in the device's own coordinates. */
export interface Pixels {
  get(x: number, y: number): number;
  set(x: number, y: number, color: number): void;
  /** A rectangle of more than one pixel, if it can be set at once. */
  fill?: (x1: number, y1: number, x2: number, y2: number, color: number) => void;
  /** Takes a text down that is drawn, where the fonts need not be there. */
  write?: (text: string, x: number, y: number, color: number, font: Pick<Font, 'name' | 'isDrawable'>) => void;
  /** Shows what was drawn. */
  flip?: () => void;
}

export interface Rectangle {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/** Parts of a pixel in the coordinates of polygons. */
const PART = 16;
/** Parts of a pixel in the positions along a line. */
const LINE_PART = 256;
/** Edges of a polygon that a row crosses; Espruino ignores more. */
const MOST_CROSSINGS = 64;

const ordered = (a: number, b: number): [number, number] => (a > b ? [b, a] : [a, b]);

export class Canvas {
  color!: number;
  background!: number;
  clip: Rectangle;
  cursor = { x: 0, y: 0 };
  offset = { x: 0, y: 0 };
  font: Font = smallFont();
  /** Alignment of texts: -1 for left or top, 0 for the middle, 1 for right or bottom; and clockwise quarters of a turn. */
  align = { x: -1, y: -1, turn: 0 };
  private swaps = false;
  private invertsX = false;
  private invertsY = false;
  /** The area drawn on since the last query; null without any. */
  modified: Rectangle | null = null;

  /** Sizes are those of the device, without rotation. A screen has a theme: its colours are those after a reset. */
  constructor(
    readonly deviceWidth: number,
    readonly deviceHeight: number,
    readonly bitsPerPixel: number,
    readonly pixels: Pixels,
    private readonly theme?: Theme,
  ) {
    this.resetColors(false);
    this.clip = this.wholeDevice();
  }

  get mostColor(): number {
    return this.bitsPerPixel >= 32 ? 0xffffffff : 2 ** this.bitsPerPixel - 1;
  }

  get width(): number {
    return this.swaps ? this.deviceHeight : this.deviceWidth;
  }

  get height(): number {
    return this.swaps ? this.deviceWidth : this.deviceHeight;
  }

  private wholeDevice(): Rectangle {
    return { x1: 0, y1: 0, x2: this.deviceWidth - 1, y2: this.deviceHeight - 1 };
  }

  private resetColors(isWidget: boolean): void {
    const { theme } = this;
    this.color = (isWidget ? theme?.fgW : theme?.fg) ?? this.mostColor;
    this.background = (isWidget ? theme?.bgW : theme?.bg) ?? 0;
  }

  /** Colours, clip, cursor, offset and font as at first; the rotation stays. For a widget, the colours are those of widgets. */
  reset(isWidget = false): void {
    this.resetColors(isWidget);
    this.clip = this.wholeDevice();
    this.cursor = { x: 0, y: 0 };
    this.offset = { x: 0, y: 0 };
    this.font = smallFont();
    this.align = { x: -1, y: -1, turn: 0 };
  }

  /** Clockwise, in quarters. */
  rotate(quarters: number, isReflected: boolean): void {
    this.swaps = quarters === 1 || quarters === 3;
    this.invertsX = quarters === 1 || quarters === 2;
    this.invertsY = quarters === 2 || quarters === 3;
    if (!isReflected) return;
    if (this.swaps) this.invertsY = !this.invertsY;
    else this.invertsX = !this.invertsX;
  }

  /** Converts coordinates of the program to those of the device; `part` is the number of units in a pixel. */
  toDevice(x: number, y: number, part = 1): [number, number] {
    let [deviceX, deviceY] = [x + this.offset.x * part, y + this.offset.y * part];
    if (this.swaps) [deviceX, deviceY] = [deviceY, deviceX];
    if (this.invertsX) deviceX = (this.deviceWidth - 1) * part - deviceX;
    if (this.invertsY) deviceY = (this.deviceHeight - 1) * part - deviceY;
    return [deviceX, deviceY];
  }

  setClip(x1: number, y1: number, x2: number, y2: number): void {
    const [ax, ay] = this.toDevice(x1, y1);
    const [bx, by] = this.toDevice(x2, y2);
    const [left, right] = ordered(ax, bx);
    const [top, bottom] = ordered(ay, by);
    this.clip = {
      x1: Math.max(0, left),
      y1: Math.max(0, top),
      x2: Math.min(this.deviceWidth - 1, right),
      y2: Math.min(this.deviceHeight - 1, bottom),
    };
  }

  private touch(x1: number, y1: number, x2: number, y2: number): void {
    const { modified } = this;
    this.modified = modified
      ? {
          x1: Math.min(modified.x1, x1),
          y1: Math.min(modified.y1, y1),
          x2: Math.max(modified.x2, x2),
          y2: Math.max(modified.y2, y2),
        }
      : { x1, y1, x2, y2 };
  }

  /** Calls `draw` with the canvas turned by so many quarters, clockwise, and the point where it is then. */
  turned(quarters: number, x: number, y: number, draw: (x: number, y: number) => void): void {
    const { swaps, invertsX, invertsY, deviceWidth, deviceHeight } = this;
    let point: [number, number] = [x, y];
    if (quarters === 1) point = [y, deviceWidth - (x + 1)];
    if (quarters === 2) point = [deviceWidth - (x + 1), deviceHeight - (y + 1)];
    if (quarters === 3) point = [deviceHeight - (y + 1), x];
    this.swaps = swaps !== (quarters === 1 || quarters === 3);
    this.invertsX = invertsX !== (quarters === 1 || quarters === 2);
    this.invertsY = invertsY !== (quarters === 2 || quarters === 3);
    try {
      draw(...point);
    } finally {
      Object.assign(this, { swaps, invertsX, invertsY });
    }
  }

  /** The clip rectangle in the coordinates of the program. */
  shownArea(): Rectangle {
    const corner = (deviceX: number, deviceY: number): [number, number] => {
      const x = this.invertsX ? this.deviceWidth - (deviceX + 1) : deviceX;
      const y = this.invertsY ? this.deviceHeight - (deviceY + 1) : deviceY;
      return this.swaps ? [y - this.offset.x, x - this.offset.y] : [x - this.offset.x, y - this.offset.y];
    };
    const [ax, ay] = corner(this.clip.x1, this.clip.y1);
    const [bx, by] = corner(this.clip.x2, this.clip.y2);
    const [x1, x2] = ordered(ax, bx);
    const [y1, y2] = ordered(ay, by);
    return { x1, y1, x2, y2 };
  }

  deviceGet(x: number, y: number): number {
    const isInside = x >= 0 && y >= 0 && x < this.deviceWidth && y < this.deviceHeight;
    return isInside ? this.pixels.get(x, y) : 0;
  }

  devicePixel(x: number, y: number, color: number): void {
    const { clip } = this;
    if (x < clip.x1 || x > clip.x2 || y < clip.y1 || y > clip.y2) return;
    this.touch(x, y, x, y);
    this.pixels.set(x, y, color);
  }

  private deviceRectangle(ax: number, ay: number, bx: number, by: number, color: number): void {
    const { clip, pixels } = this;
    const [left, right] = ordered(ax, bx);
    const [top, bottom] = ordered(ay, by);
    const [x1, x2] = [Math.max(left, clip.x1), Math.min(right, clip.x2)];
    const [y1, y2] = [Math.max(top, clip.y1), Math.min(bottom, clip.y2)];
    if (x2 < x1 || y2 < y1) return;
    this.touch(x1, y1, x2, y2);
    const isPoint = x1 === x2 && y1 === y2;
    if (pixels.fill && !isPoint) {
      pixels.fill(x1, y1, x2, y2, color);
      return;
    }
    for (let y = y1; y <= y2; y++) for (let x = x1; x <= x2; x++) pixels.set(x, y, color);
  }

  setPixel(x: number, y: number, color = this.color): void {
    const [deviceX, deviceY] = this.toDevice(x, y);
    this.devicePixel(deviceX, deviceY, color);
  }

  getPixel(x: number, y: number): number {
    return this.deviceGet(...this.toDevice(x, y));
  }

  clear(): void {
    const { x2, y2 } = this.wholeDevice();
    this.deviceRectangle(0, 0, x2, y2, this.background);
  }

  fillRect(x1: number, y1: number, x2: number, y2: number, color = this.color): void {
    this.deviceRectangle(...this.toDevice(x1, y1), ...this.toDevice(x2, y2), color);
  }

  drawRect(x1: number, y1: number, x2: number, y2: number): void {
    const [ax, ay] = this.toDevice(x1, y1);
    const [bx, by] = this.toDevice(x2, y2);
    this.deviceRectangle(ax, ay, bx, ay, this.color);
    this.deviceRectangle(bx, ay, bx, by, this.color);
    this.deviceRectangle(ax, by, bx, by, this.color);
    this.deviceRectangle(ax, by, ax, ay, this.color);
  }

  /** Round corners of a rectangle: its sides in the device's coordinates, and a radius that fits. */
  private rounded(corners: Rectangle, radius: number): Rectangle & { r: number } {
    const [ax, ay] = this.toDevice(corners.x1, corners.y1);
    const [bx, by] = this.toDevice(corners.x2, corners.y2);
    const [x1, x2] = ordered(ax, bx);
    const [y1, y2] = ordered(ay, by);
    return { x1, y1, x2, y2, r: Math.min(radius, Math.trunc((x2 - x1) / 2), Math.trunc((y2 - y1) / 2)) };
  }

  fillRounded(corners: Rectangle, radius: number, color: number): void {
    const { x1, y1, x2, y2, r } = this.rounded(corners, radius);
    this.deviceRectangle(x1, y1 + r, x2, y2 - r, color);
    const row = (dx: number, dy: number) => {
      this.deviceRectangle(x1 + r - dx, y2 - r + dy, x2 - r + dx, y2 - r + dy, color);
      this.deviceRectangle(x1 + r - dx, y1 + r - dy, x2 - r + dx, y1 + r - dy, color);
    };
    this.ellipse(r, r, () => undefined, row);
  }

  drawRounded(corners: Rectangle, radius: number): void {
    const { x1, y1, x2, y2, r } = this.rounded(corners, radius);
    const [left, right, top, bottom] = [x1 + r, x2 - r, y1 + r, y2 - r];
    this.deviceRectangle(left, y1, right, y1, this.color);
    this.deviceRectangle(left, y2, right, y2, this.color);
    this.deviceRectangle(x1, top, x1, bottom, this.color);
    this.deviceRectangle(x2, top, x2, bottom, this.color);
    this.ellipse(
      r,
      r,
      (dx, dy) => this.corners(left, right, top, bottom, dx, dy),
      () => undefined,
    );
  }

  /** The points of four quarters of an ellipse around the corners of a rectangle. */
  private corners(left: number, right: number, top: number, bottom: number, dx: number, dy: number): void {
    this.devicePixel(right + dx, bottom + dy, this.color);
    this.devicePixel(left - dx, bottom + dy, this.color);
    this.devicePixel(right + dx, top - dy, this.color);
    this.devicePixel(left - dx, top - dy, this.color);
  }

  drawLine(x1: number, y1: number, x2: number, y2: number): void {
    const from = this.toDevice(x1, y1);
    const to = this.toDevice(x2, y2);
    const isWide = Math.abs(to[0] - from[0]) > Math.abs(to[1] - from[1]);
    const along = isWide ? 0 : 1;
    const [start, end] = from[along] > to[along] ? [to, from] : [from, to];
    const length = Math.max(1, end[along] - start[along]);
    const across = 1 - along;
    // Integers, as there: the step is cut off, and the position floored.
    const step = Math.trunc(((end[across] - start[across]) * LINE_PART) / length);
    let position = start[across] * LINE_PART + LINE_PART / 2;
    for (let at = start[along]; at <= end[along]; at++) {
      const side = Math.floor(position / LINE_PART);
      if (isWide) this.devicePixel(at, side, this.color);
      else this.devicePixel(side, at, this.color);
      position += step;
    }
  }

  /** Calls `row` with each row of a quarter of an ellipse, before it goes to the next, or `point` at each of its points. */
  private ellipse(
    rx: number,
    ry: number,
    point: (dx: number, dy: number) => void,
    row: (dx: number, dy: number) => void,
  ): void {
    let [dx, dy] = [0, ry];
    const [a2, b2] = [rx * rx, ry * ry];
    let error = b2 - (2 * ry - 1) * a2;
    let isChanged: boolean;
    do {
      isChanged = false;
      point(dx, dy);
      const twice = 2 * error;
      if (twice < (2 * dx + 1) * b2) {
        dx++;
        error += (2 * dx + 1) * b2;
        isChanged = true;
      }
      if (twice > -(2 * dy - 1) * a2) {
        row(dx, dy);
        dy--;
        error -= (2 * dy - 1) * a2;
        isChanged = true;
      }
    } while (isChanged && dy >= 0);
    // Flat ellipses end too early.
    while (dx++ < rx) {
      point(dx, 0);
      row(dx, 0);
    }
  }

  private ellipseBox(x1: number, y1: number, x2: number, y2: number): [x: number, y: number, rx: number, ry: number] {
    const [ax, ay] = this.toDevice(x1, y1);
    const [bx, by] = this.toDevice(x2, y2);
    const [left, right] = ordered(ax, bx);
    const [top, bottom] = ordered(ay, by);
    const half = (value: number) => Math.trunc(value / 2);
    return [half(left + right), half(top + bottom), half(right - left), half(bottom - top)];
  }

  drawEllipse(x1: number, y1: number, x2: number, y2: number): void {
    const [x, y, rx, ry] = this.ellipseBox(x1, y1, x2, y2);
    this.ellipse(
      rx,
      ry,
      (dx, dy) => this.corners(x, x, y, y, dx, dy),
      () => undefined,
    );
  }

  fillEllipse(x1: number, y1: number, x2: number, y2: number): void {
    const [x, y, rx, ry] = this.ellipseBox(x1, y1, x2, y2);
    const row = (dx: number, dy: number) => {
      this.deviceRectangle(x + dx, y + dy, x - dx, y + dy, this.color);
      this.deviceRectangle(x + dx, y - dy, x - dx, y - dy, this.color);
    };
    this.ellipse(rx, ry, () => undefined, row);
  }

  /** Corners as `x1, y1, x2, y2, ...`. */
  fillPolygon(corners: readonly number[]): void {
    const points: [number, number][] = [];
    for (let at = 0; at + 1 < corners.length; at += 2) points.push([fixed(corners[at]), fixed(corners[at + 1])]);
    this.fillOutline(points);
  }

  /** Fills a polygon with corners in parts of a pixel. */
  fillOutline(corners: readonly (readonly [number, number])[]): void {
    const points = corners.map(([x, y]) => this.toDevice(x, y, PART) as [number, number]);
    const rows = points.map(([, y]) => y >> 4);
    const first = Math.max(Math.min(this.deviceHeight - 1, ...rows), this.clip.y1);
    const last = Math.min(Math.max(0, ...rows), this.clip.y2);
    for (let row = first; row <= last; row++) this.fillRow(points, row);
  }

  private fillRow(points: readonly [number, number][], row: number): void {
    const crossings = crossingsOf(points, row * PART);
    let start = 0;
    let depth = 0;
    crossings.forEach(({ x, isDown }, index) => {
      if (depth === 0) start = x;
      depth += isDown ? 1 : -1;
      if (depth !== 0 && index < crossings.length - 1) return;
      const [x1, x2] = [(start + 15) >> 4, (x + 15) >> 4];
      if (x2 > x1) this.deviceRectangle(x1, row, x2 - 1, row, this.color);
    });
  }

  drawPolygon(corners: readonly number[], isClosed: boolean): void {
    const at = (index: number) => Math.trunc(corners[index] + 0.5);
    const count = corners.length & ~1;
    if (count === 0) return;
    for (let index = 2; index < count; index += 2)
      this.drawLine(at(index - 2), at(index - 1), at(index), at(index + 1));
    this.cursor = { x: at(count - 2), y: at(count - 1) };
    if (isClosed) this.drawLine(this.cursor.x, this.cursor.y, at(0), at(1));
  }

  /** To the right and down, within the clip; what is new is in the background's colour. */
  scroll(right: number, down: number): void {
    const [ax, ay] = this.toDevice(0, 0);
    const [bx, by] = this.toDevice(right, down);
    const { x1, y1, x2, y2 } = this.clip;
    const before: number[][] = [];
    for (let y = y1; y <= y2; y++) {
      const row: number[] = [];
      for (let x = x1; x <= x2; x++) row.push(this.pixels.get(x, y));
      before.push(row);
    }
    for (let y = y1; y <= y2; y++)
      for (let x = x1; x <= x2; x++)
        this.pixels.set(x, y, before[y - y1 - (by - ay)]?.[x - x1 - (bx - ax)] ?? this.background);
    this.touch(x1, y1, x2, y2);
  }

  /** Fills the area of one colour around a point. */
  floodFill(x: number, y: number, color: number): void {
    const wanted = this.getPixel(x, y);
    if (wanted === color) return;
    const open: [number, number][] = [[x, y]];
    for (let next = open.pop(); next; next = open.pop()) {
      const [atX, atY] = next;
      const isInside = atX >= 0 && atY >= 0 && atX < this.width && atY < this.height;
      if (!isInside || this.getPixel(atX, atY) !== wanted) continue;
      this.setPixel(atX, atY, color);
      // Outside of the clip, nothing changes.
      if (this.getPixel(atX, atY) === wanted) continue;
      open.push([atX + 1, atY], [atX - 1, atY], [atX, atY + 1], [atX, atY - 1]);
    }
  }
}

/** A coordinate in sixteenths, in 16 bits. */
function fixed(value: number): number {
  return Math.min(32767, Math.max(-32768, Math.trunc(0.5 + value * PART)));
}

interface Crossing {
  x: number;
  /** Whether the edge goes down. */
  isDown: boolean;
}

/** Returns the positions where edges cross a row, from left to right. */
function crossingsOf(points: readonly [number, number][], y: number): Crossing[] {
  const found: Crossing[] = [];
  points.forEach(([x1, y1], index) => {
    const [x2, y2] = points[(index + points.length - 1) % points.length];
    const crosses = (y1 <= y && y2 > y) || (y2 <= y && y1 > y);
    if (!crosses || found.length >= MOST_CROSSINGS) return;
    found.push({ x: x1 + Math.trunc(((y - y1) * (x2 - x1)) / (y2 - y1)), isDown: y2 - y1 > 1 });
  });
  return found.sort((a, b) => a.x - b.x);
}
