// Bangle: the sensors and the motor of a Bangle.js, as far as programs use them without its launcher.

import type { SimulatedBoard } from '../simulated-board.js';
import type { Realm } from './realm.js';

/** In milliseconds: jswrap_banglejs_buzz. */
const BUZZ = 200;
const LONGEST_BUZZ = 5000;

export function installBangle(board: SimulatedBoard, { global, parts }: Realm): void {
  const nothing = () => undefined;
  const resolved = () => (global.Promise as typeof Promise).resolve();
  global.Bangle = parts.object(
    Object.entries({
      buzz(milliseconds?: unknown) {
        const time = Math.trunc(Number(milliseconds)) || 0;
        board.buzzes.push(time <= 0 ? BUZZ : Math.min(time, LONGEST_BUZZ));
        return resolved();
      },
      beep: resolved,
      getAccel: () => parts.object(Object.entries(board.acceleration)),
      setPollInterval: nothing,
      setLCDPower: nothing,
      setLCDBrightness: nothing,
      setLCDTimeout: nothing,
      setLocked: nothing,
      isLCDOn: () => true,
      isLocked: () => false,
      isCharging: () => false,
    }),
  );
}
