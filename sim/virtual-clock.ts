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
  /** Number of timers of the firmware and of what is outside the board. Their ids are negative, and programs do not see them. */
  private firmwareTimers = 0;
  /** Id of the existing timer that was added last; 0 without timers. */
  private lastId = 0;

  /** `delay` and `interval` in milliseconds. Returns the timer's number. */
  add(run: () => void, delay: number, interval?: number): number {
    // Espruino keeps an array of them: the number of one that is gone at its end is used again.
    const id = ++this.lastId;
    this.timers.set(id, { id, due: this.now + Math.max(0, delay), interval, run });
    return id;
  }

  /** Runs once. A program cannot clear it. */
  addFirmware(run: () => void, delay: number): void {
    const id = --this.firmwareTimers;
    this.timers.set(id, { id, due: this.now + Math.max(0, delay), interval: undefined, run });
  }

  remove(id: number): boolean {
    const isThere = this.timers.delete(id);
    if (id === this.lastId) this.lastId = [...this.timers.keys()].filter((each) => each > 0).at(-1) ?? 0;
    return isThere;
  }

  /** Those of the program. */
  clear(): void {
    for (const id of this.timers.keys()) if (id > 0) this.timers.delete(id);
    this.lastId = 0;
  }

  /** Changes the interval, starting now. */
  changeInterval(id: number, interval: number): boolean {
    const timer = this.timers.get(id);
    if (!timer || id < 0) return false;
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
    if (timer.interval !== undefined) {
      timer.due += Math.max(timer.interval, 0.1);
      timer.run();
      return true;
    }
    // The timer exists until it has run.
    timer.due = Number.POSITIVE_INFINITY;
    timer.run();
    if (this.timers.get(timer.id) === timer) this.remove(timer.id);
    return true;
  }

  /** Runs whatever is due on the way. */
  advanceTo(time: number): void {
    while (this.step(time));
    if (time > this.now) this.now = time;
  }
}
