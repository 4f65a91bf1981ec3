// setTimeout, setInterval, changeInterval and the time, on the board's virtual clock.

import type { Realm } from '../realm/realm.js';
import { SHORTEST_DELAY, type VirtualClock } from '../virtual-clock.js';
import { type CallbackBoard, runnable } from './callback.js';

/** In milliseconds, a hundred years: `TIMER_MAX_INTERVAL`, src/jsinteractive.h. */
const LONGEST_DELAY = 31_536_000_001_000;

export interface TimerBoard extends CallbackBoard {
  readonly clock: VirtualClock;
  /** Time of day at the start, in milliseconds since 1970. */
  readonly startTime: number;
  /** Virtual time, with what the turn that runs has taken. */
  milliseconds(): number;
  react(work: () => unknown): void;
}

export function installTimers(board: TimerBoard, realm: Realm): void {
  const { parts } = realm;
  let offset = 0;
  const lengthOf = (milliseconds: unknown) => Math.max(SHORTEST_DELAY, Number(milliseconds) || 0);
  // The clock stands still within a turn, while the board's goes on.
  const fromClock = (delay: number) => board.milliseconds() - board.clock.now + delay;
  const add = (callback: unknown, milliseconds: unknown, values: unknown[], repeats: boolean) => {
    const run = runnable(board, realm, callback);
    const delay = lengthOf(milliseconds);
    if (delay > LONGEST_DELAY) parts.raise('Interval is too long (>100 years)');
    const id: number = board.clock.add(
      () => {
        if (!repeats) board.roots.release(id);
        board.react(() => run(...values));
      },
      fromClock(delay),
      repeats ? delay : undefined,
    );
    board.roots.hold(id, callback);
    return id;
  };
  const clearing =
    (name: string) =>
    (...ids: unknown[]) => {
      if (ids.length === 0) {
        board.clock.clear();
        board.roots.releaseTimers();
        return;
      }
      if (ids[0] === undefined) parts.raise(`${name}(undefined) not allowed. Use ${name}() instead`);
      board.roots.release(numberOf(ids[0]));
      board.clock.remove(numberOf(ids[0]));
    };
  realm.install({
    setTimeout: (callback: unknown, delay?: unknown, ...values: unknown[]) => add(callback, delay, values, false),
    setInterval: (callback: unknown, delay?: unknown, ...values: unknown[]) => add(callback, delay, values, true),
    clearTimeout: clearing('clearTimeout'),
    clearInterval: clearing('clearInterval'),
    changeInterval(id: unknown, delay: unknown) {
      const interval = lengthOf(delay);
      if (!board.clock.changeInterval(numberOf(id), fromClock(interval), interval)) parts.raise('Unknown Interval');
    },
    getTime: () => (board.startTime + board.milliseconds()) / 1000 + offset,
    setTime(seconds: unknown) {
      offset = Number(seconds) - (board.startTime + board.milliseconds()) / 1000;
    },
  });
}

/** The number of a timer; 0, which none has, for a value that Espruino compares with none. */
function numberOf(id: unknown): number {
  return typeof id === 'number' || typeof id === 'boolean' ? Number(id) : 0;
}
