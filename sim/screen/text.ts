// Texts on a canvas, pixel for pixel as Espruino draws them: metrics, lines that fit, and images within texts. Source of the rules:
// `jswrap_graphics_drawString`, `_jswrap_graphics_stringMetrics` and `jswrap_graphics_wrapString`, libs/graphics/jswrap_graphics.c of
// Espruino 2v29.

import { blendedColor } from './blending.js';
import type { Canvas } from './canvas.js';
import { advanceOf, type Font } from './fonts.js';

/** An image in a text, behind a character 0. */
export interface TextImage {
  width: number;
  height: number;
  /** Position after the text. */
  end: number;
  draw(canvas: Canvas, x: number, y: number): void;
}

/** Gives the image that starts at a position of a text. */
export type FindImage = (text: string, start: number) => TextImage;

export interface Metrics {
  width: number;
  height: number;
  unrenderableChars: boolean;
  imageCount: number;
  maxImageHeight: number;
}

/** A character, an image, or the end of a line. */
type Part = { kind: 'character'; code: number } | { kind: 'image'; image: TextImage } | { kind: 'line' };

function* partsOf(text: string, findImage: FindImage, start = 0): Generator<Part & { end: number }> {
  for (let at = start; at < text.length; ) {
    const code = text.charCodeAt(at++);
    if (code === 10) yield { kind: 'line', end: at };
    else if (code === 0) {
      const image = findImage(text, at);
      at = image.end;
      yield { kind: 'image', image, end: at };
    } else yield { kind: 'character', code, end: at };
  }
}

export const heightOf = ({ height, scaleY }: Font): number => height * scaleY;

/** Returns the metrics of a text from a position on; with `isLine`, up to the end of the line. */
export function metricsOf(font: Font, text: string, findImage: FindImage, start = 0, isLine = false): Metrics {
  const metrics = { width: 0, height: heightOf(font), unrenderableChars: false, imageCount: 0, maxImageHeight: 0 };
  let width = 0;
  for (const part of partsOf(text, findImage, start)) {
    if (part.kind === 'line') {
      metrics.width = Math.max(metrics.width, width);
      width = 0;
      metrics.height += heightOf(font);
      if (isLine) break;
    } else if (part.kind === 'image') {
      metrics.imageCount++;
      width += part.image.width;
      metrics.maxImageHeight = Math.max(metrics.maxImageHeight, part.image.height);
    } else {
      const own = advanceOf(font, part.code);
      width += own;
      if (own === 0) metrics.unrenderableChars = true;
    }
  }
  metrics.width = Math.max(metrics.width, width);
  return metrics;
}

/** `isSolid`: the background of characters is drawn, too. */
export function drawText(
  canvas: Canvas,
  text: string,
  x: number,
  y: number,
  isSolid: boolean,
  findImage: FindImage,
): void {
  const { font, align } = canvas;
  canvas.turned(align.turn, x, y, (left, top) => {
    const shift = (start: number) => {
      if (align.x < 0) return left;
      return left - Math.trunc((metricsOf(font, text, findImage, start, true).width * (align.x + 1)) / 2);
    };
    let atX = shift(0);
    let atY = top;
    if (align.y >= 0) atY -= Math.trunc((metricsOf(font, text, findImage).height * (align.y + 1)) / 2);
    const clip = canvas.shownArea();
    for (const part of partsOf(text, findImage)) {
      if (part.kind === 'line') {
        atX = shift(part.end);
        atY += heightOf(font);
      } else if (part.kind === 'image') {
        part.image.draw(canvas, atX, atY + Math.trunc((heightOf(font) - part.image.height) / 2));
        atX += part.image.width;
      } else {
        const width = advanceOf(font, part.code);
        const isSeen = atX > clip.x1 - width && atX < clip.x2 && atY > clip.y1 - heightOf(font) && atY <= clip.y2;
        if (isSeen) drawCharacter(canvas, part.code, atX, atY, isSolid);
        atX += width;
      }
    }
  });
}

