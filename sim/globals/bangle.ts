// Bangle: sensors, motor, screen and lock of a Bangle.js. Sensors measure what surrounds the board, and give an event when that changes.
// Menus and handlers of touches are in sim/realm/firmware. Source of the behaviour: libs/banglejs/jswrap_bangle.c of Espruino 2v29.

import type { SimulatedBoardFacts } from '../language/board-features.js';
import type { Surroundings, Vector } from '../pins/surroundings.js';
import { nextAcceleration } from '../pins/surroundings.js';
import { menu } from '../realm/firmware/menu.js';
import { prompts } from '../realm/firmware/prompts.js';
import { scroller } from '../realm/firmware/scroller.js';
import { type FirmwareGlobals, userInterface, type WatchKind } from '../realm/firmware/user-interface.js';
import { widgets } from '../realm/firmware/widgets.js';
import type { Realm } from '../realm/realm.js';
import type { Display } from '../screen/display.js';
import type { VirtualClock } from '../virtual-clock.js';
import { notSimulated } from './not-simulated.js';

/** In milliseconds: jswrap_banglejs_buzz, and the option hapticTime. */
const BUZZ = 200;
const LONGEST_BUZZ = 5000;
const HAPTIC = 25;
/** More are not kept. */
const MOST_BUZZES = 100_000;
/** In milliseconds, that a reading of the barometer takes. */
const CONVERSION = 500;
const SEA_LEVEL = 1013.25;
/** In an event of the heart rate monitor. */
const RAW_SAMPLES = 16;
/** Of the magnetic field, below which a compass has no heading: of the squares of its span. */
const LEAST_SPAN = 3000;
/** Of the Earth, in metres, and the latitude where the projection ends. */
const RADIUS = 6378137;
const MOST_LATITUDE = 85.0511287798;

export interface BangleBoard {
  readonly facts: SimulatedBoardFacts;
  readonly clock: VirtualClock;
  readonly startTime: number;
  readonly display: Display | undefined;
  /** Milliseconds of each vibration. */
  readonly buzzes: number[];
  readonly surroundings: Surroundings;
  /** That of the realm that is made: events from outside go there. */
  bangle: BangleState | undefined;
  milliseconds(): number;
  later(run: () => void): void;
}

type Members = Record<string, unknown>;

const DEVICES = ['HRM', 'GPS', 'Compass', 'Barometer'] as const;
type Device = (typeof DEVICES)[number];

/** Options that `setOptions` takes, with their values at a start. Times are in milliseconds. */
const OPTIONS: Members = {
  hrmPollInterval: 40,
  seaLevelPressure: SEA_LEVEL,
  gestureStartThresh: 640000,
  gestureEndThresh: 4000000,
  gestureInactiveCount: 4,
  gestureMinLength: 10,
  twistThreshold: 800,
  twistTimeout: 1000,
  twistMaxY: -800,
  wakeOnBTN1: true,
  wakeOnBTN2: true,
  wakeOnBTN3: true,
  wakeOnFaceUp: false,
  wakeOnTouch: false,
  wakeOnDoubleTap: false,
  wakeOnTwist: true,
  powerSave: true,
  manualWatchdog: false,
  lockTimeout: 10_000,
  lcdPowerTimeout: 30_000,
  backlightTimeout: 5000,
  btnLoadTimeout: 1500,
  hapticTime: HAPTIC,
  beep: true,
  buzz: true,
};

/** What only the board's own chips have. */
const NOT_SIMULATED =
  'setLCDOffset lcdWr touchWr touchRd accelWr accelRd barometerWr barometerRd compassWr compassRd hrmWr hrmRd ioWr dbg ' +
  'off softOff getLogo showTestScreen showRecoveryMenu factoryReset';

/** The state of a Bangle.js, and the events that it gets from outside. */
export class BangleState {
  isLocked = false;
  isLCDOn = true;
  isBacklightOn = true;
  readonly options: Members = { ...OPTIONS };
  readonly powered = new Set<Device>();
  private readonly least: Vector = { x: Infinity, y: Infinity, z: Infinity };
  private readonly most: Vector = { x: -Infinity, y: -Infinity, z: -Infinity };
  private readonly own: Members;
  private readonly promises: PromiseConstructor;

