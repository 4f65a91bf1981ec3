// Pins, and the functions on them, such as digitalWrite, analogRead and setWatch.

import { BoardError } from '../board-error.js';
import type { SimulatedBoardFacts } from '../language/board-features.js';
import { type PinMode, type Pins, pinAliases } from '../pins/pins.js';
import type { PinsHost } from '../realm/library/pins.js';
import type { Realm } from '../realm/realm.js';
import { bytesOf } from './bytes.js';
import { type CallbackBoard, runnable } from './callback.js';
import type { PinPorts } from './pin-ports.js';

export type PinFunctions = Pick<
  PinsHost,
  | 'digitalRead'
  | 'digitalWrite'
  | 'digitalPulse'
  | 'analogRead'
  | 'analogWrite'
  | 'pinMode'
  | 'getPinMode'
  | 'pinNumber'
  | 'pinAddress'
>;

export interface PinBoard extends CallbackBoard {
  readonly pins: Pins;
  readonly pinPorts: PinPorts;
  readonly facts: SimulatedBoardFacts;
  /** Time of day at the start, in milliseconds since 1970. */
  readonly startTime: number;
  /** Virtual time, with what the turn that runs has taken. */
  milliseconds(): number;
}

/** Numbered pins of every board here; those that a board does not lead out do no harm. */
const NUMBERED = 48;
const NAMED = 'LED1 LED2 LED3 BTN1 BTN2 BTN3 BTN4 BTN5 A0 A1 A2 A3 A4 A5 A6 A7'.split(' ');
/** Pins that only some boards have. */
const OWN: Record<string, readonly string[] | undefined> = {
  puckjs: ['FET'],
  banglejs: ['VIBRATE'],
  banglejs2: ['VIBRATE'],
};
/** Matches boards' names of pins. */
const NAME = /^[A-Z][A-Z0-9_]{0,5}$/;

const nameOf = (pin: unknown) => {
  const name = typeof pin === 'number' ? `D${pin}` : String(pin);
  if (!NAME.test(name)) throw new BoardError('Invalid pin');
  return pinAliases[name] ?? name;
};
/** An object of the program's own that stands for a pin, such as one of a port expander. */
function deviceOf(
  pin: unknown,
  method: 'read' | 'write',
): { read(): unknown; write(value: unknown): void } | undefined {
  const own = typeof pin === 'object' && pin !== null ? Object.getOwnPropertyDescriptor(pin, method) : undefined;
  return typeof own?.value === 'function' ? (pin as ReturnType<typeof deviceOf>) : undefined;
}

/** Returns the existing items. Array.isArray knows arrays of any realm. */
const listed = (pin: unknown): unknown[] => (Array.isArray(pin) ? [...pin] : [pin]);

export function createPinFunctions(board: PinBoard): PinFunctions {
  return {
    digitalRead(pin) {
      const device = deviceOf(pin, 'read');
      if (device) return Number(device.read()) ? 1 : 0;
      return listed(pin).reduce<number>((value, each) => {
        const name = nameOf(each);
        board.pins.use(name, 'input');
        return value * 2 + (board.pins.read(name) >= 0.5 ? 1 : 0);
      }, 0);
    },
    digitalWrite(pin, value, time) {
      const device = deviceOf(pin, 'write');
      if (device) {
        device.write(value);
        return;
      }
      const all = listed(pin);
      for (const each of all) board.pins.use(nameOf(each), 'output');
      const bits = typeof value === 'boolean' ? Number(value) : Math.trunc(Number(value)) || 0;
      // The last pin of several has the lowest bit; of one, any value but 0 is high.
      if (all.length === 1)
        board.pins.write(nameOf(all[0]), Number(value) ? 1 : 0, undefined, inMilliseconds(board, time));
      else
        for (let at = 0; at < all.length; at++) board.pins.write(nameOf(all[at]), (bits >> (all.length - 1 - at)) & 1);
    },
    digitalPulse(pin, value, time) {
      let level = Number(value) ? 1 : 0;
      let at = board.milliseconds();
      for (const duration of listed(time).map(Number)) {
        if (!(duration >= 0)) throw new BoardError('Pulse Time is less than 0 or not a number');
        board.pins.write(nameOf(pin), level, undefined, at);
        at += duration;
        level = 1 - level;
        board.pins.write(nameOf(pin), level, undefined, at);
      }
    },
    analogRead: (pin) => board.pins.read(nameOf(pin)),
    analogWrite(pin, value, options) {
      const frequency = (options as { freq?: unknown } | null | undefined)?.freq;
      const level = Math.min(1, Math.max(0, Number(value) || 0));
      board.pins.write(nameOf(pin), level, frequency === undefined ? undefined : Number(frequency));
    },
    pinMode(pin, mode) {
      board.pins.setMode(nameOf(pin), (mode === undefined ? 'auto' : String(mode)) as PinMode);
    },
    getPinMode: (pin) => board.pins.mode(nameOf(pin)),
    pinNumber: (pin) => board.pinPorts.numberOf(nameOf(pin)),
    pinAddress: (pin, isInput) => board.pinPorts.addressOf(nameOf(pin), isInput),
  };
}

function inMilliseconds(board: PinBoard, time: unknown): number {
  return time === undefined ? board.milliseconds() : Number(time) * 1000 - board.startTime;
}

interface WatchOptions {
  repeat?: boolean;
  edge?: 'rising' | 'falling' | 'both';
  debounce?: number;
}

export function installPins(board: PinBoard, realm: Realm, functions: PinFunctions): void {
  const { parts } = realm;
  const { digitalWrite, digitalPulse } = functions;
  const numbered = Array.from({ length: NUMBERED }, (_, index) => `D${index}`);
  const names = [...numbered, ...NAMED, ...(OWN[board.facts.name] ?? [])];
  const pins = Object.fromEntries(names.map((name) => [name, new parts.Pin(name)]));
  const aliases = Object.fromEntries(Object.entries(pinAliases).map(([name, pin]) => [name, pins[pin!]]));
  // Watches share their numbers with nothing else; negative ones keep them apart from timers' callbacks.
  const setWatch = (callback: unknown, pin: unknown, options: WatchOptions | boolean | null = {}) => {
    const {
      repeat = false,
      edge = 'both',
      debounce = 0,
    } = typeof options === 'object' ? (options ?? {}) : { repeat: options };
    const run = runnable(board, realm, callback);
    const id: number = board.pins.watch({
      pin: nameOf(pin),
      edge,
      repeat: Boolean(repeat),
      debounce,
      run: (event) => {
        if (!repeat) board.roots.release(-id);
        const lastTime = event.lastTime === undefined ? undefined : event.lastTime + board.startTime / 1000;
        const time = event.time + board.startTime / 1000;
        run(realm.object({ state: event.state, time, lastTime, pin: pins[event.pin] }));
      },
    });
    board.roots.hold(-id, callback);
    return id;
  };
  const clearWatch = (id?: unknown) => {
    if (id === undefined) for (const each of board.pins.watched) board.roots.release(-each.id);
    else board.roots.release(-Number(id));
    if (!board.pins.unwatch(id === undefined ? undefined : Number(id))) parts.raise(`Unknown Watch ${id}`);
  };
  const shiftOut = (dataPins: unknown, options: unknown, data: unknown) => {
    const { clk } = (options ?? {}) as { clk?: unknown };
    for (const value of bytesOf(data)) {
      digitalWrite(dataPins, value);
      if (clk !== undefined) digitalPulse(clk, 1, 0);
    }
  };
  realm.install({ ...pins, ...aliases, ...functions, HIGH: 1, LOW: 0, setWatch, clearWatch, shiftOut });
}
