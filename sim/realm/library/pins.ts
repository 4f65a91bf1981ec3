// Pin, whose methods are those of the simulator's pins.

import type { Definitions } from './definitions.js';

export interface PinsHost {
  digitalRead: (pin: unknown) => number;
  digitalWrite: (pin: unknown, value: unknown, time?: number) => void;
  digitalPulse: (pin: unknown, value: unknown, time: unknown) => void;
  analogRead: (pin: unknown) => number;
  analogWrite: (pin: unknown, value: unknown, options?: unknown) => void;
  pinMode: (pin: unknown, mode: unknown) => void;
  getPinMode: (pin: unknown) => string;
  /** On the chip's port, -1 if it is on none. */
  pinNumber: (pin: unknown) => number;
  /** In bit-banded memory, 0 if there is none. */
  pinAddress: (pin: unknown, isInput: boolean) => number;
}

export type PinKind = new (name: string) => { name: string };

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function pinsLibrary(host: PinsHost, { define, extend, conceal, constructible }: Definitions): PinKind {
  const { create } = Object;
  const own: object = create(Object.prototype);
  extend(own, {
    read(this: object) {
      return Boolean(host.digitalRead(this));
    },
    write(this: object, value: unknown) {
      host.digitalWrite(this, value);
    },
    set(this: object) {
      host.digitalWrite(this, 1);
    },
    reset(this: object) {
      host.digitalWrite(this, 0);
    },
    writeAtTime(this: object, value: unknown, time: number) {
      host.digitalWrite(this, value, time);
    },
    toggle(this: object) {
      const value = !host.digitalRead(this);
      host.digitalWrite(this, value);
      return value;
    },
    pulse(this: object, value: unknown, time: unknown) {
      host.digitalPulse(this, value, time);
    },
    analog(this: object) {
      return host.analogRead(this);
    },
    pwm(this: object, value: unknown, options?: unknown) {
      host.analogWrite(this, value, options);
    },
    mode(this: object, mode: unknown) {
      host.pinMode(this, mode);
    },
    getMode(this: object) {
      return host.getPinMode(this);
    },
    getInfo(this: object) {
      const num = host.pinNumber(this);
      const info: Record<string, unknown> = { port: num < 0 ? 'V' : 'D', num: num < 0 ? 0 : num };
      info.mode = host.getPinMode(this);
      const address = host.pinAddress(this, false);
      if (address !== 0) {
        info.in_addr = host.pinAddress(this, true);
        info.out_addr = address;
      }
      return info;
    },
    toString(this: { name: string }) {
      return this.name;
    },
  });
  // A pin is a value there: there is one of each.
  const made: Record<string, object> = create(null);
  const Kind = constructible(([given]) => {
    const key = typeof given === 'number' ? `D${given}` : String(given);
    if (made[key]) return made[key];
    const pin = create(own);
    define(pin, 'name', key);
    made[key] = pin;
    return pin;
  });
  conceal('Pin', Kind, own);
  return Kind as unknown as PinKind;
}