  constructor(
    private readonly board: BangleBoard,
    private readonly realm: Realm,
    readonly hasTouchscreen: boolean,
  ) {
    this.promises = realm.global.Promise as PromiseConstructor;
    this.own = realm.namespace(this.members());
  }

  /** What programs have as `Bangle`. */
  get object(): Members {
    return this.own;
  }

  /** Of the listeners that the program has then. */
  emit(event: string, ...values: unknown[]): void {
    const { parts } = this.realm;
    this.board.later(() => parts.events.dispatch(this.own, event, values));
  }

  /** The same with an object of the realm. */
  emitObject(event: string, members: object): void {
    this.emit(event, this.made(members));
  }

  private made(members: object): Members {
    return this.realm.object({ ...members });
  }

  setLocked(isLocked: boolean, reason: string): void {
    if (isLocked === this.isLocked) return;
    this.isLocked = isLocked;
    this.emit('lock', isLocked, reason);
  }

  setLCDPower(isOn: boolean): void {
    if (isOn !== this.isLCDOn) {
      this.isLCDOn = isOn;
      this.emit('lcdPower', isOn);
    }
    this.setBacklight(isOn);
  }

  setBacklight(isOn: boolean): void {
    if (isOn === this.isBacklightOn) return;
    this.isBacklightOn = isOn;
    this.emit('backlight', isOn);
  }

  /** A finger on the screen, for half a second if it is long. A locked screen feels none. */
  touch(x: number, y: number, isLong: boolean): void {
    if (this.isLocked) return;
    const { width, height } = this.board.display!.screen;
    const side = x < width / 2 ? 1 : 2;
    if (!this.hasTouchscreen) {
      this.emit('touch', side);
      return;
    }
    const clipped = (value: number, size: number) => Math.min(Math.max(Math.trunc(value), 0), size - 1);
    this.moveFinger({ x, y }, { x, y }, 1);
    this.emit('touch', side, this.made({ x: clipped(x, width), y: clipped(y, height), type: isLong ? 2 : 0 }));
    this.moveFinger({ x, y }, { x, y }, 0);
  }

  swipe(right: number, down: number): void {
    if (this.isLocked) return;
    if (this.hasTouchscreen) this.emit('swipe', right, down);
    else this.emit('swipe', right);
  }

  /** A finger that moves from one point to the next, and leaves the screen. */
  drag(points: readonly { x: number; y: number }[]): void {
    if (this.isLocked || !this.hasTouchscreen) return;
    points.forEach((point, at) => {
      this.moveFinger(points[Math.max(0, at - 1)], point, 1);
    });
    const last = points[points.length - 1];
    this.moveFinger(last, last, 0);
  }

  private moveFinger(from: { x: number; y: number }, { x, y }: { x: number; y: number }, fingers: number): void {
    const [dx, dy] = [Math.trunc(x) - Math.trunc(from.x), Math.trunc(y) - Math.trunc(from.y)];
    this.emit('drag', this.made({ x: Math.trunc(x), y: Math.trunc(y), b: fingers, dx, dy }));
  }

  accelerate(vector: Vector): void {
    const { surroundings } = this.board;
    surroundings.acceleration = nextAcceleration(surroundings.acceleration, vector);
    this.emit('accel', this.made(surroundings.acceleration));
  }

  /** Sensors that are off give no event. */
  measureField(field: Vector): void {
    this.board.surroundings.magneticField = field;
    if (!this.powered.has('Compass')) return;
    for (const axis of ['x', 'y', 'z'] as const) {
      this.least[axis] = Math.min(this.least[axis], field[axis]);
      this.most[axis] = Math.max(this.most[axis], field[axis]);
    }
    this.emit('mag', this.compass());
  }

  measurePosition(): void {
    if (this.powered.has('GPS')) this.emit('GPS', this.fix());
  }

  measureHeart(): void {
    if (!this.powered.has('HRM')) return;
    const { heartRate } = this.board.surroundings;
    this.emit('HRM', this.made({ ...heartRate, raw: this.realm.parts.uint8Array(new Uint8Array(RAW_SAMPLES)) }));
  }

