// Conversions of E: of colours, of spectra, of bits, and of texts.

import { BoardError } from '../board-error.js';

/** Red, green and blue, 0 to 255, of numbers from 0 to 1; the hue wraps. */
export function colourOf(hue: number, saturation: number, brightness: number): [number, number, number] {
  const most = brightness * 255;
  const full = Math.trunc(most);
  if (saturation === 0 || most === 0) return [full, full, full];
  const sixth = (hue - Math.floor(hue)) * 6;
  const part = sixth - Math.floor(sixth);
  const least = Math.trunc((1 - saturation) * most);
  const falling = Math.trunc((1 - saturation * part) * most);
  const rising = Math.trunc((1 - saturation * (1 - part)) * most);
  const colours: [number, number, number][] = [
    [full, rising, least],
    [falling, full, least],
    [least, full, rising],
    [least, falling, full],
    [rising, least, full],
    [full, least, falling],
  ];
  return colours[Math.floor(sixth) % 6];
}

/**
 * The discrete Fourier transform in place, divided by the number of points, or its inverse. Without imaginary parts, the result is the
 * absolute values. What a power of two has more than the data is 0.
 */
export function transform(real: number[], imaginary: number[] | undefined, isInverse: boolean): void {
  let points = 1;
  while (points < real.length) points *= 2;
  const x = Array.from({ length: points }, (_, at) => Number(real[at] ?? 0));
  const y = Array.from({ length: points }, (_, at) => Number(imaginary?.[at] ?? 0));
  swapBits(x, y);
  for (let half = 1; half < points; half *= 2) {
    const angle = ((isInverse ? 1 : -1) * Math.PI) / half;
    for (let j = 0; j < half; j++) {
      const [cosine, sine] = [Math.cos(angle * j), Math.sin(angle * j)];
      for (let i = j; i < points; i += 2 * half) {
        const k = i + half;
        const a = cosine * x[k] - sine * y[k];
        const b = cosine * y[k] + sine * x[k];
        [x[k], y[k], x[i], y[i]] = [x[i] - a, y[i] - b, x[i] + a, y[i] + b];
      }
    }
  }
  const scale = isInverse ? 1 : 1 / points;
  for (let at = 0; at < real.length; at++) {
    real[at] = imaginary ? x[at] * scale : Math.hypot(x[at], y[at]) * scale;
    if (imaginary) imaginary[at] = y[at] * scale;
  }
}

/** Orders points by the bits of their indices, from the last to the first. */
function swapBits(x: number[], y: number[]): void {
  for (let i = 0, j = 0; i < x.length; i++) {
    if (i < j) [x[i], x[j], y[i], y[j]] = [x[j], x[i], y[j], y[i]];
    let bit = x.length >> 1;
    for (; bit > 0 && j & bit; bit >>= 1) j -= bit;
    j += bit;
  }
}

/** Items of so many bits each, those of a negative number of bits from the lowest on. `map` is a function, a table, or nothing. */
export function mapInPlace(from: ArrayLike<number>, to: number[], map: unknown, bits: number): void {
  if (!isList(from) || !isList(to)) throw new BoardError('First 2 arguments should be array buffers');
  const own = (from as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? (from.length > 0 ? widthOf(from) : 1);
  const width = own * 8;
  const size = Math.abs(bits) || width;
  let held = 0;
  let count = 0;
  let next = 0;
  for (let at = 0; at < to.length; at++) {
    while (count < size) {
      if (next >= from.length) return;
      const item = Number(from[next++]);
      held = bits < 0 ? held + item * 2 ** count : held * 2 ** width + item;
      count += width;
    }
    count -= size;
    const divisor = bits < 0 ? 2 ** size : 2 ** count;
    const value = bits < 0 ? held % divisor : Math.floor(held / divisor);
    held = bits < 0 ? Math.floor(held / divisor) : held % divisor;
    if (typeof map === 'function') to[at] = map(value, at);
    else to[at] = map ? (map as number[])[value] : value;
  }
}

const isList = (value: unknown) => ArrayBuffer.isView(value) || Array.isArray(value);

function widthOf(items: ArrayLike<number>): number {
  return ArrayBuffer.isView(items) ? items.byteLength / items.length : 1;
}

/** Bytes of characters, where `map` has those with other codes; the rest is `other`. */
export function decodeUTF8(text: string, map: Record<string, unknown>, other: unknown): string {
  let made = '';
  for (let at = 0; at < text.length; at++) {
    const first = text.charCodeAt(at);
    const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    if (more === 0) {
      made += text[at];
      continue;
    }
    let code = first & (0x3f >> more);
    for (let count = 0; count < more; count++) code = (code << 6) | (text.charCodeAt(++at) & 0x3f);
    made += code < 256 ? String.fromCharCode(code) : (map[code] ?? other ?? '');
  }
  return made;
}
