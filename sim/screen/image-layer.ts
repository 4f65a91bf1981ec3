// An image that is rotated around its centre and scaled, pixel for pixel as Espruino does: in steps of 1/256 of a pixel. Source of the rules:
// `_jswrap_drawImageLayerInit` and what follows, libs/graphics/jswrap_graphics.c of Espruino 2v29.

/** In a pixel. */
const PART = 256;

export interface Layer {
  x: number;
  y: number;
  width: number;
  height: number;
  /** In radians; undefined for none. */
  rotate: number | undefined;
  scale: number;
  /** Whether the centre of the image is at the position; by default, only if it is rotated. */
  isCentred?: boolean;
  /** Pixels to the right of the box around the image, and below it, where rounding may show more of it. */
  beyond?: number;
}

/** Calls `draw` for each place of the canvas with the pixel of the image that is there. */
export function eachPixel(
  { x, y, width, height, rotate, scale, isCentred, beyond = 0 }: Layer,
  draw: (x: number, y: number, imageX: number, imageY: number) => void,
): void {
  const [cosine, sine] = [Math.cos(rotate ?? 0), Math.sin(rotate ?? 0)];
  const stepX = Math.trunc((cosine / scale) * PART);
  const stepY = Math.trunc((sine / scale) * PART);
  const shownWidth = Math.trunc(0.5 + scale * (width * Math.abs(cosine) + height * Math.abs(sine)));
  const shownHeight = Math.trunc(0.5 + scale * (width * Math.abs(sine) + height * Math.abs(cosine)));
  const centred = isCentred ?? rotate !== undefined;
  const left = x * PART - (centred ? (shownWidth * PART) / 2 : 0);
  const top = y * PART - (centred ? (shownHeight * PART) / 2 : 0);
  const half = PART / 2;
  let rowX = width * half - Math.trunc((1 + stepX * shownWidth + stepY * shownHeight) / 2);
  let rowY = height * half - Math.trunc((1 + stepX * shownHeight - stepY * shownWidth) / 2);
  const [firstX, firstY] = [Math.floor(left / PART), Math.floor(top / PART)];
  const endX = Math.floor((left + shownWidth * PART) / PART) + beyond;
  const endY = Math.floor((top + shownHeight * PART) / PART) + beyond;
  const [dx, dy] = [firstX * PART - left, firstY * PART - top];
  rowX += Math.floor((stepX * dx + stepY * dy) / PART);
  rowY += Math.floor((stepX * dy - stepY * dx) / PART);
  for (let atY = firstY; atY < endY; atY++) {
    let [imageX, imageY] = [rowX, rowY];
    for (let atX = firstX; atX < endX; atX++) {
      const isInside = imageX >= 0 && imageY >= 0 && imageX < width * PART && imageY < height * PART;
      if (isInside) draw(atX, atY, Math.floor(imageX / PART), Math.floor(imageY / PART));
      imageX += stepX;
      imageY -= stepY;
    }
    rowX += stepY;
    rowY += stepX;
  }
}
