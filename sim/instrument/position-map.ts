// Positions of an edited text in its original.

export interface Origin {
  /** In the original text. For text that was added, where it was added. */
  at: number;
  isAdded: boolean;
}

export class PositionMap {
  private readonly edited: number[] = [];
  private readonly original: number[] = [];
  private readonly isAdded: boolean[] = [];

  /** Records that from `edited` on, the text is the original's from `original` on. Calls go from the start of the text to its end. */
  kept(edited: number, original: number): void {
    this.push(edited, original, false);
  }

  /** Records that from `edited` on, the text was added at `original`. */
  added(edited: number, original: number): void {
    this.push(edited, original, true);
  }

  private push(edited: number, original: number, isAdded: boolean): void {
    this.edited.push(edited);
    this.original.push(original);
    this.isAdded.push(isAdded);
  }

  originOf(position: number): Origin {
    const { edited, original, isAdded } = this;
    let low = 0;
    let high = edited.length;
    // The last part that starts at the position, or before it.
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (edited[middle] <= position) low = middle;
      else high = middle;
    }
    return { at: original[low] + (isAdded[low] ? 0 : position - edited[low]), isAdded: isAdded[low] };
  }
}
