// The module `Layout` of Bangle.js 2's firmware: boxes in rows and columns, their places, drawings and buttons. Source of the behaviour:
// libs/js/banglejs of Espruino 2v29, and its documentation. It runs in the realm, by its text.

import type { FirmwareGlobals, Graphics, Touch, UIOptions } from './user-interface.js';

type Call = (...values: unknown[]) => unknown;

export interface Box {
  type?: string;
  id?: string;
  /** The boxes in a row (h) or a column (v). */
  c?: Box[];
  label?: unknown;
  font?: string;
  src?: unknown;
  scale?: number;
  wrap?: unknown;
  /** Clockwise quarters of a turn. */
  r?: number;
  pad?: number;
  width?: number;
  height?: number;
  fillx?: number;
  filly?: number;
  /** -1, 0 or 1. */
  halign?: number;
  valign?: number;
  col?: unknown;
  bgCol?: unknown;
  btnBorderCol?: unknown;
  btnFaceCol?: unknown;
  selected?: unknown;
  cb?: Call;
  /** For touches of half a second. */
  cbl?: Call;
  render?: (box: Box) => unknown;
  x: number;
  y: number;
  w: number;
  h: number;
  /** The least size, while places are computed. */
  _w: number;
  _h: number;
  /** Of the contents of a row or column. */
  __w?: number;
  __h?: number;
}

interface LayoutOptions {
  lazy?: unknown;
  btns?: Box[];
  back?: () => unknown;
  remove?: () => unknown;
}

