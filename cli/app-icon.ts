// The icon that an app gets which has none: a cup.

/** Pixels, as the App Loader wants it. */
export const ICON_SIZE = 48;

/** Whether a point is within the ellipse around a centre. */
const within = (x: number, y: number, [cx, cy, rx, ry]: readonly number[]) =>
  ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1;

/** Row by row, true where something is drawn. */
export function iconBits(): boolean[] {
  return Array.from({ length: ICON_SIZE * ICON_SIZE }, (_, at) => {
    const [x, y] = [at % ICON_SIZE, Math.floor(at / ICON_SIZE)];
    const isBowl = y >= 16 && within(x, y, [20, 16, 15, 20]);
    const isHandle = y >= 16 && within(x, y, [35, 22, 8, 7]) && !within(x, y, [35, 22, 5, 4]);
    const isSaucer = within(x, y, [22, 40, 20, 3]);
    // Two wisps of steam.
    const isSteam = y >= 3 && y <= 12 && [14, 24].some((column) => Math.abs(x - column - Math.sin(y / 1.8) * 2) < 1.2);
    return isBowl || isHandle || isSaucer || isSteam;
  });
}
