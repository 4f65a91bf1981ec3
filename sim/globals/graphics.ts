// g, on boards with a screen.

import type { Image } from '../screen/graphics.js';
import type { SimulatedBoard } from '../simulated-board.js';
import type { Realm } from './realm.js';

export function installGraphics(board: SimulatedBoard, { global, parts }: Realm): void {
  const { graphics } = board;
  if (!graphics) return;
  const { width, height, bitsPerPixel } = graphics.screen;
  const g = parts.object([]);
  /** As `g.setColor` takes it: three numbers from 0 to 1, a text `#rgb` or `#rrggbb`, or a colour of the screen. */
  const colorOf = (values: unknown[]): number => {
    const [first, green, blue] = values;
    if (values.length >= 3) return graphics.colorOf(Number(first), Number(green), Number(blue));
    if (typeof first !== 'string') return Number(first) & (2 ** bitsPerPixel - 1);
    const digits =
      first.length === 4 ? [...first.slice(1)].map((digit) => digit + digit) : first.slice(1).match(/../g)!;
    const [r, gr, b] = digits.map((digit) => Number.parseInt(digit, 16) / 255);
    return graphics.colorOf(r, gr, b);
  };
  /** Those that return g, so that calls can follow each other. */
  const chained: Record<string, (...values: never[]) => unknown> = {
    clear: () => graphics.clear(),
    reset: () => {
      graphics.color = 2 ** bitsPerPixel - 1;
      graphics.background = 0;
    },
    flip: () => graphics.flips++,
    setColor: (...values: unknown[]) => {
      graphics.color = colorOf(values);
    },
    setBgColor: (...values: unknown[]) => {
      graphics.background = colorOf(values);
    },
    setPixel: (x: number, y: number, color?: number) => graphics.setPixel(x, y, color),
    fillRect: (x1: number | Rectangle, y1: number, x2: number, y2: number) =>
      graphics.fillRect(...corners(x1, y1, x2, y2)),
    clearRect: (x1: number | Rectangle, y1: number, x2: number, y2: number) =>
      graphics.fillRect(...corners(x1, y1, x2, y2), graphics.background),
    drawRect: (x1: number | Rectangle, y1: number, x2: number, y2: number) =>
      graphics.drawRect(...corners(x1, y1, x2, y2)),
    drawLine: (x1: number, y1: number, x2: number, y2: number) => graphics.drawLine(x1, y1, x2, y2),
    moveTo: (x: number, y: number) => graphics.moveTo(x, y),
    lineTo: (x: number, y: number) => graphics.lineTo(x, y),
    drawCircle: (x: number, y: number, radius: number) => graphics.drawCircle(x, y, radius, false),
    fillCircle: (x: number, y: number, radius: number) => graphics.drawCircle(x, y, radius, true),
    setClipRect: (x1: number, y1: number, x2: number, y2: number) => graphics.setClip(x1, y1, x2, y2),
    drawImage: (image: Image, x = 0, y = 0, options?: { scale?: number }) =>
      graphics.drawImage(image, x, y, options?.scale ?? 1),
    setFont: () => undefined,
    setFontAlign: () => undefined,
    drawString: (text: unknown, x = 0, y = 0) =>
      graphics.texts.push({ text: String(text), x, y, color: graphics.color }),
  };
  for (const [name, run] of Object.entries(chained))
    g[name] = (...values: never[]) => {
      run(...values);
      return g;
    };
  g.getWidth = () => width;
  g.getHeight = () => height;
  g.getBPP = () => bitsPerPixel;
  g.getColor = () => graphics.color;
  g.getBgColor = () => graphics.background;
  g.getPixel = (x: number, y: number) => graphics.getPixel(x, y);
  g.toColor = (...values: unknown[]) => colorOf(values);
  global.g = g;
}

interface Rectangle {
  x: number;
  y: number;
  x2?: number;
  y2?: number;
  w?: number;
  h?: number;
}

function corners(x1: number | Rectangle, y1: number, x2: number, y2: number): [number, number, number, number] {
  if (typeof x1 === 'number') return [x1, y1, x2, y2];
  return [x1.x, x1.y, x1.x2 ?? x1.x + (x1.w ?? 1) - 1, x1.y2 ?? x1.y + (x1.h ?? 1) - 1];
}