  measurePressure(): void {
    if (this.powered.has('Barometer')) this.emit('pressure', this.weather());
  }

  step(count: number): void {
    for (let left = count; left > 0; left--) this.emit('step', ++this.board.surroundings.steps);
  }

  private compass(): Members {
    const { x, y, z } = this.board.surroundings.magneticField;
    const { least, most } = this;
    const middle = (axis: keyof Vector) => (least[axis] <= most[axis] ? Math.trunc((least[axis] + most[axis]) / 2) : 0);
    const [dx, dy, dz] = [x - middle('x'), y - middle('y'), z - middle('z')];
    const span = (most.x - least.x) ** 2 + (most.y - least.y) ** 2;
    const angle = (Math.atan2(dx, dy) * 180) / Math.PI;
    const heading = span > LEAST_SPAN && Number.isFinite(span) ? 360 - (angle < 0 ? angle + 360 : angle) : Number.NaN;
    return this.made({ x, y, z, dx, dy, dz, heading });
  }

  private fix(): Members {
    const { position } = this.board.surroundings;
    const unknown = Number.NaN;
    const time =
      position && new (this.realm.global.Date as DateConstructor)(this.board.startTime + this.board.milliseconds());
    return this.made({
      lat: position?.lat ?? unknown,
      lon: position?.lon ?? unknown,
      alt: position?.alt ?? unknown,
      speed: position?.speed ?? unknown,
      course: position?.course ?? unknown,
      time,
      satellites: position?.satellites ?? 0,
      fix: position ? 1 : 0,
      hdop: position ? 1 : unknown,
    });
  }

  private weather(): Members {
    const { pressure, temperature } = this.board.surroundings;
    const altitude = 44330 * (1 - (pressure / Number(this.options.seaLevelPressure)) ** (1 / 5.255));
    return this.made({ temperature, pressure, altitude });
  }

  /** A promise of the realm: what it gives is asked then. */
  private after(milliseconds: number, value: () => unknown = () => undefined): unknown {
    const { clock } = this.board;
    const start = (resolve: (value: unknown) => void) => {
      clock.addFirmware(() => this.board.later(() => resolve(value())), milliseconds);
    };
    return new this.promises(this.realm.membrane.expose(start));
  }

  private vibrate(milliseconds: number): unknown {
    if (!this.options.buzz) return this.after(0);
    if (this.board.buzzes.length < MOST_BUZZES) this.board.buzzes.push(milliseconds);
    return this.after(milliseconds);
  }

  /** A sensor is on as long as a program wants it; each says who it is. */
  private request(device: Device, isOn: boolean, who: unknown): boolean {
    const { parts } = this.realm;
    this.own._PWR ??= parts.object([]);
    const wanted = this.own._PWR as Record<string, unknown[] | undefined>;
    const name = who === undefined ? '?' : parts.text(who);
    const others = [...(wanted[device] ?? [])].filter((each) => each !== name);
    const all = isOn ? [...others, name] : others;
    if (all.length > 0) wanted[device] = parts.array(all);
    else delete wanted[device];
    if (all.length > 0) this.powered.add(device);
    else this.powered.delete(device);
    return all.length > 0;
  }

