// Widgets: small programs in Storage that draw beside the program of a Bangle.js, and the rectangle that they leave. Source of the
// behaviour: libs/js/banglejs, and `jswrap_banglejs_appRect`, libs/banglejs/jswrap_bangle.c of Espruino 2v29. It runs in the realm, by its text.

import type { FirmwareGlobals, WatchKind, Widget } from './user-interface.js';

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. Adds its functions to Bangle. */
export function widgets(
  global: FirmwareGlobals,
  define: (object: object, name: string, value: unknown) => void,
  { hasTouchscreen, evaluate }: WatchKind,
): void {
  const { Bangle } = global;
  const HEIGHT = 24;
  /** Pixels that buttons take on the sides, at the top and at the bottom. */
  const MARGINS = hasTouchscreen ? { t: 0, b: 0 } : { t: 28, b: 24 };

  const all = (): Widget[] => Object.keys(global.WIDGETS ?? {}).map((name) => global.WIDGETS![name]);

  /** Places the widgets of an area one beside the other; gives whether there are some. */
  const place = (area: string): boolean => {
    const isRight = area[1] === 'r';
    const margin = MARGINS[area[0] as 't' | 'b'];
    let x = isRight ? global.g.getWidth() - margin : margin;
    let isThere = false;
    for (const widget of all()) {
      if (widget.area !== area || widget.width === 0) continue;
      widget.x = isRight ? x - widget.width : x;
      widget.y = area[0] === 't' ? 0 : global.g.getHeight() - HEIGHT;
      x += isRight ? -widget.width : widget.width;
      isThere = true;
    }
    return isThere;
  };

  define(Bangle, 'loadWidgets', () => {
    if (global.WIDGETS) return;
    global.WIDGETS = {};
    const storage = global.require('Storage');
    for (const file of storage.list(/\.wid\.js$/)) {
      try {
        evaluate(storage.read(file)!);
      } catch (error) {
        global.print(file, error);
      }
    }
    const loaded = global.WIDGETS;
    const order = (name: string) => (loaded[name].sortorder ?? 0) | 0;
    global.WIDGETS = {};
    for (const name of Object.keys(loaded).sort((a, b) => order(b) - order(a))) global.WIDGETS[name] = loaded[name];
  });
  define(Bangle, 'drawWidgets', () => {
    if (!global.WIDGETS) return;
    const [left, right] = [place('tl'), place('tr')];
    const [bottomLeft, bottomRight] = [place('bl'), place('br')];
    const { g } = global;
    const [width, height] = [g.getWidth(), g.getHeight()];
    g.reset('widget');
    if (left || right) g.clearRect(0, 0, width - 1, HEIGHT - 1);
    if (bottomLeft || bottomRight) g.clearRect(0, height - HEIGHT, width - 1, height - 1);
    try {
      for (const widget of all()) widget.draw(widget);
    } catch (error) {
      global.print(error);
    }
  });
  Object.defineProperty(Bangle, 'appRect', {
    configurable: true,
    enumerable: false,
    get() {
      const { g } = global;
      let [top, bottom] = [0, g.getHeight()];
      for (const { area, width, y = 0 } of all()) {
        if (typeof area !== 'string' || !(width > 0)) continue;
        if (area[0] === 't') top = Math.max(top, y + HEIGHT);
        if (area[0] === 'b') bottom = Math.min(bottom, y === 0 ? g.getHeight() - HEIGHT : y);
      }
      const w = g.getWidth();
      return { x: 0, y: top, w, h: bottom - top, x2: w - 1, y2: bottom - 1 };
    },
  });
}
