// Numbers, colours and corners as the methods of Graphics take them.

import { BoardError } from '../board-error.js';
import { imageColor } from '../screen/palettes.js';

type Members = Record<string, unknown>;

export const integer = (value: unknown): number => {
  const number = Math.trunc(Number(value));
  return Number.isFinite(number) ? number : 0;
};

/** A text `#rgb` or `#rrggbb`, three numbers from 0 to 1, or the number of a colour. */
export function colorOf(bits: number, values: readonly unknown[]): number {
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

/** Coordinates of two corners: four numbers, or an object. Without any, a point at the origin. */
export function cornersOf([first, ...others]: unknown[]): [number, number, number, number] {
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

export const radiusOf = ([first]: unknown[]): number =>
  typeof first === 'object' && first !== null ? integer((first as Members).r) : 0;

export function around([x, y, radius]: unknown[]): [number, number, number, number] {
  const [centreX, centreY, r] = [integer(x), integer(y), integer(radius)];
  return [centreX - r, centreY - r, centreX + r, centreY + r];
}
