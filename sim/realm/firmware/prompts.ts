// E.showMessage, E.showPrompt and E.showAlert of Bangle.js. Buttons are where the firmware has them; the drawings are the simulator's. Source
// of the behaviour: libs/js/banglejs of Espruino 2v29. It runs in the realm, by its text.

import type { FirmwareGlobals, Touch, WatchKind } from './user-interface.js';

interface MessageOptions {
  title?: string;
  img?: unknown;
}

interface PromptOptions extends MessageOptions {
  buttons?: Record<string, unknown>;
  /** For touches of half a second. */
  buttonsLong?: Record<string, unknown>;
  buttonHeight?: number;
  selected?: number;
  back?: () => unknown;
  remove?: () => unknown;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. Adds its functions to E. */
export function prompts(
  global: FirmwareGlobals,
  define: (object: object, name: string, value: unknown) => void,
  { hasTouchscreen }: WatchKind,
): void {
  const { Bangle, E } = global;
  const MOST_BUTTONS = 6;
  /** Buttons side by side, by how many there are. */
  const COLUMNS = [0, 1, 2, 3, 2, 3, 3];
  const LONG_TOUCH = 2;

  /** Draws title, image and text; returns where the text may begin. */
  const drawHead = ({ title, img }: MessageOptions): number => {
    const { g } = global;
    const { y, w } = Bangle.appRect;
    const found = g.findFont(title ?? '', { w: w - 2, wrap: 1, max: 24 });
    let top = y + 4;
    if (found.text) {
      g.setColor(g.theme.fgH)
        .setBgColor(g.theme.bgH)
        .clearRect(0, y, w - 1, y + 4 + found.h);
      g.setFontAlign(0, 0).drawString(found.text, w / 2, y + 4 + found.h / 2);
      top += found.h;
    }
    if (!img) return top;
    const { width, height } = g.imageMetrics(img);
    g.setColor(g.theme.fg)
      .setBgColor(g.theme.bg)
      .drawImage(img, (w - width) / 2, top + 6);
    return top + height;
  };
  const drawText = (text: unknown, top: number, bottom: number) => {
    const { g } = global;
    const { w } = Bangle.appRect;
    const found = g.findFont(text, { w: w - 2, h: bottom - top, wrap: 1, trim: 1, min: 16 });
    g.setColor(g.theme.fg).setBgColor(g.theme.bg).setFontAlign(0, 0);
    g.drawString(found.text, w / 2, (top + bottom) / 2);
  };

  /** Where the buttons of a touchscreen are: rows at the bottom. */
  const placesOf = (names: string[], options: PromptOptions) => {
    const area = Bangle.appRect;
    const columns = COLUMNS[names.length];
    const rows = Math.ceil(names.length / columns);
    const width = (area.w - 1) / columns;
    const height = options.buttonHeight || (rows > 1 || options.img ? 40 : 50);
    return names.map((name, at) => {
      const x1 = (at % columns) * width;
      const y1 = area.y2 - (rows - Math.floor(at / columns)) * height + 1;
      return { name, x1, x2: x1 + width, y1, y2: y1 + height };
    });
  };

  const drawPrompt = (message: unknown, names: string[], options: PromptOptions, chosen: number | undefined) => {
    const { g } = global;
    const places = placesOf(names, options);
    g.reset();
    drawText(message, drawHead(options), Math.min(...places.map(({ y1 }) => y1)));
    places.forEach(({ name, x1, x2, y1, y2 }, at) => {
      const isChosen = at === chosen;
      g.setBgColor(isChosen ? g.theme.bgH : g.theme.bg2).clearRect({
        x: x1 + 3,
        y: y1 + 1,
        x2: x2 - 3,
        y2: y2 - 3,
        r: 11,
      });
      g.setColor(isChosen ? g.theme.fgH : g.theme.fg2).drawRect({ x: x1 + 2, y: y1, x2: x2 - 2, y2: y2 - 2, r: 12 });
      const { text } = g.findFont(name, { w: x2 - x1 - 8, h: y2 - y1 - 4, wrap: 1 });
      g.setFontAlign(0, 0).drawString(text, (x1 + x2) / 2, (y1 + y2) / 2);
    });
    Bangle.setLCDPower(1);
  };

  define(E, 'showMessage', (message: unknown, given?: string | MessageOptions) => {
    const options = typeof given === 'string' ? { title: given } : (given ?? {});
    const { g } = global;
    g.reset().clearRect(Bangle.appRect).setFontAlign(0, 0);
    const top = drawHead(options);
    if (message !== undefined) drawText(message, top, Bangle.appRect.y2);
    g.flip();
    Bangle.setLCDPower(1);
  });

  define(E, 'showPrompt', (message?: unknown, options: PromptOptions = {}) => {
    options.buttons ??= { Yes: true, No: false };
    const { buttons, buttonsLong = {} } = options;
    const names = Object.keys(buttons);
    if (hasTouchscreen && names.length > MOST_BUTTONS) throw new Error('>6 buttons');
    global.g.reset().clearRect(Bangle.appRect);
    if (!message) {
      Bangle.setUI();
      return Promise.resolve();
    }
    if (!hasTouchscreen) options.selected ??= 0;
    const draw = (chosen = options.selected) => drawPrompt(message, names, options, chosen);
    draw();
    return new Promise((resolve) => {
      const choose = (at: number, touch?: Touch) => {
        const name = names[at];
        draw(at);
        global.g.flip();
        Bangle.haptic(touch ? 'touch' : 'btn');
        E.showPrompt();
        const isLong = touch?.type === LONG_TOUCH && name in buttonsLong;
        resolve(isLong ? buttonsLong[name] : buttons[name]);
      };
      const { remove, back } = options;
      if (!hasTouchscreen) {
        Bangle.setUI({ mode: 'leftright', remove, redraw: draw, back }, (direction) => {
          const { selected = 0 } = options;
          if (!direction) choose(selected);
          else {
            options.selected = Math.min(Math.max(selected + (direction < 0 ? -1 : 1), 0), names.length - 1);
            draw();
          }
        });
        return;
      }
      const touch = (_: unknown, at: Touch) => {
        const places = placesOf(names, options);
        // Buttons meet at their edges: the first one is taken.
        const index = places.findIndex(({ x1, x2, y1, y2 }) => at.x >= x1 && at.x <= x2 && at.y >= y1 && at.y <= y2);
        if (index >= 0) choose(index, at);
      };
      const btn = names.length === 1 && !back ? () => choose(0) : undefined;
      Bangle.setUI({ mode: 'custom', remove, redraw: draw, back, touch, btn });
    });
  });

  define(E, 'showAlert', (message: unknown, given?: string | PromptOptions) => {
    const options: PromptOptions = typeof given === 'string' ? { title: given } : (given ?? {});
    options.buttons = { Ok: 1 };
    return E.showPrompt(message, options);
  });
}
