// A flash memory: writing only clears bits, erasing sets whole pages. The power can fail at every write and erasure.

/** The power went off in the middle of a write or an erasure. */
export class PowerCut extends Error {
  constructor() {
    super('the power went off');
    this.name = 'PowerCut';
  }
}

export class Flash {
  private contents: Uint8Array | undefined;
  /** Pages erased, words written: what wears, and where the power can go off. */
  operations = 0;
  /** How many operations are left until the power goes off, in the middle of the next one. */
  powerFor = Number.POSITIVE_INFINITY;

  /** Sizes are in bytes. */
  constructor(
    private readonly size: number,
    readonly pageSize = 4096,
  ) {}

  /** Made when first needed: a board can have 8 MB, and many programs use none. */
  get bytes(): Uint8Array {
    this.contents ??= new Uint8Array(this.size).fill(0xff);
    return this.contents;
  }

  /** Clears bits, word by word. */
  write(address: number, data: Uint8Array): void {
    const { bytes } = this;
    if (address < 0 || address + data.length > bytes.length) throw new RangeError(`no flash at ${address}`);
    for (let at = 0; at < data.length; at += 4) {
      this.operate();
      for (let index = at; index < Math.min(at + 4, data.length); index++) bytes[address + index] &= data[index];
    }
  }

  erasePage(page: number): void {
    const start = page * this.pageSize;
    if (this.powerFor <= 0) {
      // Half erased: what an erasure that is cut short leaves is anybody's guess.
      this.bytes.fill(0xff, start, start + this.pageSize / 2);
      throw new PowerCut();
    }
    this.operate();
    this.bytes.fill(0xff, start, start + this.pageSize);
  }

  isErased(start: number, end: number): boolean {
    const { bytes } = this;
    for (let at = start; at < end; at++) if (bytes[at] !== 0xff) return false;
    return true;
  }

  private operate(): void {
    if (this.powerFor <= 0) throw new PowerCut();
    this.powerFor--;
    this.operations++;
  }
}
