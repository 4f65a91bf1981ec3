// A clock that only advances when it is told to, and the timers on it. Timers run as in Espruino's idle loop (`jsiIdle`,
// src/jsinteractive.c): those that are due run in the order of their numbers, whichever was due first.

export interface Timer {
  id: number;
  /** In milliseconds. */
  due: number;
  /** In milliseconds; absent for one that runs once. */
  interval: number | undefined;
  run: () => void;
}

/** What the firmware does at a time, or what happens outside the board. */
interface Occurrence {
  /** In milliseconds. */
  due: number;
  run: () => void;
}

/** In milliseconds: `TIMER_MIN_INTERVAL`, src/jsinteractive.h. */
export const SHORTEST_DELAY = 0.1;

export class VirtualClock {
  /** Since the start, in milliseconds. */
  now = 0;
  /** By their numbers, in ascending order. */
  private readonly timers = new Map<number, Timer>();
  /** By their times. Programs do not see them. */
  private readonly occurrences: Occurrence[] = [];
  /** Number of the existing timer that was added last; 0 without timers. */
  private lastId = 0;
  private hasChanged = false;

  /** `delay` and `interval` in milliseconds. Returns the timer's number. */
  add(run: () => void, delay: number, interval?: number): number {
    // Espruino keeps an array of them: the number of one that is gone at its end is used again.
    const id = ++this.lastId;
    this.timers.set(id, { id, due: this.now + delay, interval, run });
    this.hasChanged = true;
    return id;
  }

  /** Runs once. A program cannot clear it. */
  addFirmware(run: () => void, delay: number): void {
    const due = this.now + Math.max(0, delay);
    const later = this.occurrences.findIndex((each) => each.due > due);
    this.occurrences.splice(later < 0 ? this.occurrences.length : later, 0, { due, run });
  }

  remove(id: number): void {
    this.drop(id);
    this.hasChanged = true;
  }

  /** Removes the timers of the program. */
  clear(): void {
    this.timers.clear();
    this.lastId = 0;
    this.hasChanged = true;
  }

  /** Changes the interval, and when the timer is next due. `delay` and `interval` in milliseconds. */
  changeInterval(id: number, delay: number, interval: number): boolean {
    const timer = this.timers.get(id);
    if (!timer) return false;
    timer.interval = interval;
    timer.due = this.now + delay;
    this.hasChanged = true;
    return true;
  }

  /** When the next timer is due, in milliseconds. */
  next(): number {
    let first = this.occurrences.at(0)?.due ?? Number.POSITIVE_INFINITY;
    for (const { due } of this.timers.values()) first = Math.min(first, due);
    return first;
  }

  /** Runs what is due now. */
  runDue(): void {
    while (this.occurrences.length > 0 && this.occurrences[0].due <= this.now) this.occurrences.shift()!.run();
    const time = this.now;
    do {
      this.hasChanged = false;
      for (const timer of this.timers.values()) {
        if (timer.due <= time) this.runTimer(timer);
        // Espruino begins again with the first timer.
        if (this.hasChanged) break;
      }
    } while (this.hasChanged);
  }

  private runTimer(timer: Timer): void {
    const { id, due } = timer;
    try {
      timer.run();
    } finally {
      // The timer exists until it has run, and a change of its interval counts from when it was due.
      if (timer.interval !== undefined) timer.due = due + timer.interval;
      else if (this.timers.get(id) === timer) this.drop(id);
    }
  }

  private drop(id: number): void {
    this.timers.delete(id);
    if (id === this.lastId) this.lastId = [...this.timers.keys()].at(-1) ?? 0;
  }

  /** Advances to when the next timer is due, if that is not after `until`. Returns whether there is one. */
  sleep(until: number): boolean {
    const next = this.next();
    if (next > until) return false;
    this.now = Math.max(this.now, next);
    return true;
  }
}
