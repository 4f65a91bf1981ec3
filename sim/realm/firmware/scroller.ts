// E.showScroller: a list that scrolls by touch, or by buttons. Rows are drawn and chosen where the firmware of Bangle.js does. Source of the
// behaviour: libs/js/banglejs of Espruino 2v29. It runs in the realm, by its text.

import type { Bangle, Drag, FirmwareGlobals, Touch, WatchKind } from './user-interface.js';

type Area = Bangle['appRect'];

export interface ScrollerOptions {
  /** Of a row, in pixels. */
  h: number;
  /** Rows. */
  c: number;
  /** In pixels on a touchscreen; otherwise the row that is chosen. */
  scroll?: number;
  scrollMin?: number;
  rect?: Area;
  draw: (row: number, area: { x: number; y: number; w: number; h: number }, isChosen?: boolean) => unknown;
  select: (row: number, touch?: Touch) => unknown;
  back?: () => unknown;
  remove?: () => unknown;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. Adds its function to E. */
export function scroller(
  global: FirmwareGlobals,
  define: (object: object, name: string, value: unknown) => void,
  { hasTouchscreen }: WatchKind,
): void {
  const { Bangle, E } = global;
  /** The screen below this line shows too little of a row that begins there. */
  const LOWEST = 163;

  const byTouch = (options: ScrollerOptions) => {
    const { h, c, back, remove } = options;
    const area = options.rect ?? Bangle.appRect;
    const least = (options.scrollMin ?? 0) | 0;
    const most = Math.max(least, h * c - area.h);
    const state = {
      scroll: Math.min(Math.max((options.scroll ?? 0) | 0, least), most),
      draw,
      drawItem(row: number) {
        const y = topOf(row);
        clipped(Math.max(y, area.y), Math.min(y + h, area.y2), () => drawRow(row));
      },
      isActive: () => Bangle.uiRedraw === draw,
    };
    /** The screen is dithered: it moves by two pixels. */
    let shown = state.scroll & ~1;
    const topOf = (row: number) => row * h + area.y - shown;
    const rowAt = (y: number) => Math.floor((y + shown - area.y) / h);
    const drawRow = (row: number) => options.draw(row, { x: area.x, y: topOf(row), w: area.w, h });
    const clipped = (from: number, to: number, run: () => void) => {
      const { g } = global;
      g.reset().setClipRect(area.x, from, area.x2, to);
      run();
      g.setClipRect(0, 0, g.getWidth() - 1, g.getHeight() - 1);
    };
    function draw() {
      global.g.reset().clearRect(area);
      const last = Math.min(rowAt(area.y2), c - 1);
      clipped(area.y, area.y2, () => {
        for (let row = rowAt(area.y); row <= last; row++) drawRow(row);
      });
    }
    Bangle.setUI({
      mode: 'custom',
      back,
      remove,
      redraw: draw,
      drag(event: Drag) {
        state.scroll = Math.min(Math.max(state.scroll - event.dy, least), most);
        const before = shown;
        shown = state.scroll & ~1;
        const moved = before - shown;
        if (moved === 0) return;
        global.g.reset().setClipRect(area.x, area.y, area.x2, area.y2).scroll(0, moved);
        if (event.dy < 0) {
          const from = Math.max(area.y2 - (1 - event.dy), area.y);
          clipped(from, area.y2, () => {
            for (let row = rowAt(from); topOf(row) < area.y2; row++) drawRow(row);
          });
          return;
        }
        const to = Math.min(area.y + event.dy, area.y2);
        clipped(area.y, to, () => {
          for (let row = rowAt(to); topOf(row) > area.y - h; row--) drawRow(row);
        });
      },
      touch(_: unknown, touch: Touch) {
        if (touch.y < area.y - 4) return;
        let row = rowAt(touch.y);
        let within = touch.y + shown - area.y - row * h;
        if (touch.y > LOWEST && topOf(row) > LOWEST) {
          row--;
          within = h - 1;
        }
        if ((least < 0 || row >= 0) && row < c) options.select(row, { x: touch.x, y: within, type: touch.type });
      },
    });
    draw();
    global.g.flip();
    return state;
  };

  const byButtons = (options: ScrollerOptions) => {
    const { h, c, back, remove } = options;
    const area = Bangle.appRect;
    const state = {
      scroll: (options.scroll ?? 0) | 0,
      draw,
      drawItem: draw,
      isActive: () => Bangle.uiRedraw === draw,
    };
    function draw(only?: number) {
      const { g } = global;
      // The chosen row is in the middle, unless the list ends before.
      let top = Math.floor((area.h - h) / 2) - state.scroll * h;
      top = Math.min(0, Math.max(top, area.h - c * h));
      g.reset();
      for (let row = 0; row < c; row++) {
        const y = top + row * h;
        if ((only !== undefined && only !== row) || y <= 1 - h || y >= area.h) continue;
        const isChosen = row === state.scroll;
        g.setColor(isChosen ? g.theme.fgH : g.theme.fg).setBgColor(isChosen ? g.theme.bgH : g.theme.bg);
        g.setClipRect(area.x, area.y + Math.max(0, y), area.x + area.w - 1, area.y + Math.min(area.h, y + h) - 1);
        const isDrawn = options.draw(row, { x: area.x, y: area.y + y, w: area.w, h }, isChosen);
        if (isDrawn || !isChosen) continue;
        g.setColor(g.theme.fgH);
        for (const inset of [0, 1])
          g.drawRect(area.x + inset, area.y + y + inset, area.x + area.w - 1 - inset, area.y + y + h - 1 - inset);
      }
      g.setClipRect(area.x, area.y, area.x + area.w - 1, area.y + area.h - 1);
    }
    Bangle.setUI({ mode: 'updown', back, remove, redraw: draw }, (direction) => {
      if (!direction) {
        options.select(state.scroll);
        return;
      }
      state.scroll += direction;
      if (state.scroll < 0) state.scroll = c - 1;
      if (state.scroll >= c) state.scroll = 0;
      draw();
    });
    global.g.reset().clearRect(area);
    draw();
    return state;
  };

  define(E, 'showScroller', (options?: ScrollerOptions) => {
    if (!options) {
      Bangle.setUI();
      return undefined;
    }
    return hasTouchscreen ? byTouch(options) : byButtons(options);
  });
}
