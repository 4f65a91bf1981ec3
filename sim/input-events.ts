// What happens outside a simulated board, as a list of events with their times: buttons, touches, readings of sensors, connections, bytes.
// A line of the list is a time in seconds, the kind of the event, and its values.

import type { BangleState } from './globals/bangle.js';
import type { BluetoothState } from './globals/bluetooth.js';
import type { PuckState } from './globals/puck.js';
import type { Surroundings, Vector } from './pins/surroundings.js';
import type { VirtualClock } from './virtual-clock.js';

export interface InputEvent {
  /** In seconds since the start. */
  time: number;
  kind: string;
  values: readonly string[];
}

/** What a list says cannot happen: the message says why. */
export class InputError extends Error {}

export interface InputBoard {
  readonly facts: { readonly name: string };
  readonly clock: VirtualClock;
  readonly surroundings: Surroundings;
  readonly bangle: BangleState | undefined;
  readonly puck: PuckState | undefined;
  readonly bluetooth: BluetoothState | undefined;
  drive(pin: string, value: number): void;
  receive(bus: string, text: string): void;
  run(program: string, options: { file: string }): unknown;
}

interface Kind {
  /** As the documentation has it; in brackets what can be left out. */
  parameters: string;
  run(board: InputBoard, ...values: string[]): void;
}

/** Of a press that has no duration, in seconds. */
const PRESS = 0.1;
/** Points of a drag. */
const DRAG_STEPS = 8;

function number(text: string | undefined, instead?: number): number {
  if (text === undefined && instead !== undefined) return instead;
  const value = Number(text);
  if (text === undefined || text.trim() === '' || !Number.isFinite(value))
    throw new InputError(`${JSON.stringify(text ?? '')} is no number`);
  return value;
}

const vector = (x: string, y: string, z: string): Vector => ({ x: number(x), y: number(y), z: number(z) });

function need<T>(part: T | undefined, { facts }: InputBoard, what: string): T {
  if (part === undefined) throw new InputError(`${facts.name} has no ${what} that is simulated`);
  return part;
}

const screenOf = (board: InputBoard) => need(board.bangle, board, 'touchscreen');
const sensorOf = (board: InputBoard, what: string) => need(board.bangle, board, what);

const DIRECTIONS: Record<string, [right: number, down: number] | undefined> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/** A press of a locked watch unlocks it, and does nothing else. */
function press(board: InputBoard, pin: string, seconds: string | undefined): void {
  if (board.bangle?.isLocked) {
    board.bangle.setLCDPower(true);
    board.bangle.setLocked(false, 'button');
    return;
  }
  board.drive(pin, 1);
  board.clock.addFirmware(() => board.drive(pin, 0), number(seconds, PRESS) * 1000);
}

const motion = (board: InputBoard) => need(board.bangle ?? board.puck, board, 'accelerometer');

