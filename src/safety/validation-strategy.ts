// Decides which operations are verified: one in a fixed number, with a counter of its own.

export class ValidationStrategy {
  readonly threshold: number;
  /** Calls until the next one that says yes. */
  private remaining = 0;

  /** `threshold`: of so many operations one is verified, the first one first. 0 verifies only what is always verified. */
  constructor(threshold: number) {
    this.threshold = threshold;
  }

  /** Whether the operation at hand is to be verified; one of importance 255 always is, and is not counted. */
  shouldValidate(importance: number): boolean {
    if (importance === 255) return true;
    if (this.remaining > 0) {
      this.remaining--;
      return false;
    }
    if (this.threshold < 1) return false;
    this.remaining = this.threshold - 1;
    return true;
  }
}
