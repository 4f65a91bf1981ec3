// Bangle.setUI and what switches between programs, as firmware of Bangle.js has them in JavaScript: handlers of buttons and touches for each
// mode. Source of the behaviour: libs/js/banglejs of Espruino 2v29. It runs in the realm, by its text.

type Call = (...values: unknown[]) => unknown;
type Members = Record<string, unknown>;

/** Where a finger is; `handled` by one of the listeners. */
export interface Touch {
  x: number;
  y: number;
  type?: number;
  handled?: boolean;
}

export interface Drag {
  x: number;
  y: number;
  dx: number;
  dy: number;
  /** Fingers on the screen. */
  b: number;
}

/** What `setUI` takes instead of a mode. */
export interface UIOptions {
  mode?: string;
  clock?: unknown;
  back?: () => unknown;
  remove?: () => unknown;
  redraw?: () => unknown;
  touch?: Call;
  swipe?: Call;
  drag?: Call;
  btn?: Call;
  btnRelease?: Call;
}

export interface Widget {
  area: string;
  width: number;
  x?: number;
  y?: number;
  sortorder?: number;
  draw: (widget: Widget) => unknown;
  remove?: (isKept?: unknown) => void;
}

/** Of the realm, as far as the firmware uses it. A program can replace its members. */
export interface Bangle extends Members {
  setUI: (mode?: unknown, callback?: (direction?: number) => unknown) => void;
  showLauncher: () => void;
  showClock: () => void;
  load: (name?: string) => void;
  drawWidgets: () => void;
  haptic: (what: string) => unknown;
  setLCDMode: (mode?: unknown) => void;
  setLCDPower: (isOn: unknown) => void;
  on: (event: string, listener: unknown) => void;
  prependListener: (event: string, listener: unknown) => void;
  removeListener: (event: string, listener: unknown) => void;
  readonly appRect: { x: number; y: number; w: number; h: number; x2: number; y2: number };
  btnWatches?: unknown[];
  swipeHandler?: Call;
  dragHandler?: Call;
  touchHandler?: Call;
  touchHandler2?: Call;
  uiRemove?: () => unknown;
  uiRedraw?: () => unknown;
  CLOCK?: number;
}

/** `g`: methods give it back, so that calls follow each other. */
export type Graphics = Members & {
  [method: string]: (...values: unknown[]) => Graphics;
} & {
  getWidth: () => number;
  getHeight: () => number;
  getFontHeight: () => number;
  stringMetrics: (text: unknown) => { width: number; height: number };
  wrapString: (text: unknown, most: number) => string[];
  toColor: (color: unknown) => number;
  findFont: (text: unknown, options: object) => { text: string; w: number; h: number };
  imageMetrics: (image: unknown) => { width: number; height: number };
  theme: Record<string, number>;
};

/** Globals of the realm that the firmware uses. */
export interface FirmwareGlobals extends Members {
  Bangle: Bangle;
  g: Graphics;
  E: Members & {
    stopEventPropagation: () => void;
    toJS: (value: unknown) => string;
    showMessage: Call;
    showScroller: (options?: object) => {
      scroll: number;
      draw: () => void;
      drawItem: (row: number) => void;
      isActive: () => boolean;
    };
    showPrompt: (message?: unknown, options?: object) => unknown;
  };
  WIDGETS?: Record<string, Widget>;
  setWatch: (callback: unknown, pin: unknown, options: object) => unknown;
  clearWatch: (id: unknown) => void;
  setTimeout: (callback: unknown, delay: number, ...values: unknown[]) => unknown;
  load: (name?: string) => void;
  require: (name: 'Storage') => {
    read: (name: unknown) => string | undefined;
    readJSON: (name: string, isSafe: boolean) => Members | undefined;
    writeJSON: (name: string, value: unknown) => void;
    list: (pattern: RegExp) => string[];
  };
  print: Call;
  BTN1: unknown;
  BTN2: unknown;
  BTN3: unknown;
}

