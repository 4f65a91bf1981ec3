// setTimeout, setInterval, changeInterval and the time, on the board's virtual clock.

import type { Realm } from '../realm/realm.js';
import type { VirtualClock } from '../virtual-clock.js';
import { type CallbackBoard, runnable } from './callback.js';

export interface TimerBoard extends CallbackBoard {
  readonly clock: VirtualClock;
  /** Time of day at the start, in milliseconds since 1970. */
  readonly startTime: number;
  /** Virtual time, with what the turn that runs has taken. */
  milliseconds(): number;
  turn(work: () => unknown): unknown;
}

export function installTimers(board: TimerBoard, realm: Realm): void {
  const { parts } = realm;
  let offset = 0;
  const add = (callback: unknown, milliseconds: unknown, values: unknown[], repeats: boolean) => {
    const run = runnable(board, realm, callback);
    const delay = Math.max(0, Number(milliseconds) || 0);
    // The clock stands still within a turn, while the board's goes on.
    const passed = board.milliseconds() - board.clock.now;
    const id: number = board.clock.add(
      () => {
        if (!repeats) board.roots.release(id);
        board.turn(() => run(...values));
      },
      delay + passed,
      repeats ? Math.max(1, delay) : undefined,
    );
    board.roots.hold(id, callback);
    return id;
  };
  const clearing =
    (name: string) =>
    (...ids: unknown[]) => {
      if (ids.length === 0) {
        board.clock.clear();
        return;
      }
      if (ids[0] === undefined) parts.raise(`${name}(undefined) not allowed. Use ${name}() instead`);
      board.roots.release(Number(ids[0]));
      if (Number(ids[0]) > 0) board.clock.remove(Number(ids[0]));
    };
  realm.install({
    setTimeout: (callback: unknown, delay?: unknown, ...values: unknown[]) => add(callback, delay, values, false),
    setInterval: (callback: unknown, delay?: unknown, ...values: unknown[]) => add(callback, delay, values, true),
    clearTimeout: clearing('clearTimeout'),
    clearInterval: clearing('clearInterval'),
    changeInterval(id: unknown, delay: unknown) {
      if (!board.clock.changeInterval(Number(id), Math.max(1, Number(delay) || 0))) parts.raise('Unknown Interval');
    },
    getTime: () => (board.startTime + board.milliseconds()) / 1000 + offset,
    setTime(seconds: unknown) {
      offset = Number(seconds) - (board.startTime + board.milliseconds()) / 1000;
    },
  });
}