interface Area {
  corners: [number, number, number, number];
  background: unknown;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. Returns what the module exports. */
export function layoutModule(global: FirmwareGlobals): unknown {
  const { Bangle } = global;
  const LONG_TOUCH = 2;
  const BUTTON_FONT = '6x8:2';
  /** Espruino has no Math.trunc. */
  const count = (value: number | undefined) => (value ?? 0) | 0;
  const pad = (box: Box) => count(box.pad);
  const given = (value: unknown) => (typeof value === 'function' ? (value as Call)() : value);
  const sumOf = (boxes: Box[], value: (box: Box) => number) => boxes.reduce((sum, box) => sum + value(box), 0);
  const mostOf = (boxes: Box[], value: (box: Box) => number) =>
    boxes.reduce((most, box) => Math.max(most, value(box)), 0);

  /** `20%` is a share of the screen's height. */
  const fontOf = (box: Box): string => {
    const { font = BUTTON_FONT } = box;
    if (!font.endsWith('%')) return font;
    box.font = `Vector${Math.round((global.g.getHeight() * Number(font.slice(0, -1))) / 100)}`;
    return box.font;
  };
  const textSize = (box: Box) => {
    const { width, height } = global.g.setFont(fontOf(box)).stringMetrics(box.label);
    return [width, height];
  };
  const imageSize = (box: Box) => {
    const { width, height } = global.g.imageMetrics(given(box.src));
    return [width * (box.scale || 1), height * (box.scale || 1)];
  };

  /** The least size of a box, without what is around its contents. */
  const contents: Record<string, (box: Box) => number[]> = {
    '': () => [0, 0],
    custom: () => [0, 0],
    img: imageSize,
    txt(box) {
      if (!box.wrap) return textSize(box);
      fontOf(box);
      return [0, 0];
    },
    btn(box) {
      const [width, height] = box.src ? imageSize(box) : textSize(box);
      return [20 + Math.ceil(width), 16 + Math.ceil(height)];
    },
    h(box) {
      box.c!.forEach(measure);
      inherit(box);
      box.__w = sumOf(box.c!, ({ _w }) => _w);
      return [box.__w, mostOf(box.c!, ({ _h }) => _h)];
    },
    v(box) {
      box.c!.forEach(measure);
      inherit(box);
      box.__h = sumOf(box.c!, ({ _h }) => _h);
      return [mostOf(box.c!, ({ _w }) => _w), box.__h];
    },
  };
  /** A row or a column fills what one of its boxes fills. */
  const inherit = (box: Box) => {
    for (const side of ['fillx', 'filly'] as const)
      if (box[side] == null && box.c!.some((each) => each[side])) box[side] = 1;
  };
  const measure = (box: Box) => {
    let [width, height] = contents[box.type!](box);
    if (count(box.r) & 1) [width, height] = [height, width];
    box._w = Math.max(width + 2 * pad(box), count(box.width));
    box._h = Math.max(height + 2 * pad(box), count(box.height));
  };

  /** Places the boxes of a row or a column; what is left over goes to those that fill it. */
  const placed: Record<string, (box: Box) => void> = {
    h(box) {
      let shares = sumOf(box.c!, (each) => count(each.fillx));
      let used = box.x + pad(box);
      if (!shares) {
        used += (box.w - 2 * pad(box) - box.__w!) >> 1;
        shares = 1;
      }
      let [x, given] = [used, 0];
      for (const each of box.c!) {
        each.x = count(x);
        used += each._w;
        given += count(each.fillx);
        x = used + Math.floor((given * (box.w - box._w)) / shares);
        each.w = count(x - each.x);
        each.h = count(each.filly ? box.h - 2 * pad(box) : each._h);
        each.y = count(box.y + pad(box) + (((1 + count(each.valign)) * (box.h - 2 * pad(box) - each.h)) >> 1));
        placeWithin(each);
      }
      delete box.__w;
    },
    v(box) {
      let shares = sumOf(box.c!, (each) => count(each.filly));
      let used = box.y + pad(box);
      if (!shares) {
        used += (box.h - 2 * pad(box) - box.__h!) >> 1;
        shares = 1;
      }
      let [y, given] = [used, 0];
      for (const each of box.c!) {
        each.y = count(y);
        used += each._h;
        given += count(each.filly);
        y = used + Math.floor((given * (box.h - box._h)) / shares);
        each.h = count(y - each.y);
        each.w = count(each.fillx ? box.w - 2 * pad(box) : each._w);
        each.x = count(box.x + pad(box) + (((1 + count(each.halign)) * (box.w - 2 * pad(box) - each.w)) >> 1));
        placeWithin(each);
      }
      delete box.__h;
    },
  };
  const forgetSize = (box: Box) => {
    delete (box as Partial<Box>)._w;
    delete (box as Partial<Box>)._h;
  };
  const placeWithin = (box: Box) => {
    if (box.c) placed[box.type!](box);
    forgetSize(box);
  };

  const drawImage = (box: Box) =>
    global.g.drawImage(given(box.src), box.x + box.w / 2, box.y + box.h / 2, {
      scale: box.scale || undefined,
      rotate: Math.PI * 0.5 * (box.r || 0),
    });
  const drawings: Record<string, (box: Box) => unknown> = {
    '': () => undefined,
    img: drawImage,
    custom: (box) => box.render!(box),
    h: (box) => box.c!.forEach(draw),
    v: (box) => box.c!.forEach(draw),
    txt(box) {
      const { g } = global;
      g.setFont(fontOf(box));
      if (!box.wrap)
        return g.setFontAlign(0, 0, box.r).drawString(box.label, box.x + (box.w >> 1), box.y + (box.h >> 1));
      const lines = g.setFontAlign(0, -1).wrapString(box.label, box.w);
      const height = g.getFontHeight() * lines.length;
      return g.drawString(lines.join('\n'), box.x + (box.w >> 1), box.y + ((box.h - height) >> 1));
    },
    btn(box) {
      const { g } = global;
      const { theme } = g;
      const face = box.selected ? theme.bgH : (box.btnFaceCol ?? theme.bg2);
      const border = box.selected ? theme.fgH : (box.btnBorderCol ?? theme.fg2);
      const area = {
        x: box.x + pad(box),
        y: box.y + pad(box),
        w: box.w - 2 * pad(box) - 1,
        h: box.h - 2 * pad(box) - 1,
        r: 10,
      };
      g.setColor(face).fillRect(area).setColor(border).drawRect(area);
      if (box.col !== undefined) g.setColor(box.col);
      if (!box.src) {
        g.setFont(fontOf(box)).setFontAlign(0, 0, box.r);
        return g.drawString(box.label, box.x + box.w / 2, box.y + box.h / 2);
      }
      g.setBgColor(face);
      return drawImage(box);
    },
  };
  const draw = (box: Box) => {
    const { g } = global;
    g.reset();
    if (box.col !== undefined) g.setColor(box.col);
    if (box.bgCol !== undefined) g.setBgColor(box.bgCol).clearRect(box.x, box.y, box.x + box.w - 1, box.y + box.h - 1);
    drawings[box.type!](box);
  };

  /** Runs `visit` for a box and all boxes within it. */
  const walk = (box: Box, visit: (box: Box) => void) => {
    visit(box);
    for (const each of box.c ?? []) walk(each, visit);
  };

  /** Finds the boxes that have changed since they were drawn; `old` keeps the areas of those that are no longer there. */
  const changed = (box: Box, seen: Record<string, Area>, old: Record<string, Area>, parent: unknown): Box[] => {
    const background = box.bgCol == null ? parent : global.g.toColor(box.bgCol);
    const isDrawn = background !== parent || ['txt', 'btn', 'img', 'custom'].includes(box.type!);
    const children = (): Box[] => {
      const found: Box[] = [];
      for (const each of box.c ?? []) for (const one of changed(each, seen, old, background)) found.push(one);
      return found;
    };
    if (!isDrawn) return children();
    const { c } = box;
    delete box.c;
    const hash = `H${(global.E.CRC32 as Call)(global.E.toJS(box))}`;
    if (c) box.c = c;
    const isNew = !Object.keys(old).includes(hash);
    delete old[hash];
    const corners: Area['corners'] = [box.x, box.y, box.x + box.w - 1, box.y + box.h - 1];
    if (isNew) seen[hash] = { corners, background: parent ?? global.g.theme.bg };
    const within = children();
    // It draws what is in it, too.
    return isNew ? [box] : within;
  };

  class Layout {
    l: Box;
    _l: Box;
    options: LayoutOptions;
    lazy: unknown;
    physBtns: number;
    b?: Box[];
    updateNeeded?: boolean;
    rects?: Record<string, Area>;
    [id: string]: unknown;

    constructor(box: Box, options: LayoutOptions = {}) {
      this.l = box;
      this._l = box;
      this.options = options;
      this.lazy = options.lazy || false;
      this.physBtns = 1;
      const { btns } = options;
      if (btns && btns.length <= this.physBtns) {
        this.b = btns;
        while (btns.length < this.physBtns) btns.push({ label: '' } as Box);
        const height = Math.floor(Bangle.appRect.h / this.physBtns);
        for (const each of btns) Object.assign(each, { type: 'txt', font: '6x8', height, r: 1 });
        box.width = global.g.getWidth() - 8;
        const column = { type: 'v', pad: 1, filly: 1, c: btns } as Box;
        this._l = { type: 'h', filly: 1, c: [box, column] } as Box;
      } else if (btns) {
        for (const each of btns) Object.assign(each, { type: 'btn', filly: 1, width: 32, r: 1 });
        box.width = global.g.getWidth() - 32;
        this._l = { type: 'h', c: [box, { type: 'v', c: btns } as Box] } as Box;
      }
      this.setUI();
      walk(this._l, (each) => {
        if (each.id) this[each.id] = each;
        each.type ||= '';
      });
      this.updateNeeded = true;
    }

    setUI() {
      Bangle.setUI();
      const { back, remove } = this.options;
      if (back || remove) Bangle.setUI({ mode: 'custom', back, remove } satisfies UIOptions);
      if (this.b) {
        const [button] = this.b;
        const pressed = (event: { time: number; lastTime: number }) => {
          if (event.time - event.lastTime > 0.75 && button.cbl) button.cbl(event);
          else button.cb?.(event);
        };
        for (const id of Bangle.btnWatches ?? []) global.clearWatch(id);
        Bangle.btnWatches = [global.setWatch(pressed, global.BTN1, { repeat: true, edge: 'falling' })];
      }
      const touch = (_: unknown, at: unknown) => {
        const { x, y, type } = at as Touch;
        walk(this._l, (box) => {
          if (!box.cb || x < box.x || y < box.y || x > box.x + box.w || y > box.y + box.h) return;
          if (type === LONG_TOUCH && box.cbl) box.cbl(at);
          else box.cb(at);
        });
      };
      Bangle.touchHandler = touch;
      Bangle.on('touch', touch);
    }

    render(box: Box = this._l) {
      if (this.updateNeeded) this.update();
      if (!this.lazy) {
        draw(box);
        return;
      }
      this.rects ??= {};
      const old: Record<string, Area> = Object.assign({}, this.rects);
      const list = changed(box, this.rects, old, null);
      const gone = Object.keys(old).map((hash) => old[hash]);
      for (const hash of Object.keys(old)) delete this.rects[hash];
      // In reverse order, so that the first background is what stays.
      for (const { corners, background } of gone.reverse()) global.g.setBgColor(background).clearRect(...corners);
      list.forEach(draw);
    }

    forgetLazyState() {
      this.rects = {};
    }

    update() {
      delete this.updateNeeded;
      const box = this._l;
      measure(box);
      const area = Bangle.appRect;
      if (box.fillx || box.filly) Object.assign(box, { x: area.x, y: area.y, w: area.w, h: area.h });
      else
        Object.assign(box, {
          w: box._w,
          h: box._h,
          x: (area.w - box._w) >> 1,
          y: area.y + ((area.h - box._h) >> 1),
        });
      placed[box.type!]?.(box);
      forgetSize(box);
    }

    clear(box: Box = this._l) {
      const { g } = global;
      g.reset();
      if (box.bgCol !== undefined) g.setBgColor(box.bgCol);
      g.clearRect(box.x, box.y, box.x + box.w - 1, box.y + box.h - 1);
    }

    debug(box: Box = this._l, color = 1) {
      const g: Graphics = global.g.setColor(color & 1, color & 2, color & 4);
      g.drawRect(box.x + color - 1, box.y + color - 1, box.x + box.w - color, box.y + box.h - color);
      if (box.pad)
        g.drawRect(box.x + pad(box) - 1, box.y + pad(box) - 1, box.x + box.w - pad(box), box.y + box.h - pad(box));
      for (const each of box.c ?? []) this.debug(each, color + 2);
    }
  }
  return Layout;
}
