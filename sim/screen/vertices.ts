// Lists of coordinates, x and y by turns: moved, turned and scaled, and those along a curve. Source of the rules: `transformVertices` and
// `quadraticBezier`, libs/graphics/jswrap_graphics.c of Espruino 2v29.

/** `[a, b, c, d, e, f]`: x becomes `a·x + c·y + e`, y becomes `b·x + d·y + f`. */
export type Matrix = readonly number[];

export interface Transformation {
  x: number;
  y: number;
  scale: number;
  /** In radians, clockwise on the screen. */
  rotate: number;
}

export function matrixOf({ x, y, scale, rotate }: Transformation): Matrix {
  const [cosine, sine] = rotate === 0 ? [1, 0] : [Math.cos(rotate), Math.sin(rotate)];
  return [cosine * scale, sine * scale, -sine * scale, cosine * scale, x, y];
}

export function transformed(vertices: readonly number[], [a, b, c, d, e, f]: Matrix): number[] {
  const result: number[] = [];
  for (let at = 0; at + 1 < vertices.length; at += 2) {
    const [x, y] = [vertices[at], vertices[at + 1]];
    result.push(a * x + c * y + e, b * x + d * y + f);
  }
  return result;
}

/** The parameter of the curve goes from 0 to this. */
const WHOLE = 4096;
const SHIFT = 12;
/** Pixels of the shorter side for each step. */
const STEP = 5;

/** Points of a quadratic Bézier curve with these three corners; `count` of them, or as many as its size needs. */
export function quadraticBezier(corners: readonly number[], count: number): number[] {
  if (corners.length !== 6) return [];
  const [x0, y0, x1, y1, x2, y2] = corners.map(Math.trunc);
  const shorter = Math.max(1, Math.min(Math.abs(x0 - x2), Math.abs(y0 - y2)));
  let step = Math.trunc((WHOLE * STEP) / shorter);
  if (step >= WHOLE) step = Math.trunc(WHOLE / 3);
  if (step < Math.trunc(WHOLE / 10)) step = Math.trunc(WHOLE / 10);
  // More steps than there are values of the parameter would be none.
  if (count > 0) step = Math.max(1, Math.trunc(WHOLE / count));
  const result = [x0, y0];
  for (let t = step; t <= WHOLE; t += step) {
    const [last, first, middle] = [
      (t * t) >> SHIFT,
      ((WHOLE - t) * (WHOLE - t)) >> SHIFT,
      (2 * (WHOLE - t) * t) >> SHIFT,
    ];
    const at = (a: number, b: number, c: number) => (a * first + b * middle + c * last + WHOLE / 2) >> SHIFT;
    result.push(at(x0, x1, x2), at(y0, y1, y2));
  }
  result.push(x2, y2);
  return result;
}
