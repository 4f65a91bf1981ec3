// Functions of module `espruino` for the sensors and the motor of a Bangle.js.

import type { Host } from './host.js';

interface Acceleration {
  x: number;
  y: number;
  z: number;
}

declare const Bangle: {
  on(event: 'accel', run: (acceleration: Acceleration) => void): void;
  removeListener(event: 'accel', run: (acceleration: Acceleration) => void): void;
  buzz(milliseconds: number): void;
};

let listener: ((acceleration: Acceleration) => void) | undefined;

export function listenToAccelerometer(host: Host, callback: number): undefined {
  if (listener) Bangle.removeListener('accel', listener);
  listener = undefined;
  if (callback < 1) return;
  listener = (acceleration) => host.callTable(callback, acceleration.x, acceleration.y, acceleration.z);
  Bangle.on('accel', listener);
}

export function buzzMotor(_: Host, milliseconds: number): undefined {
  Bangle.buzz(milliseconds);
}