  private members(): Members {
    const { board, realm } = this;
    const { surroundings } = board;
    const nothing = () => undefined;
    const timeOf = (given: unknown) => {
      const time = Math.trunc(Number(given)) || 0;
      return time <= 0 ? BUZZ : Math.min(time, LONGEST_BUZZ);
    };
    const devices = DEVICES.filter((device) => device !== 'Barometer' || this.hasTouchscreen);
    const powers = devices.flatMap((device): [string, unknown][] => [
      [`set${device}Power`, (isOn: unknown, who: unknown) => this.request(device, Boolean(isOn), who)],
      [`is${device}On`, () => this.powered.has(device)],
    ]);
    return {
      ...Object.fromEntries(powers),
      ...(this.hasTouchscreen && { getPressure: () => this.after(CONVERSION, () => this.weather()) }),
      buzz: (milliseconds: unknown) => this.vibrate(timeOf(milliseconds)),
      beep: (milliseconds: unknown) => this.after(timeOf(milliseconds)),
      haptic: (what: unknown) => (what === 'btn' ? this.after(0) : this.vibrate(Number(this.options.hapticTime))),
      getAccel: () => this.made(surroundings.acceleration),
      getCompass: () => this.compass(),
      resetCompass: () => {
        Object.assign(this.least, { x: Infinity, y: Infinity, z: Infinity });
        Object.assign(this.most, { x: -Infinity, y: -Infinity, z: -Infinity });
      },
      getGPSFix: () => (this.powered.has('GPS') ? this.fix() : undefined),
      getStepCount: () => surroundings.steps,
      setStepCount: (count: unknown) => {
        surroundings.steps = Math.trunc(Number(count)) || 0;
      },
      getHealthStatus: (range: unknown = '10min') => {
        if (!['10min', 'last', 'day'].includes(String(range)))
          return realm.parts.raise(`Unknown range name ${JSON.stringify(String(range))}`);
        const { steps, heartRate } = surroundings;
        const { bpm, confidence } = heartRate;
        return this.made({
          movement: 0,
          steps,
          bpm,
          bpmConfidence: confidence,
          bpmMin: bpm,
          bpmMax: bpm,
          activity: 'UNKNOWN',
        });
      },
      project: (place: unknown) => {
        const { lat, lon } = Object(place) as Members;
        const latitude = (Math.min(MOST_LATITUDE, Math.max(-MOST_LATITUDE, Number(lat))) * Math.PI) / 180;
        const sine = Math.sin(latitude);
        return this.made({
          x: (RADIUS * Number(lon) * Math.PI) / 180,
          y: (RADIUS * Math.log((1 + sine) / (1 - sine))) / 2,
        });
      },
      setOptions: (options: unknown) => {
        for (const [name, value] of Object.entries(Object(options)))
          if (name in this.options)
            this.options[name] = typeof this.options[name] === 'boolean' ? Boolean(value) : Number(value);
      },
      getOptions: () => this.made(this.options),
      setPollInterval: nothing,
      setLCDPower: (isOn: unknown) => this.setLCDPower(Boolean(isOn)),
      setBacklight: (isOn: unknown) => this.setBacklight(Boolean(isOn)),
      // What lies over the screen is not among its pixels.
      setLCDOverlay: nothing,
      setLCDBrightness: nothing,
      setLCDTimeout: (seconds: unknown) => {
        const time = (Number(seconds) || 0) * 1000;
        Object.assign(this.options, { lockTimeout: time, lcdPowerTimeout: time, backlightTimeout: time });
      },
      setLCDMode: (mode: unknown) => {
        if (mode !== undefined && mode !== 'direct' && mode !== 'null' && !this.hasTouchscreen)
          realm.parts.raise(`Bangle.setLCDMode of ${String(mode)} is not simulated`);
      },
      getLCDMode: () => 'direct',
      setLocked: (isLocked: unknown) => this.setLocked(Boolean(isLocked), 'js'),
      isLocked: () => this.isLocked,
      isLCDOn: () => this.isLCDOn,
      isBacklightOn: () => this.isBacklightOn,
      isCharging: () => surroundings.isCharging,
      showLoadingScreen: nothing,
      ...notSimulated(realm.parts, 'Bangle', NOT_SIMULATED),
    };
  }
}

export function installBangle(board: BangleBoard, realm: Realm): void {
  const { display } = board;
  board.bangle = undefined;
  if (!display || board.facts.missing.includes('Bangle')) return;
  const state = new BangleState(board, realm, display.screen.hasThreeBits === true);
  board.bangle = state;
  realm.global.Bangle = state.object;
  const global = realm.global as unknown as FirmwareGlobals;
  const { define, indirectEval } = realm.parts;
  const kind = { hasTouchscreen: state.hasTouchscreen, evaluate: indirectEval as WatchKind['evaluate'] };
  for (const part of [userInterface, widgets, scroller, menu, prompts]) realm.make(part, global, define, kind);
}
