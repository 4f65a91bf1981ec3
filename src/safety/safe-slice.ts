// A range of a memory or vector: verified as a whole, then read without a check for each element.

import { boundsError } from './bounds-error.js';
import { GuardedBytes, regionOfBytes } from './guarded-bytes.js';
import type { CollectionOptions } from './guarded-storage.js';
import type { VerificationLevel } from './verification-level.js';

/** The interface of memory that a slice can be taken of. */
export interface SliceSource {
  readonly name: string;
  readonly length: number;
  get(index: number): number;
  set(index: number, value: number): void;
  getUnchecked(index: number): number;
  /** Throws BoundsError or IntegrityError unless the range exists and is as it should be. */
  verifyRange(start: number, count: number): void;
}

/** Elements of a vector, or bytes of a memory. What changes in the source changes in the slice. */
export class SafeSlice {
  /** Elements or bytes. */
  length = 0;
  private source: SliceSource | null = null;
  private start = 0;

  /**
   * All of `bytes`, whose start and length must be multiples of 4, with a checksum for each block. What does not write
   * through this slice is taken for corruption.
   */
  static withVerificationLevel(bytes: Uint8Array, level: VerificationLevel, options?: CollectionOptions): SafeSlice {
    const slice = emptySlice();
    slice.assign(new GuardedBytes('SafeSlice', bytes.length, level, options, regionOfBytes(bytes)), 0, bytes.length);
    return slice;
  }

  /** Makes this the slice of `count` elements of `source` from `start` on, and verifies them. */
  assign(source: SliceSource, start: number, count: number): void {
    source.verifyRange(start, count);
    this.source = source;
    this.start = start;
    this.length = count;
  }

  get(index: number): number {
    if (index >>> 0 !== index || index >= this.length) this.refuseIndex(index);
    return this.source!.get(this.start + index);
  }

  set(index: number, value: number): void {
    if (index >>> 0 !== index || index >= this.length) this.refuseIndex(index);
    this.source!.set(this.start + index, value);
  }

  /** The element at `index`, which must exist, as it is. */
  getUnchecked(index: number): number {
    return this.source!.getUnchecked(this.start + index);
  }

  /** A part of this slice; `into` is a slice to use again. */
  getSlice(start: number, count: number, into?: SafeSlice): SafeSlice {
    if (start >>> 0 !== start || count >>> 0 !== count || start + count > this.length)
      this.refuseIndex(start + count - 1);
    const slice = into ? into : emptySlice();
    slice.assign(this.source!, this.start + start, count);
    return slice;
  }

  /** Verifies the blocks that the slice is in. */
  validate(): void {
    if (this.source) this.source.verifyRange(this.start, this.length);
  }

  /** Verifies the slice, then calls back for each element, first to last. */
  forEach(callback: (value: number, index: number) => void): void {
    this.validate();
    for (let index = 0; index < this.length; index++) callback(this.getUnchecked(index), index);
  }

  private refuseIndex(index: number): never {
    throw boundsError(this.source ? this.source.name : 'SafeSlice', index, this.length);
  }
}

/** A slice of nothing, to be assigned. */
// Outside of the class: bundled, its name would be that of a class expression, which its methods do not see in Espruino.
export function emptySlice(): SafeSlice {
  return new SafeSlice();
}