/** Of a kind of Bangle.js: with a touchscreen and one button, or with three buttons. */
export interface WatchKind {
  hasTouchscreen: boolean;
  /** Runs a program's text as Espruino does. */
  evaluate: (text: string) => unknown;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. Adds its functions to Bangle. */
export function userInterface(
  global: FirmwareGlobals,
  define: (object: object, name: string, value: unknown) => void,
  { hasTouchscreen, evaluate }: WatchKind,
): void {
  const { Bangle } = global;
  /** Pixels of a drag for a step. */
  const STEP = 32;
  /** The area around the widget that goes back. */
  const BACK = { width: 48, height: 36 };
  /** The left and right halves of a screen, and its middle line. */
  const MIDDLE = { x: 120, y: 88 };

  const onPress = (pin: unknown, run: () => unknown, edge = 'rising') =>
    global.setWatch(run, pin, { repeat: true, edge });

  const removeHandlers = () => {
    if (Bangle.btnWatches) for (const id of Bangle.btnWatches) global.clearWatch(id);
    delete Bangle.btnWatches;
    const handlers: [string, 'swipeHandler' | 'dragHandler' | 'touchHandler' | 'touchHandler2'][] = [
      ['swipe', 'swipeHandler'],
      ['drag', 'dragHandler'],
      ['touch', 'touchHandler'],
      ['touch', 'touchHandler2'],
    ];
    for (const [event, name] of handlers) {
      if (Bangle[name]) Bangle.removeListener(event, Bangle[name]);
      delete Bangle[name];
    }
    delete Bangle.uiRedraw;
    delete Bangle.CLOCK;
    const remove = Bangle.uiRemove;
    // It may call setUI itself.
    delete Bangle.uiRemove;
    if (remove) remove();
  };

  const setDrag = (handler: Call) => {
    Bangle.dragHandler = handler;
    Bangle.on('drag', handler);
  };
  const setSwipe = (handler: Call) => {
    Bangle.swipeHandler = handler;
    Bangle.on('swipe', handler);
  };
  const setTouch = (handler: Call) => {
    Bangle.touchHandler = handler;
    Bangle.on('touch', handler);
  };
  const chosen = (callback: Call) => () => {
    Bangle.haptic('touch');
    callback();
  };

  /** Each 32 pixels of a drag are a step. */
  const dragging = (axis: 'dx' | 'dy', callback: (direction: number) => unknown) => {
    let moved = 0;
    return (event: unknown) => {
      const drag = event as Drag;
      moved = drag.b ? moved + drag[axis] : 0;
      while (Math.abs(moved) > STEP) {
        Bangle.haptic('drag');
        const direction = moved > 0 ? 1 : -1;
        moved -= direction * STEP;
        callback(direction);
      }
    };
  };

  const showsLauncher = () => Bangle.showLauncher();

  const touchModes: Record<string, (callback: Call, options: UIOptions) => void> = {
    updown(callback, options) {
      if (options.drag) throw new Error('Custom drag handler not supported in mode updown!');
      setDrag(dragging('dy', callback));
      setTouch(chosen(callback));
      Bangle.btnWatches = [onPress(global.BTN1, () => callback())];
    },
    leftright(callback, options) {
      if (options.drag) throw new Error('Custom drag handler not supported in mode leftright!');
      setDrag(dragging('dx', callback));
      setTouch(chosen(callback));
      Bangle.btnWatches = [onPress(global.BTN1, () => callback())];
    },
    clock() {
      Bangle.CLOCK = 1;
      Bangle.btnWatches = [onPress(global.BTN1, showsLauncher)];
    },
    clockupdown(callback) {
      Bangle.CLOCK = 1;
      setTouch((_, event) => {
        const { x, y } = event as Touch;
        if (x < MIDDLE.x) return;
        Bangle.haptic('touch');
        callback(y > MIDDLE.y ? 1 : -1);
      });
      Bangle.btnWatches = [onPress(global.BTN1, showsLauncher)];
    },
    custom(_, options) {
      if (options.clock) Bangle.btnWatches = [onPress(global.BTN1, showsLauncher)];
    },
  };

  const threeButtons = (callback: Call) => [
    onPress(global.BTN1, () => callback(-1)),
    onPress(global.BTN3, () => callback(1)),
  ];
  const buttonModes: typeof touchModes = {
    updown(callback) {
      Bangle.btnWatches = [...threeButtons(callback), onPress(global.BTN2, () => callback())];
    },
    leftright(callback) {
      Bangle.btnWatches = [...threeButtons(callback), onPress(global.BTN2, () => callback())];
      setSwipe((direction) => callback(direction));
      setTouch(() => callback());
    },
    clock() {
      Bangle.CLOCK = 1;
      Bangle.btnWatches = [onPress(global.BTN2, showsLauncher)];
    },
    clockupdown(callback) {
      Bangle.CLOCK = 1;
      Bangle.btnWatches = [...threeButtons(callback), onPress(global.BTN2, showsLauncher)];
    },
    custom(_, options) {
      if (options.clock) Bangle.btnWatches = [onPress(global.BTN2, showsLauncher)];
    },
  };
  const modes = hasTouchscreen ? touchModes : buttonModes;

  const setButtons = (run: Call, edge: string, options: UIOptions) => {
    const { btnWatches } = Bangle;
    if (!btnWatches) return;
    if (hasTouchscreen) btnWatches.push(global.setWatch(run.bind(options), global.BTN1, { repeat: true, edge }));
    else
      [global.BTN1, global.BTN2, global.BTN3].forEach((pin, at) => {
        btnWatches.push(onPress(pin, () => run.call(options, at + 1), edge));
      });
  };

  /** A button and, beside other widgets, a widget that go back. */
  const setBack = (options: UIOptions, hadWidget: boolean) => {
    const back = () => options.back!();
    if (Bangle.btnWatches === undefined) {
      const pin = hasTouchscreen ? global.BTN1 : global.BTN3;
      const pressed = () => {
        delete Bangle.btnWatches;
        if (hasTouchscreen) Bangle.haptic('btn');
        back();
      };
      Bangle.btnWatches = [global.setWatch(pressed, pin, { edge: 'rising' })];
    }
    if (!global.WIDGETS || !Bangle.appRect.y) return;
    const touched = (side: unknown, event: unknown) => {
      const { x, y } = (event ?? {}) as Touch;
      if (hasTouchscreen ? !(y < BACK.height && x < BACK.width) : side !== 1) return;
      if (hasTouchscreen) {
        (event as Touch).handled = true;
        Bangle.haptic('back');
      }
      global.E.stopEventPropagation();
      back();
    };
    Bangle.prependListener('touch', touched);
    const widget: Widget = {
      area: 'tl',
      width: 24,
      draw({ x = 0, y = 0 }) {
        global.g
          .reset()
          .setColor('#f00')
          .fillPoly([x + 2, y + 12, x + 16, y + 2, x + 16, y + 22]);
      },
      remove(isKept) {
        // A widget that is hidden has no area.
        const isShown = !isKept && widget.area === 'tl';
        Bangle.removeListener('touch', touched);
        if (isShown) global.g.reset().clearRect({ x: widget.x, y: widget.y, w: 24, h: 24 });
        delete global.WIDGETS!.back;
        if (isShown) Bangle.drawWidgets();
      },
    };
    // It is the first of all.
    global.WIDGETS = Object.assign({ back: widget }, global.WIDGETS);
    if (!hadWidget) Bangle.drawWidgets();
  };

  const storage = () => global.require('Storage');

  const functions: Members = {
    setUI(mode: unknown, callback: Call = () => undefined) {
      const options = (typeof mode === 'object' && mode !== null ? mode : {}) as UIOptions;
      const name = typeof mode === 'object' && mode !== null ? options.mode : (mode as string | undefined);
      if (mode === options && !name) throw new Error('Missing mode in setUI({...})');
      const back = global.WIDGETS?.back;
      if (back?.remove) back.remove(options.back);
      removeHandlers();
      global.g.reset();
      if (!name) return;
      if (!Object.keys(modes).includes(name)) throw new Error(`Unknown UI mode ${global.E.toJS(name)}`);
      modes[name](callback, options);
      if (options.clock) Bangle.CLOCK = 1;
      const { touch, drag, swipe, btn, btnRelease, remove, redraw } = options;
      if (touch && Bangle.touchHandler && hasTouchscreen) {
        Bangle.touchHandler2 = touch;
        Bangle.on('touch', touch);
      } else if (touch) setTouch(touch);
      if (drag && hasTouchscreen) setDrag(drag);
      if (swipe) setSwipe(swipe);
      if (btn || btnRelease) Bangle.btnWatches ??= [];
      if (btn) setButtons(btn, 'rising', options);
      if (btnRelease) setButtons(btnRelease, 'falling', options);
      if (remove) Bangle.uiRemove = remove;
      if (redraw) Bangle.uiRedraw = redraw;
      if (options.back) setBack(options, back !== undefined);
    },
    load(name?: string) {
      if (!Bangle.uiRemove) {
        global.load(name === '.bootcde' ? undefined : name);
        return;
      }
      Bangle.setUI();
      global.__FILE__ = name;
      Bangle.setLCDMode();
      global.setTimeout(evaluate, 0, storage().read(name ?? '.bootcde'));
    },
    showClock() {
      Bangle.load('.bootcde');
    },
    showLauncher() {
      const settings = storage().readJSON('setting.json', true) ?? {};
      if (!storage().read(settings.launcher)) {
        const found = storage()
          .list(/\.info$/)
          .map((file) => storage().readJSON(file, true))
          .filter((app) => app && app.type === 'launch')
          .sort((a, b) => Number(a!.sortorder) - Number(b!.sortorder))[0];
        if (!found) {
          global.E.showMessage('No Launcher Found');
          const pin = hasTouchscreen ? global.BTN1 : global.BTN2;
          global.setWatch(() => global.load(), pin, { repeat: false, edge: 'falling' });
          return;
        }
        settings.launcher = found.src;
        storage().writeJSON('setting.json', settings);
      }
      Bangle.load(String(settings.launcher));
    },
  };
  for (const name of Object.keys(functions)) define(Bangle, name, functions[name]);
}
