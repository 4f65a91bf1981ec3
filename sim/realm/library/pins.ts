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
    getInfo: () => ({}),
    toString(this: { name: string }) {
      return this.name;
    },
  });
  // A pin is a value there: there is one of each.
  const made: Record<string, object> = create(null);
  const Kind = constructible(([name]) => {
    const key = name as string;
    if (made[key]) return made[key];
    const pin = create(own);
    define(pin, 'name', key);
    made[key] = pin;
    return pin;
  });
  conceal('Pin', Kind, own);
  return Kind as unknown as PinKind;
}
