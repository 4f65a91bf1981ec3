// Puck: the sensors of a Puck.js, and its infrared LED. While a sensor is on, it gives an event for each change of what it measures. Source
// of the behaviour: libs/puckjs/jswrap_puck.c of Espruino 2v29, for a Puck.js 2.

import type { SimulatedBoardFacts } from '../language/board-features.js';
import type { Pins } from '../pins/pins.js';
import { nextAcceleration, type Surroundings, type Vector } from '../pins/surroundings.js';
import type { Realm } from '../realm/realm.js';
import { bytesOf } from './bytes.js';
import { notSimulated } from './not-simulated.js';

/** Of the accelerometer: what it reads at 1 g. */
const PER_G = 8192;
/** In Hz. */
const ACCELEROMETER_RATES = [1660, 833, 416, 208, 104, 52, 26, 12.5, 1.6];
const MAGNETOMETER_RATES = [80, 40, 20, 10, 5, 2.5, 1.25, 0.63, 0.31, 0.16, 0.08];
/** The transistor of the infrared LED. */
const INFRARED = 'FET';
const BOARD = 'puckjs';

export interface PuckBoard {
  readonly facts: SimulatedBoardFacts;
  readonly pins: Pins;
  readonly surroundings: Surroundings;
  /** That of the realm that is made: events from outside go there. */
  puck: PuckState | undefined;
  milliseconds(): number;
  later(run: () => void): void;
}

type Members = Record<string, unknown>;

/** The state of a Puck.js, and the events that it gets from outside. */
export class PuckState {
  private readonly own: Members;
  private isAccelerometerOn = false;
  private isMagnetometerOn = false;

  constructor(
    private readonly board: PuckBoard,
    private readonly realm: Realm,
  ) {
    this.own = realm.namespace(this.members());
    realm.global.Puck = this.own;
  }

  accelerate(vector: Vector): void {
    const { surroundings } = this.board;
    surroundings.acceleration = nextAcceleration(surroundings.acceleration, vector);
    if (this.isAccelerometerOn) this.emit('accel', this.motion());
  }

  measureField(field: Vector): void {
    this.board.surroundings.magneticField = field;
    if (this.isMagnetometerOn) this.emit('mag', this.field());
  }

  private emit(event: string, value: unknown): void {
    this.board.later(() => this.realm.parts.events.dispatch(this.own, event, [value]));
  }

  private motion(): Members {
    const { x, y, z } = this.board.surroundings.acceleration;
    const [acc, gyro] = [
      { x: Math.round(x * PER_G), y: Math.round(y * PER_G), z: Math.round(z * PER_G) },
      { x: 0, y: 0, z: 0 },
    ];
    return this.realm.object({ acc: this.realm.object(acc), gyro: this.realm.object(gyro) });
  }

  private field(): Members {
    const { x, y, z } = this.board.surroundings.magneticField;
    return this.realm.object({ x: Math.trunc(x), y: Math.trunc(y), z: Math.trunc(z) });
  }

  private members(): Members {
    const { board, realm } = this;
    const { surroundings } = board;
    const check = (rate: unknown, rates: readonly number[]) => {
      if (rate === undefined || rates.includes(Number(rate))) return;
      const all = `${rates.slice(0, -1).join(', ')}${rates === ACCELEROMETER_RATES ? ',' : ' or'} ${rates.at(-1)}`;
      realm.parts.raise(`Invalid sample rate ${realm.parts.text(Number(rate))} - must be ${all} Hz`);
    };
    return {
      accel: () => this.motion(),
      accelOn: (rate: unknown) => {
        check(rate, ACCELEROMETER_RATES);
        this.isAccelerometerOn = true;
      },
      accelOff: () => {
        this.isAccelerometerOn = false;
      },
      mag: () => this.field(),
      magOn: (rate: unknown) => {
        check(rate, MAGNETOMETER_RATES);
        this.isMagnetometerOn = true;
      },
      magOff: () => {
        this.isMagnetometerOn = false;
      },
      magTemp: () => surroundings.temperature,
      getTemperature: () => surroundings.temperature,
      light: () => surroundings.light,
      getBatteryPercentage: () => surroundings.battery,
      capSense: () => 0,
      selfTest: () => true,
      IR: (pulses: unknown, cathode: unknown, anode: unknown) => this.sendInfrared(pulses, anode ?? cathode),
      ...notSimulated(realm.parts, 'Puck', 'magWr magRd accelWr accelRd'),
    };
  }

  /** Milliseconds of light and darkness by turns; the waveform has them. */
  private sendInfrared(pulses: unknown, pin: unknown): void {
    const { parts } = this.realm;
    if (typeof pulses !== 'object' || pulses === null)
      parts.raise(`Expecting Array, got ${parts.kindOf(pulses)}`, 'TypeError');
    const name = pin === undefined ? INFRARED : parts.text(pin);
    let at = this.board.milliseconds();
    let level = 1;
    const times = Array.isArray(pulses) ? pulses.map(Number) : bytesOf(pulses);
    for (const time of times) {
      this.board.pins.write(name, level, undefined, at);
      at += time;
      level = 1 - level;
    }
    if (times.length > 0) this.board.pins.write(name, 0, undefined, at);
  }
}

export function installPuck(board: PuckBoard, realm: Realm): void {
  board.puck = board.facts.name === BOARD ? new PuckState(board, realm) : undefined;
}
