// Watches how many JsVars a program uses. Counting them takes long, so they are counted at intervals, and whenever the allocations
// since the last count could have used up the rest.

export interface MemoryWatchOptions {
  /** JsVars of the board. */
  available: number;
  /** Counts those in use. */
  count: () => number;
  /** Called when more are in use than there are; ends the program, or not. */
  full: (used: number) => void;
}

export class MemoryWatch {
  /** Highest number of JsVars in use, as far as it was counted. */
  peak = 0;
  private counted = 0;
  private isCounting = false;

  constructor(private readonly options: MemoryWatchOptions) {}

  /** Whether so many JsVars, taken since the last count, may be more than the rest. */
  mayBeFull(taken: number): boolean {
    return this.counted + taken > this.options.available;
  }

  /** Counts what is in use, with `more` that is about to be taken. */
  count(more: number): void {
    // Members that compute their value run the program meanwhile.
    if (this.isCounting) return;
    this.isCounting = true;
    try {
      this.counted = this.options.count();
    } finally {
      this.isCounting = false;
    }
    const used = this.counted + more;
    this.peak = Math.max(this.peak, used);
    if (used > this.options.available) this.options.full(used);
  }
}
