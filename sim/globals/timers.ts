// setTimeout, setInterval, changeInterval and the time, on the board's virtual clock.

import type { SimulatedBoard } from '../simulated-board.js';
import { runnable } from './pins.js';
import type { Realm } from './realm.js';

export function installTimers(board: SimulatedBoard, { global, parts }: Realm): void {
  let offset = 0;
  const add = (callback: unknown, milliseconds: unknown, values: unknown[], repeats: boolean) => {
    const run = runnable(board, callback);
    const delay = Math.max(0, Number(milliseconds) || 0);
    // The clock stands still within a turn, while the board's goes on.
    const passed = board.milliseconds() - board.clock.now;
    const id: number = board.clock.add(
      () => {
        if (!repeats) board.release(id);
        board.turn(() => run(...values));
      },
      delay + passed,
      repeats ? Math.max(1, delay) : undefined,
    );
    board.hold(id, callback);
    return id;
  };
  const clear = (id?: unknown) => {
    if (id === undefined) parts.raise('clearInterval(undefined) not allowed. Use clearInterval() instead');
    board.release(Number(id));
    board.clock.remove(Number(id));
  };
  global.setTimeout = (callback: unknown, delay?: unknown, ...values: unknown[]) => add(callback, delay, values, false);
  global.setInterval = (callback: unknown, delay?: unknown, ...values: unknown[]) => add(callback, delay, values, true);
  global.clearTimeout = (...ids: unknown[]) => {
    if (ids.length > 0) clear(ids[0]);
    else board.clock.clear();
  };
  global.clearInterval = global.clearTimeout;
  global.changeInterval = (id: unknown, delay: unknown) => {
    if (!board.clock.changeInterval(Number(id), Math.max(1, Number(delay) || 0))) parts.raise('Unknown Interval');
  };
  global.getTime = () => (board.startTime + board.milliseconds()) / 1000 + offset;
  global.setTime = (seconds: unknown) => {
    offset = Number(seconds) - (board.startTime + board.milliseconds()) / 1000;
  };
}
