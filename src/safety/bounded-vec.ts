// A vector with a fixed maximum of elements.

import { BoundedElements, type ElementOptions, elementBytes } from './bounded-elements.js';
import type { ElementLayout } from './element-layout.js';
import { OperationType } from './operation-type.js';
import { emptySlice, type SafeSlice, type SliceSource } from './safe-slice.js';
import { DEFAULT_VERIFICATION, type VerificationLevel } from './verification-level.js';

export class BoundedVec extends BoundedElements implements SliceSource {
  constructor(capacity: number, level: VerificationLevel, options: ElementOptions | undefined) {
    super('BoundedVec', capacity, level, options);
  }

  /** An empty vector for `capacity` elements, at the level of the build. */
  static withCapacity(capacity: number, options?: ElementOptions): BoundedVec {
    return create(capacity, DEFAULT_VERIFICATION, options);
  }

  static withCapacityAndVerification(capacity: number, level: VerificationLevel, options?: ElementOptions): BoundedVec {
    return create(capacity, level, options);
  }

  /** Bytes of a region for `capacity` elements. */
  static bytesFor(capacity: number, layout: ElementLayout, level: VerificationLevel): number {
    return elementBytes(capacity, layout, level);
  }

  /** The element at `index`, of an element of several words the first one. Throws BoundsError, IntegrityError. */
  get(index: number): number {
    if (index >>> 0 !== index || index >= this.length) this.refuseIndex(index);
    this.beforeRead(index >>> this.cellShift);
    return this.read(index);
  }

  /** The words of the element at `index` go into `target` from `at` on. */
  getWords(index: number, target: Int32Array, at: number): void {
    if (index >>> 0 !== index || index >= this.length) this.refuseIndex(index);
    this.beforeRead(index >>> this.cellShift);
    this.readWords(index, target, at);
  }

  /** The element at `index`, which must exist, as it is. */
  getUnchecked(index: number): number {
    return this.read(index);
  }

  set(index: number, value: number): void {
    if (index >>> 0 !== index || index >= this.length) this.refuseIndex(index);
    this.beforeWrite(index >>> this.cellShift);
    this.write(index, value);
  }

  /** Sets the element at `index` to the words in `source` from `at` on. */
  setWords(index: number, source: Int32Array, at: number): void {
    if (index >>> 0 !== index || index >= this.length) this.refuseIndex(index);
    this.beforeWrite(index >>> this.cellShift);
    this.writeWords(index, source, at);
  }

  /** `count` elements from `start` on, verified at any level but None; `into` is a slice to use again. */
  getSlice(start: number, count: number, into?: SafeSlice): SafeSlice {
    const slice = into ? into : emptySlice();
    slice.assign(this, start, count);
    return slice;
  }

  /** Verifies `count` elements from `start` on, and the guard words. Throws BoundsError unless there are so many. */
  verifyRange(start: number, count: number): void {
    if (start >>> 0 !== start || count >>> 0 !== count || start + count > this.length)
      this.refuseIndex(start + count - 1);
    if (count > 0) {
      this.beforeRange(OperationType.CollectionSlice, start >>> this.cellShift, (start + count - 1) >>> this.cellShift);
    }
  }
}

// Outside of the class: bundled, its name would be that of a class expression, which its methods do not see in Espruino.
function create(capacity: number, level: VerificationLevel, options?: ElementOptions): BoundedVec {
  return new BoundedVec(capacity, level, options);
}