export const inputKinds: Readonly<Record<string, Kind>> = {
  press: { parameters: 'PIN [SECONDS]', run: press },
  pin: { parameters: 'PIN VALUE', run: (board, pin, value) => board.drive(pin, number(value)) },
  touch: {
    parameters: 'X Y [long]',
    run: (board, x, y, length) => screenOf(board).touch(number(x), number(y), length === 'long'),
  },
  swipe: {
    parameters: 'left|right|up|down',
    run(board, name) {
      const direction = DIRECTIONS[name];
      if (!direction) throw new InputError(`there is no direction ${JSON.stringify(name)}`);
      screenOf(board).swipe(...direction);
    },
  },
  drag: {
    parameters: 'X Y X Y',
    run(board, ...values) {
      const [x1, y1, x2, y2] = values.map((each) => number(each));
      const points = Array.from({ length: DRAG_STEPS + 1 }, (_, step) => ({
        x: x1 + ((x2 - x1) * step) / DRAG_STEPS,
        y: y1 + ((y2 - y1) * step) / DRAG_STEPS,
      }));
      screenOf(board).drag(points);
    },
  },
  tap: {
    parameters: 'SIDE [double]',
    run(board, side, times) {
      sensorOf(board, 'accelerometer').emitObject('tap', { dir: side, double: times === 'double', x: 0, y: 0, z: 0 });
    },
  },
  twist: { parameters: '', run: (board) => sensorOf(board, 'accelerometer').emit('twist') },
  faceup: {
    parameters: '0|1',
    run: (board, isUp) => sensorOf(board, 'accelerometer').emit('faceUp', number(isUp) !== 0),
  },
  lock: { parameters: '', run: (board) => screenOf(board).setLocked(true, 'timeout') },
  unlock: { parameters: '', run: (board) => screenOf(board).setLocked(false, 'button') },
  accel: { parameters: 'X Y Z', run: (board, x, y, z) => motion(board).accelerate(vector(x, y, z)) },
  mag: {
    parameters: 'X Y Z',
    run: (board, x, y, z) => need(board.bangle ?? board.puck, board, 'magnetometer').measureField(vector(x, y, z)),
  },
  steps: { parameters: 'COUNT', run: (board, count) => sensorOf(board, 'step counter').step(number(count)) },
  hrm: {
    parameters: 'BPM [CONFIDENCE]',
    run(board, bpm, confidence) {
      board.surroundings.heartRate = { bpm: number(bpm), confidence: number(confidence, 100) };
      sensorOf(board, 'heart rate monitor').measureHeart();
    },
  },
  gps: {
    parameters: 'LAT LON [ALT SPEED COURSE SATELLITES]',
    run(board, lat, lon, alt, speed, course, satellites) {
      board.surroundings.position = {
        lat: number(lat),
        lon: number(lon),
        alt: number(alt, 0),
        speed: number(speed, 0),
        course: number(course, 0),
        satellites: number(satellites, 8),
      };
      sensorOf(board, 'GPS').measurePosition();
    },
  },
  pressure: {
    parameters: 'HPA [CELSIUS]',
    run(board, pressure, temperature) {
      board.surroundings.pressure = number(pressure);
      board.surroundings.temperature = number(temperature, board.surroundings.temperature);
      sensorOf(board, 'barometer').measurePressure();
    },
  },
  temperature: {
    parameters: 'CELSIUS',
    run(board, value) {
      board.surroundings.temperature = number(value);
    },
  },
  light: {
    parameters: 'SHARE',
    run(board, value) {
      board.surroundings.light = number(value);
    },
  },
  battery: {
    parameters: 'PERCENT',
    run(board, value) {
      board.surroundings.battery = number(value);
    },
  },
  charging: {
    parameters: '0|1',
    run(board, value) {
      board.surroundings.isCharging = number(value) !== 0;
      board.bangle?.emit('charging', board.surroundings.isCharging);
    },
  },
  connect: {
    parameters: '[ADDRESS]',
    run: (board, address = 'aa:bb:cc:dd:ee:ff') => need(board.bluetooth, board, 'Bluetooth').connect(address),
  },
  disconnect: { parameters: '', run: (board) => need(board.bluetooth, board, 'Bluetooth').disconnect() },
  receive: { parameters: 'PORT TEXT', run: (board, port, ...words) => board.receive(port, textOf(words.join(' '))) },
  run: { parameters: 'CODE', run: (board, ...words) => void board.run(words.join(' '), { file: 'events' }) },
};

/** A text in quotes can have escapes, such as a line's end. */
function textOf(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    throw new InputError(`${text} is no text in quotes`);
  }
}

/** Reads a list: an event a line, empty lines and comments behind `#` at the start of a line. Throws InputError with the line. */
export function parseInputEvents(text: string): InputEvent[] {
  const events: InputEvent[] = [];
  text.split('\n').forEach((line, at) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return;
    const [time, kind = '', ...values] = trimmed.split(' ');
    try {
      events.push({
        time: number(time),
        kind,
        values: checked(
          kind,
          values.filter((each) => kind === 'run' || each !== ''),
        ),
      });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`line ${at + 1}: ${error.message}`);
    }
  });
  return events;
}

function checked(name: string, values: string[]): string[] {
  if (!Object.hasOwn(inputKinds, name))
    throw new InputError(`there is no event ${JSON.stringify(name)}: ${Object.keys(inputKinds).join(', ')}`);
  const { parameters } = inputKinds[name];
  const all = parameters.split(' ').filter((each) => each !== '');
  const needed = parameters
    .replace(/\[.*\]/, '')
    .split(' ')
    .filter((each) => each !== '').length;
  const isOpen = name === 'run' || name === 'receive';
  if (values.length < needed || (values.length > all.length && !isOpen))
    throw new InputError(`write ${[name, parameters].join(' ').trim()}`);
  return values;
}

/** Lets an event happen. Throws InputError for what the board has no sensor for. */
export function deliver(board: InputBoard, { kind, values }: Pick<InputEvent, 'kind' | 'values'>): void {
  inputKinds[kind].run(board, ...values);
}
