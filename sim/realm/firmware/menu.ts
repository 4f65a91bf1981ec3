// E.showMenu: what a menu shows, and what choosing does, as in the firmware of Bangle.js: functions are called, booleans change, numbers have
// a list or a page of their own. Its drawings are the simulator's. Source of the behaviour: libs/js/banglejs of Espruino 2v29. It runs in the
// realm, by its text.

import type { ScrollerOptions } from './scroller.js';
import type { Drag, FirmwareGlobals, Touch, WatchKind } from './user-interface.js';

interface Item {
  value?: unknown;
  min?: number;
  max?: number;
  step?: number;
  wrap?: unknown;
  noList?: unknown;
  title?: string;
  format?: (value: unknown, place?: number) => unknown;
  onchange?: (value: unknown, touch?: Touch) => unknown;
}

interface MenuOptions {
  title?: string;
  back?: () => unknown;
  remove?: () => unknown;
  /** In pixels on a touchscreen. */
  scroll?: number;
  /** The row that is chosen, with buttons. */
  selected?: number;
}

type Menu = Record<string, Item | ((touch?: Touch) => unknown) | undefined>;

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. Adds its function to E. */
export function menu(
  global: FirmwareGlobals,
  define: (object: object, name: string, value: unknown) => void,
  { hasTouchscreen }: WatchKind,
): void {
  const { Bangle, E } = global;
  const ROW = hasTouchscreen ? 40 : 16;
  const TITLE = 24;
  const BACK = '< Back';
  /** Values for which a number has a list. */
  const LONGEST_LIST = 20;
  const DRAG = 32;
  /** A page of a number: above is less, below is more, and between is the choice. */
  const [ABOVE, BELOW] = [82, 142];

  const isItem = (item: unknown): item is Item => typeof item === 'object' && item !== null;
  const shownValue = ({ value, format }: Item, place?: number) => (format ? format(value, place) : value);

  /** A step further, within the limits of a number. */
  const stepped = (value: number, direction: number, { step, min, max, wrap }: Item): number => {
    const next = value - direction * (step || 1);
    if (min !== undefined && next < min) return (wrap ? max : min) as number;
    if (max !== undefined && next > max) return (wrap ? min : max) as number;
    return next;
  };

  const drawRow = (name: string, value: unknown, { x, y, w, h }: { x: number; y: number; w: number; h: number }) => {
    const { g } = global;
    g.setColor(g.theme.bg2).fillRect({ x: x + 4, y: y + 2, w: w - 8, h: h - 4, r: 5 });
    g.setColor(g.theme.fg2);
    let taken = 16;
    if (value !== undefined) {
      const found = g.findFont(value, { w: w / 2, h, wrap: 1, trim: 1 });
      g.setFontAlign(1, 0).drawString(found.text, x + w - 8, 2 + y + h / 2);
      taken += found.w;
    }
    const found = g.findFont(name, { w: w - taken, h, wrap: 1, trim: 1 });
    g.setFontAlign(-1, 0).drawString(found.text, x + 8, 2 + y + h / 2);
  };
  const drawTitle = (title: string, { x, y, w, h }: { x: number; y: number; w: number; h: number }) => {
    const found = global.g.findFont(title, { w, h: TITLE, max: TITLE });
    global.g.setFontAlign(-1, 0).drawString(found.text, x + 12, y + h - 10);
  };

  /** A menu on a touchscreen. */
  const byTouch = (given: Menu) => {
    const options = (given[''] ?? {}) as MenuOptions;
    options.title ||= 'Menu';
    const back = options.back ?? (given[BACK] as (() => unknown) | undefined);
    const names = Object.keys(given).filter((name) => name !== '' && name !== BACK);
    const made: { draw: () => void; scroller?: ReturnType<typeof E.showScroller> } = {
      draw: () => made.scroller!.draw(),
      scroller: undefined,
    };
    const rows: ScrollerOptions = {
      h: ROW,
      c: names.length,
      scrollMin: -TITLE,
      scroll: options.scroll ?? -TITLE,
      back,
      remove: options.remove,
      draw(row, area) {
        if (row < 0) {
          drawTitle(options.title!, area);
          return;
        }
        const item = given[names[row]];
        const title = isItem(item) ? item.title : undefined;
        drawRow(title ?? names[row], isItem(item) ? textOf(item) : undefined, area);
      },
      select(row, touch) {
        if (row < 0) {
          if (back) Bangle.haptic('back');
          return back?.();
        }
        const item = given[names[row]];
        if (typeof item === 'function') {
          Bangle.haptic('touch');
          item(touch);
        } else if (isItem(item)) {
          Bangle.haptic('touch');
          if (typeof item.value === 'number') showNumber(item, names[row]);
          else change(item, row, touch);
        }
        return undefined;
      },
    };
    const show = () => {
      made.scroller = E.showScroller(rows);
    };
    /** Where the menu was, unless what was called has shown something else. */
    const showAgain = () => {
      rows.scroll = made.scroller!.scroll;
      show();
    };
    const change = (item: Item, row: number, touch?: Touch) => {
      if (typeof item.value === 'boolean') item.value = !item.value;
      item.onchange?.(item.value, touch);
      if (made.scroller!.isActive()) made.scroller!.drawItem(row);
    };
    const showNumber = (item: Item, name: string) => {
      const { min, max, step = 1, noList } = item;
      const count = min === undefined || max === undefined ? Number.POSITIVE_INFINITY : (max - min) / step;
      if (!noList && count < LONGEST_LIST) showList(item, name, min!, step, count + 1);
      else showPage(item, name);
    };
    const showList = (item: Item, name: string, min: number, step: number, count: number) => {
      const list = E.showScroller({
        h: ROW,
        c: count,
        back: show,
        remove: options.remove,
        scrollMin: -TITLE,
        scroll: -TITLE,
        draw(row, area) {
          const value = row * step + min;
          if (row < 0) drawTitle(name, area);
          else drawRow(`${item.format ? item.format(value, 1) : value}`, value === item.value ? 'X' : undefined, area);
        },
        select(row) {
          if (row < 0) return;
          Bangle.haptic('touch');
          item.value = min + row * step;
          item.onchange?.(item.value);
          if (list.isActive()) showAgain();
        },
      } satisfies ScrollerOptions);
    };
    const showPage = (item: Item, name: string) => {
      const area = Bangle.appRect;
      let value = item.value as number;
      const draw = () => {
        const { g } = global;
        const text = item.format ? item.format(value, 2) : value;
        g.reset().setColor(g.theme.bg2);
        g.fillRect({ x: area.x + 24, y: area.y + 36, w: area.w - 48, h: area.h - 48, r: 5 });
        g.setColor(g.theme.fg2).setFontVector(30).setFontAlign(0, 0);
        g.drawString(text, area.x + area.w / 2, 12 + area.y + area.h / 2);
      };
      const step = (direction: number) => {
        value = stepped(value, direction, item);
        draw();
      };
      const choose = () => {
        item.value = value;
        item.onchange?.(value);
        if (Bangle.uiRedraw === draw) showAgain();
      };
      let moved = 0;
      global.g.reset().clearRect(area).setFont('12x20').setFontAlign(0, 0);
      global.g.drawString(name, area.x + area.w / 2, area.y + 12);
      draw();
      Bangle.setUI({
        mode: 'custom',
        back: show,
        remove: options.remove,
        redraw: draw,
        drag(event: Drag) {
          moved = event.b ? moved + event.dy : 0;
          while (Math.abs(moved) > DRAG) {
            Bangle.haptic('drag');
            const direction = moved > 0 ? 1 : -1;
            moved -= direction * DRAG;
            step(direction);
          }
        },
        touch(_: unknown, touch: Touch) {
          Bangle.haptic('touch');
          if (touch.y < ABOVE) step(-1);
          else if (touch.y > BELOW) step(1);
          else choose();
        },
      });
    };
    show();
    return made;
  };

  const textOf = (item: Item) =>
    typeof item.value === 'boolean' && !item.format ? (item.value ? 'X' : '-') : shownValue(item);

  /** A menu with buttons: up, down, and one that chooses. */
  const byButtons = (given: Menu) => {
    let items = given;
    const options = (given[''] ?? {}) as MenuOptions;
    if (options.back && !items[BACK]) items = Object.assign({ [BACK]: options.back }, items) as Menu;
    let names = Object.keys(items).filter((name) => name !== '');
    options.selected ??= 0;
    /** The number that the buttons change. */
    let edited: Item | undefined;
    /** The menu behind a list of values. */
    let outer: { items: Menu; names: string[]; selected: number; title?: string } | undefined;
    const draw = () => {
      const { g } = global;
      const { x, y, w } = Bangle.appRect;
      g.reset().setFont('6x8', 2);
      if (options.title) g.setFontAlign(0, -1).drawString(options.title, x + w / 2, y);
      const top = y + (options.title ? ROW + 2 : 0);
      names.forEach((name, row) => {
        const item = items[name];
        const isChosen = row === options.selected;
        const at = top + row * ROW;
        g.setColor(isChosen ? g.theme.bgH : g.theme.bg).fillRect(x, at, x + w - 12, at + ROW - 1);
        g.setColor(isChosen ? g.theme.fgH : g.theme.fg);
        g.setFontAlign(-1, -1).drawString((isItem(item) && item.title) || name, x, at);
        const value = isItem(item) ? textOf(item) : undefined;
        if (value !== undefined) g.setFontAlign(1, -1).drawString(value, x + w - 14, at);
      });
      g.flip();
    };
    const clear = () => global.g.reset().clearRect(Bangle.appRect);
    const leaveList = () => {
      const menuBehind = outer!;
      outer = undefined;
      items = menuBehind.items;
      names = menuBehind.names;
      options.selected = menuBehind.selected;
      options.title = menuBehind.title;
      clear();
      draw();
    };
    const back = () => {
      if (outer) leaveList();
      else (items[BACK] as (() => unknown) | undefined)?.();
    };
    const showList = (item: Item) => {
      outer = { items, names, selected: options.selected!, title: options.title };
      options.title = names[options.selected!];
      items = {};
      for (let value = item.min!; value <= item.max!; value++)
        items[`${item.format!(value)}`] = value as unknown as Item;
      names = Object.keys(items);
      options.selected = Math.max(0, (item.value as number) - item.min!);
      clear();
      draw();
    };
    const select = () => {
      const item = items[names[options.selected!]];
      if (outer) {
        const changed = outer.items[outer.names[outer.selected]] as Item;
        changed.value = item;
        leaveList();
        changed.onchange?.(changed.value);
        if (changed.onchange) draw();
        return;
      }
      if (typeof item === 'function') {
        item();
        return;
      }
      if (!isItem(item)) return;
      if (typeof item.value === 'number') {
        const isList =
          !item.noList && item.format && (item.step || 1) === 1 && item.min === 0 && item.max! < LONGEST_LIST;
        if (isList) showList(item);
        else edited = edited ? undefined : item;
      } else {
        if (typeof item.value === 'boolean') item.value = !item.value;
        item.onchange?.(item.value);
      }
      if (Bangle.touchHandler === isActive) draw();
    };
    const move = (direction: number) => {
      if (edited) {
        edited.value = stepped(edited.value as number, direction, edited);
        edited.onchange?.(edited.value);
      } else options.selected = (direction + options.selected! + names.length) % names.length;
      draw();
    };
    Bangle.setUI(
      { mode: 'updown', back: items[BACK] ? back : undefined, remove: options.remove, redraw: draw },
      (direction) => (direction ? move(direction) : select()),
    );
    /** It is replaced when something else is shown. */
    const isActive = () => undefined;
    Bangle.touchHandler = isActive;
    draw();
    return { draw, select, move, back };
  };

  define(E, 'showMenu', (items?: Menu) => {
    if (!hasTouchscreen) Bangle.setLCDPower(1);
    if (items === undefined || !hasTouchscreen) global.g.reset().clearRect(Bangle.appRect);
    if (!items) {
      Bangle.setUI();
      return undefined;
    }
    return hasTouchscreen ? byTouch(items) : byButtons(items);
  });
}
