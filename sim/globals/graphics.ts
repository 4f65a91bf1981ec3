// g, on boards with a screen.

import type { Realm } from '../realm/realm.js';
import type { Graphics, Image } from '../screen/graphics.js';

/** Coordinates of Espruino's Graphics have 16 bits. */
const MOST_COORDINATE = 32767;

export interface ScreenBoard {
  readonly graphics: Graphics | undefined;
}

export function installGraphics({ graphics }: ScreenBoard, realm: Realm): void {
  if (!graphics) return;
  const { width, height, bitsPerPixel } = graphics.screen;
  /** As `g.setColor` takes it: three numbers from 0 to 1, a text `#rgb` or `#rrggbb`, or a colour of the screen. */
  const colorOf = (values: unknown[]): number => {
    const [first, green, blue] = values;
    if (values.length >= 3) return graphics.colorOf(Number(first), Number(green), Number(blue));
    if (typeof first !== 'string') return Number(first) & (2 ** bitsPerPixel - 1);
    const digits = first.length === 4 ? [...first.slice(1)].map((digit) => digit + digit) : first.slice(1).match(/../g);
    if (digits?.length !== 3) throw new TypeError('a colour is #rgb or #rrggbb');
    const [r, gr, b] = digits.map((digit) => Number.parseInt(digit, 16) / 255);
    return graphics.colorOf(r, gr, b);
  };
  /** Those that return g, so that calls can follow each other. */
  const chained: Record<string, (...values: unknown[]) => unknown> = {
    clear: () => graphics.clear(),
    reset() {
      graphics.color = 2 ** bitsPerPixel - 1;
      graphics.background = 0;
    },
    flip: () => graphics.flips++,
    setColor(...values) {
      graphics.color = colorOf(values);
    },
    setBgColor(...values) {
      graphics.background = colorOf(values);
    },
    setPixel: (x, y, color) => graphics.setPixel(coordinate(x), coordinate(y), color as number | undefined),
    fillRect: (...values) => graphics.fillRect(...corners(values)),
    clearRect: (...values) => graphics.fillRect(...corners(values), graphics.background),
    drawRect: (...values) => graphics.drawRect(...corners(values)),
    drawLine: (x1, y1, x2, y2) => graphics.drawLine(coordinate(x1), coordinate(y1), coordinate(x2), coordinate(y2)),
    moveTo: (x, y) => graphics.moveTo(coordinate(x), coordinate(y)),
    lineTo: (x, y) => graphics.lineTo(coordinate(x), coordinate(y)),
    drawCircle: (x, y, radius) => graphics.drawCircle(coordinate(x), coordinate(y), coordinate(radius), false),
    fillCircle: (x, y, radius) => graphics.drawCircle(coordinate(x), coordinate(y), coordinate(radius), true),
    setClipRect: (x1, y1, x2, y2) => graphics.setClip(coordinate(x1), coordinate(y1), coordinate(x2), coordinate(y2)),
    drawImage(image, x, y, options) {
      const { scale } = Object(options) as { scale?: unknown };
      graphics.drawImage(imageOf(image), coordinate(x), coordinate(y), scale === undefined ? 1 : Number(scale));
    },
    setFont: () => undefined,
    setFontAlign: () => undefined,
    drawString: (text, x, y) => graphics.write(String(text), coordinate(x), coordinate(y)),
  };
  const g = realm.object({
    getWidth: () => width,
    getHeight: () => height,
    getBPP: () => bitsPerPixel,
    getColor: () => graphics.color,
    getBgColor: () => graphics.background,
    getPixel: (x: unknown, y: unknown) => graphics.getPixel(coordinate(x), coordinate(y)),
    toColor: (...values: unknown[]) => colorOf(values),
  });
  const returningG = Object.entries(chained).map(([name, run]) => [
    name,
    (...values: unknown[]) => {
      run(...values);
      return g;
    },
  ]);
  Object.assign(g, realm.object(Object.fromEntries(returningG)));
  realm.install({ g });
}

function coordinate(value: unknown): number {
  const number = Number(value) || 0;
  return Math.min(Math.max(number, -MOST_COORDINATE), MOST_COORDINATE);
}

interface Rectangle {
  x?: unknown;
  y?: unknown;
  x2?: unknown;
  y2?: unknown;
  w?: unknown;
  h?: unknown;
}

function corners([first, ...others]: unknown[]): [number, number, number, number] {
  if (typeof first !== 'object' || first === null) {
    const [y1, x2, y2] = others;
    return [coordinate(first), coordinate(y1), coordinate(x2), coordinate(y2)];
  }
  const { x, y, x2, y2, w = 1, h = 1 } = first as Rectangle;
  const [left, top] = [coordinate(x), coordinate(y)];
  return [
    left,
    top,
    coordinate(x2 === undefined ? left + Number(w) - 1 : x2),
    coordinate(y2 === undefined ? top + Number(h) - 1 : y2),
  ];
}

/** Each member is read once: a getter may give something else the next time. */
function imageOf(value: unknown): Image {
  const { width, height, bpp, buffer, palette, transparent } = Object(value) as Image;
  if (buffer === undefined || buffer === null)
    throw new TypeError('Expecting first argument to be an object or a String');
  const bits = bpp === undefined ? 1 : Math.trunc(Number(bpp));
  if (!(bits >= 1 && bits <= 32)) throw new TypeError(`an image cannot have ${bits} bits a pixel`);
  return { width: coordinate(width), height: coordinate(height), bpp: bits, buffer, palette, transparent };
}
