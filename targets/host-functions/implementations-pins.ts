// Pins: what module `espruino` does with them on a board.

import type { Host } from './host.js';
import { pinAt } from './pin-numbers.js';

declare function pinMode(pin: unknown, mode: string): void;
declare function digitalWrite(pin: unknown, value: number): void;
declare function digitalRead(pin: unknown): number;
declare function digitalPulse(pin: unknown, value: number, milliseconds: number): void;
declare function analogRead(pin: unknown): number;
declare function analogWrite(pin: unknown, value: number, options?: { freq: number }): void;
declare function setWatch(run: () => void, pin: unknown, options: { repeat: boolean; edge: string }): number;
declare function clearWatch(id: number): void;

export function setPinMode(host: Host, pin: number, mode: number): undefined {
  const modes = ['auto', 'analog', 'input', 'input_pullup', 'input_pulldown', 'output', 'opendrain', 'af_output'];
  if (mode >>> 0 >= modes.length) host.fail('pinMode: there is no mode ' + mode);
  pinMode(pinAt(host, pin), modes[mode]);
}

export function writePin(host: Host, pin: number, value: number): undefined {
  digitalWrite(pinAt(host, pin), value);
}

export function readPin(host: Host, pin: number): number {
  return digitalRead(pinAt(host, pin)) ? 1 : 0;
}

export function pulsePin(host: Host, pin: number, value: number, milliseconds: number): undefined {
  digitalPulse(pinAt(host, pin), value, milliseconds);
}

export function readAnalogPin(host: Host, pin: number): number {
  return analogRead(pinAt(host, pin));
}

export function writeAnalogPin(host: Host, pin: number, value: number, frequency: number): undefined {
  const found = pinAt(host, pin);
  if (frequency > 0) analogWrite(found, value, { freq: frequency });
  else analogWrite(found, value);
}

export function watchPin(host: Host, pin: number, edge: number, callback: number): number {
  const name = edge === 1 ? 'rising' : edge === 2 ? 'falling' : edge === 3 ? 'both' : '';
  if (name === '') host.fail('setWatch: the edge is 1, 2 or 3, not ' + edge);
  return setWatch(() => host.callTable(callback), pinAt(host, pin), { repeat: true, edge: name }) | 0;
}

export function unwatchPin(_: Host, id: number): undefined {
  try {
    clearWatch(id);
  } catch (_) {
    // No watch has this number, so there is nothing to clear.
  }
}
