// The colours of a board's screen, which programs find in `g.theme`. Source: `jswrap_banglejs_setTheme`, libs/banglejs/jswrap_bangle.c, and
// `graphicsStructResetState`, libs/graphics/graphics.c of Espruino 2v29.

/** Each colour as the screen takes it: of text and background, accented (2), highlighted (H), and of widgets (W). */
export interface Theme {
  fg: number;
  bg: number;
  fg2: number;
  bg2: number;
  fgH: number;
  bgH: number;
  fgW: number;
  bgW: number;
  /** Whether the background is darker than the text. */
  dark: boolean;
}

const WHITE = 0xffff;

const dark: Theme = {
  fg: WHITE,
  bg: 0,
  fg2: WHITE,
  bg2: 0x0007,
  fgH: WHITE,
  bgH: 0x02f7,
  fgW: WHITE,
  bgW: 0,
  dark: true,
};

const light: Theme = {
  fg: 0,
  bg: WHITE,
  fg2: 0,
  bg2: 0xbfff,
  fgH: 0,
  bgH: 0x07ff,
  fgW: 0,
  bgW: WHITE,
  dark: false,
};

/** As much of a screen as its theme depends on. */
interface ColoredScreen {
  bitsPerPixel: number;
  hasThreeBits?: boolean;
}

/** The theme at a start. Only Bangle.js has other colours than all bits and none. */
export function themeOf(screen: ColoredScreen | undefined): Theme {
  if (screen?.hasThreeBits) return { ...light };
  if (screen?.bitsPerPixel === 16) return { ...dark };
  const on = screen ? 2 ** screen.bitsPerPixel - 1 : -1;
  return { fg: on, bg: 0, fg2: on, bg2: 0, fgH: on, bgH: 0, fgW: on, bgW: 0, dark: true };
}
