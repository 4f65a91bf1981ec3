// The screen: what module `espruino` draws with `g` on boards that have one.

import type { Host } from './host.js';
import { bytesAt, textAt } from './memory-access.js';

interface Image {
  width: number;
  height: number;
  bpp: number;
  buffer: Uint8Array;
}

interface Graphics {
  getWidth(): number;
  getHeight(): number;
  clear(): void;
  flip(): void;
  setColor(red: number, green: number, blue: number): void;
  setBgColor(red: number, green: number, blue: number): void;
  fillRect(x1: number, y1: number, x2: number, y2: number): void;
  drawImage(image: Image, x: number, y: number): void;
  drawString(text: string, x: number, y: number): void;
}

declare const g: Graphics;

export function screenColumns(): number {
  return g.getWidth();
}

export function screenRows(): number {
  return g.getHeight();
}

export function clearScreen(): undefined {
  g.clear();
}

export function drawScreenImage(
  host: Host,
  pointer: number,
  width: number,
  height: number,
  bitsPerPixel: number,
  x: number,
  y: number,
): undefined {
  if (width <= 0 || height <= 0) return;
  const buffer = bytesAt(host, pointer, (width * height * bitsPerPixel + 7) >> 3);
  g.drawImage({ width, height, bpp: bitsPerPixel, buffer }, x, y);
}

export function setScreenColors(_: Host, color: number, background: number): undefined {
  g.setColor(((color >> 16) & 255) / 255, ((color >> 8) & 255) / 255, (color & 255) / 255);
  g.setBgColor(((background >> 16) & 255) / 255, ((background >> 8) & 255) / 255, (background & 255) / 255);
}

export function fillScreenRectangle(_: Host, x: number, y: number, width: number, height: number): undefined {
  if (width > 0 && height > 0) g.fillRect(x, y, x + width - 1, y + height - 1);
}

export function drawScreenText(host: Host, pointer: number, length: number, x: number, y: number): undefined {
  g.drawString(textAt(host, pointer, length), x, y);
}

export function flipScreen(): undefined {
  g.flip();
}
