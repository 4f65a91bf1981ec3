// Bangle: the sensors and the motor of a Bangle.js, as far as programs use them without its launcher.

import type { Realm } from '../realm/realm.js';

/** In milliseconds: jswrap_banglejs_buzz. */
const BUZZ = 200;
const LONGEST_BUZZ = 5000;
/** More are not kept. */
const MOST_BUZZES = 100_000;

export interface BangleBoard {
  /** Milliseconds of each vibration. */
  readonly buzzes: number[];
  /** In g. */
  readonly acceleration: Readonly<Record<string, number>>;
}

export function installBangle(board: BangleBoard, realm: Realm): void {
  const nothing = () => undefined;
  const resolved = () => (realm.global.Promise as typeof Promise).resolve();
  const Bangle = realm.object({
    buzz(milliseconds?: unknown) {
      const time = Math.trunc(Number(milliseconds)) || 0;
      if (board.buzzes.length < MOST_BUZZES) board.buzzes.push(time <= 0 ? BUZZ : Math.min(time, LONGEST_BUZZ));
      return resolved();
    },
    beep: resolved,
    getAccel: () => realm.object({ ...board.acceleration }),
    setPollInterval: nothing,
    setLCDPower: nothing,
    setLCDBrightness: nothing,
    setLCDTimeout: nothing,
    setLocked: nothing,
    isLCDOn: () => true,
    isLocked: () => false,
    isCharging: () => false,
  });
  realm.install({ Bangle });
}
