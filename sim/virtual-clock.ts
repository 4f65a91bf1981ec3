// A clock that only advances when it is told to, and the timers on it.

export interface Timer {
  id: number;
  /** In milliseconds. */
  due: number;
  /** In milliseconds; absent for one that runs once. */
  interval: number | undefined;
  run: () => void;
}

export class VirtualClock {
  /** Since the start, in milliseconds. */
  now = 0;
  private readonly timers = new Map<number, Timer>();
  private nextId = 1;

  /** `delay` and `interval` in milliseconds. Returns the timer's number. */
  add(run: () => void, delay: number, interval?: number): number {
    const id = this.nextId++;
    this.timers.set(id, { id, due: this.now + Math.max(0, delay), interval, run });
    return id;
  }

  remove(id: number): boolean {
    return this.timers.delete(id);
  }

  clear(): void {
    this.timers.clear();
  }

  /** From now on. */
  changeInterval(id: number, interval: number): boolean {
    const timer = this.timers.get(id);
    if (!timer) return false;
    timer.interval = interval;
    timer.due = this.now + interval;
    return true;
  }

  get(id: number): Timer | undefined {
    return this.timers.get(id);
  }

  /** The timer that is due first; of several, the oldest. */
  next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers.values()) if (!first || timer.due < first.due) first = timer;
    return first;
  }

  /** Runs the next timer at its time, if that is not after `until`. Returns whether there was one. */
  step(until = Number.POSITIVE_INFINITY): boolean {
    const timer = this.next();
    if (!timer || timer.due > until) return false;
    if (timer.due > this.now) this.now = timer.due;
    if (timer.interval === undefined) this.timers.delete(timer.id);
    else timer.due += Math.max(timer.interval, 0.1);
    timer.run();
    return true;
  }

  /** Runs whatever is due on the way. */
  advanceTo(time: number): void {
    while (this.step(time));
    if (time > this.now) this.now = time;
  }
}
