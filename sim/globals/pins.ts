// Pins, and the functions on them: digitalWrite, analogRead, setWatch and their like.

import type { PinMode } from '../pins/pins.js';
import type { SimulatedBoard } from '../simulated-board.js';
import type { PreludeHost } from './prelude.js';
import type { Realm } from './realm.js';

type PinFunctions = Pick<
  PreludeHost,
  'digitalRead' | 'digitalWrite' | 'digitalPulse' | 'analogRead' | 'analogWrite' | 'pinMode' | 'getPinMode'
>;

/** Numbered pins of every board here; those that a board does not lead out do no harm. */
const NUMBERED = 48;
const NAMED = 'LED LED1 LED2 LED3 BTN BTN1 BTN2 BTN3 BTN4 BTN5 A0 A1 A2 A3 A4 A5 A6 A7'.split(' ');

const nameOf = (pin: unknown) => (typeof pin === 'number' ? `D${pin}` : String(pin));
/** What is there: Array.isArray knows arrays of any realm. */
const listed = (pin: unknown): unknown[] => (Array.isArray(pin) ? [...pin] : [pin]);

export function createPinFunctions(board: SimulatedBoard): PinFunctions {
  return {
    digitalRead(pin) {
      return listed(pin).reduce<number>((value, each) => value * 2 + (board.pins.read(nameOf(each)) >= 0.5 ? 1 : 0), 0);
    },
    digitalWrite(pin, value, time) {
      const all = listed(pin);
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
        if (!(duration >= 0)) board.realm.parts.raise('Pulse Time is less than 0 or not a number');
        board.pins.write(nameOf(pin), level, undefined, at);
        at += duration;
        level = 1 - level;
        board.pins.write(nameOf(pin), level, undefined, at);
      }
    },
    analogRead: (pin) => board.pins.read(nameOf(pin)),
    analogWrite(pin, value, options) {
      const frequency = (options as { freq?: number } | undefined)?.freq;
      board.pins.write(nameOf(pin), Math.min(1, Math.max(0, Number(value) || 0)), frequency);
    },
    pinMode(pin, mode) {
      board.pins.setMode(nameOf(pin), (mode === undefined ? 'auto' : String(mode)) as PinMode);
    },
    getPinMode: (pin) => board.pins.mode(nameOf(pin)),
  };
}

function inMilliseconds(board: SimulatedBoard, time: number | undefined): number {
  return time === undefined ? board.milliseconds() : time * 1000 - board.startTime;
}

interface WatchOptions {
  repeat?: boolean;
  edge?: 'rising' | 'falling' | 'both';
  debounce?: number;
}

export function installPins(board: SimulatedBoard, realm: Realm, functions: PinFunctions): void {
  const { global, parts } = realm;
  const { digitalRead, digitalWrite, digitalPulse, analogRead, analogWrite, pinMode, getPinMode } = functions;
  Object.assign(global, { digitalRead, digitalWrite, digitalPulse, analogRead, analogWrite, pinMode, getPinMode });
  const numbered = Array.from({ length: NUMBERED }, (_, index) => `D${index}`);
  for (const name of [...numbered, ...NAMED]) global[name] = new parts.Pin(name);
  global.HIGH = 1;
  global.LOW = 0;
  // Watches share their numbers with nothing else; negative ones keep them apart from timers' callbacks.
  global.setWatch = (callback: unknown, pin: unknown, options: WatchOptions | boolean = {}) => {
    const { repeat = false, edge = 'both', debounce = 0 } = typeof options === 'object' ? options : { repeat: options };
    const run = runnable(board, callback);
    const id: number = board.pins.watch({
      pin: nameOf(pin),
      edge,
      repeat: Boolean(repeat),
      debounce,
      run: (event) => {
        if (!repeat) board.release(-id);
        const lastTime = event.lastTime === undefined ? undefined : event.lastTime + board.startTime / 1000;
        run(
          parts.object([
            ['state', event.state],
            ['time', event.time + board.startTime / 1000],
            ['lastTime', lastTime],
            ['pin', global[event.pin]],
          ]),
        );
      },
    });
    board.hold(-id, callback);
    return id;
  };
  global.clearWatch = (id?: number) => {
    if (id === undefined) for (const each of board.pins.watched) board.release(-each.id);
    else board.release(-id);
    if (!board.pins.unwatch(id)) parts.raise(`Unknown Watch ${id}`);
  };
  global.shiftOut = (dataPins: unknown, options: { clk?: unknown; repeat?: number }, data: unknown) => {
    for (const value of bytesOf(data)) {
      digitalWrite(dataPins, value);
      if (options.clk !== undefined) digitalPulse(options.clk, 1, 0);
    }
  };
}

/** A callback of the program: a function, or text. */
export function runnable(board: SimulatedBoard, callback: unknown): (...values: unknown[]) => unknown {
  if (typeof callback === 'function') return (...values) => callback(...values);
  if (typeof callback === 'string') return () => board.evaluate(callback);
  return board.realm.parts.raise('Function or String not supplied!');
}

/** Bytes of what Espruino's functions take as data: a number, a string, arrays, or objects with a count. */
export function bytesOf(data: unknown): number[] {
  if (typeof data === 'number') return [data & 255];
  if (typeof data === 'string') return [...Buffer.from(data, 'latin1')];
  if (data === undefined || data === null) return [];
  if (typeof data === 'boolean') return [Number(data)];
  if (Object.prototype.toString.call(data) === '[object ArrayBuffer]') return [...new Uint8Array(data as ArrayBuffer)];
  const { data: repeated, count, length } = data as { data?: unknown; count?: number; length?: number };
  if (count !== undefined) return Array.from({ length: count }, () => bytesOf(repeated)).flat();
  return Array.from({ length: length ?? 0 }, (_, index) => (data as unknown[])[index]).flatMap((each) => bytesOf(each));
}
