// Default colors of images without a palette of their own, on screens with palettes: libs/graphics/jswrap_graphics.c of Espruino 2v29.
// As RGB565: red in the highest 5 bits, green in the next 6, blue in the lowest 5.

/** Palette of images of 4 bits: that of Mac OS. Screens of 3 bits have a more saturated one. */
const FOUR_BITS = [
  0, 0x4228, 0x8c51, 0xbdd7, 0x9b26, 0x6180, 0x320, 0x540, 0x4df, 0x19, 0x3013, 0xf813, 0xd800, 0xfb20, 0xffe0, 0xffff,
];
const FOUR_BITS_SATURATED = [
  0, 0x4228, 0x8c51, 0xbdd7, 0xcc40, 0x8a20, 0x320, 0x7e0, 0x7ff, 0x1f, 0x8811, 0xf81f, 0xf800, 0xfc40, 0xffe0, 0xffff,
];

const rgb565 = (red: number, green: number, blue: number) => ((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3);

/** Returns the color of an image's pixel; undefined for images without a palette. */
export function imageColor(value: number, bits: number, screenBits: number): number | undefined {
  if (bits === 3) return rgb565(value & 4 ? 255 : 0, value & 2 ? 255 : 0, value & 1 ? 255 : 0);
  if (bits === 4) return (screenBits === 3 ? FOUR_BITS_SATURATED : FOUR_BITS)[value];
  if (bits === 8) return webSafeColor(value);
  return bits === 16 ? value : undefined;
}

/** Six steps of each; what follows is black, and the last is white. */
function webSafeColor(index: number): number {
  if (index === 255) return 0xffff;
  if (index >= 216) return 0;
  return rgb565(Math.floor(index / 36) * 51, (Math.floor(index / 6) % 6) * 51, (index % 6) * 51);
}