function drawCharacter(canvas: Canvas, code: number, x: number, y: number, isSolid: boolean): void {
  const { font } = canvas;
  const { height, scaleX, scaleY, isBuiltIn, outlines } = font;
  if (outlines) {
    if (isSolid) canvas.fillRect(x, y, x + outlines.advance(code) - 1, y + heightOf(font) - 1, canvas.background);
    for (const polygon of outlines.polygons(code, x, y)) canvas.fillOutline(polygon);
    return;
  }
  const columns = font.columns(code);
  const width = font.widthOf(code);
  if (isBuiltIn && columns === 0) {
    if (isSolid) canvas.fillRect(x, y, x + (width - 2) * scaleX, y + (height - 1) * scaleY, canvas.background);
    return;
  }
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < height; row++) {
      const value = font.pixel(code, column, row);
      if (value === 0 && !isSolid) continue;
      const [left, top] = [x + column * scaleX, y + row * scaleY];
      const amount = Math.trunc((256 * value) / (2 ** font.bits - 1));
      const color = blendedColor(canvas.bitsPerPixel, canvas.color, canvas.background, amount);
      canvas.fillRect(left, top, left + scaleX - 1, top + scaleY - 1, color);
    }
  if (isBuiltIn && isSolid)
    canvas.fillRect(x + columns * scaleX, y, x + width * scaleX - 1, y + height * scaleY - 1, canvas.background);
}

const SPACE = 32;
/** Characters behind which a line may end. */
const SPLITS = ',.-/\\:';

/** Lines that are not wider than this; words that are wider are split. */
export function wrappedText(font: Font, text: string, most: number, findImage: FindImage): string[] {
  const widthOf = (code: number) => advanceOf(font, code);
  const lines: string[] = [];
  let line = '';
  let [lineWidth, wordWidth, wordStart] = [0, 0, 0];
  /** The character in front of the word, which is kept unless the line starts there. */
  let before = '';
  let [canSplit, isNewLine] = [false, false];
  const endWord = (code: number, end: number): void => {
    const word = text.slice(wordStart, end);
    if (lineWidth + widthOf(SPACE) + wordWidth <= most && !isNewLine) {
      if (before !== '' && (lineWidth > 0 || before !== ' ')) {
        line += before;
        lineWidth += widthOf(SPACE);
      } else if (canSplit) wordWidth += widthOf(code);
      line += word;
      lineWidth += wordWidth;
      return;
    }
    lineWidth = wordWidth;
    if (line !== '' || isNewLine) lines.push(line);
    let rest = word;
    while (wordWidth > most) {
      const [part, width, isImage] = fitting(rest);
      lines.push(part);
      rest = rest.slice(part.length);
      if (isImage) {
        lineWidth += wordWidth;
        wordWidth = 0;
      } else {
        wordWidth -= width;
        lineWidth -= width;
      }
    }
    line = rest;
  };
  /** Returns the part of a word that fits on a line, at least one character. An image cannot be split. */
  const fitting = (word: string): [part: string, width: number, isImage: boolean] => {
    let width = 0;
    for (let at = 0; at < word.length; at++) {
      const code = word.charCodeAt(at);
      if (code === 0) return [word, width, true];
      const own = widthOf(code);
      if (width + own >= most && width > 0) return [word.slice(0, at), width, false];
      width += own;
    }
    return [word, width, false];
  };
  for (let at = 0; at <= text.length; ) {
    const isEnd = at === text.length;
    const code = isEnd ? -1 : text.charCodeAt(at);
    const isBreak = isEnd || code === 10 || code === SPACE;
    if (isBreak || canSplit) {
      endWord(code, at);
      before = isBreak && code > 0 ? String.fromCharCode(code) : '';
      wordWidth = 0;
      wordStart = isBreak ? at + 1 : at;
      isNewLine = code === 10;
      canSplit = code === 0;
      if (isEnd) break;
      if (isBreak) {
        at++;
        continue;
      }
    }
    canSplit = false;
    if (code === 0) {
      const image = findImage(text, at + 1);
      wordWidth += image.width;
      at = image.end;
      canSplit = true;
      continue;
    }
    wordWidth += widthOf(code);
    if (SPLITS.includes(text[at])) canSplit = true;
    at++;
  }
  if (line !== '') lines.push(line);
  return lines;
}
