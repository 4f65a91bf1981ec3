// The screens of the boards, as far as they are simulated.

import type { Screen } from './display.js';

const screens: Record<string, Screen> = {
  banglejs: { width: 240, height: 240, bitsPerPixel: 16 },
  // Sources: boards/BANGLEJS2.py, WRAPPERSOURCES.
  banglejs2: {
    width: 176,
    height: 176,
    bitsPerPixel: 16,
    hasThreeBits: true,
    fonts: ['14', '17', '22', '28', '6x15', '12x20'],
  },
  pixljs: { width: 128, height: 64, bitsPerPixel: 1 },
};

/** The screen of a board; undefined if it has none that is simulated. */
export function screenOf({ name }: { name: string }): Screen | undefined {
  return Object.hasOwn(screens, name) ? screens[name] : undefined;
}
