// The common base of vectors and stacks: up to a fixed number of consecutive elements, which are added and removed at the end.

import { capacityError } from '../errors.js';
import { boundsError } from './bounds-error.js';
import { COUNTING, VERIFICATION } from './build.js';
import {
  appendByte,
  appendWord,
  EMPTY_SUM,
  removeLastByte,
  removeLastWord,
  replaceByte,
  replaceWord,
} from './checksum.js';
import { ElementKind, type ElementLayout, i32Layout } from './element-layout.js';
import { BLOCK_WORDS, type CollectionOptions, GuardedStorage, regionBytes } from './guarded-storage.js';
import { OperationType } from './operation-type.js';
import { VerificationLevel } from './verification-level.js';

export interface ElementOptions extends CollectionOptions {
  /** Without one, elements are signed 32-bit integers. */
  layout?: ElementLayout;
}

/** The words of one number on its way into or out of a collection. */
const scratch = new Int32Array(2);
const scratchFloat32 = new Float32Array(scratch.buffer);
const scratchFloat64 = new Float64Array(scratch.buffer);

/** log2 of the elements of a block: as many as fit into it, at least one. */
function blockShiftOf(layout: ElementLayout): number {
  if (layout.kind === ElementKind.U8) return 6;
  let shift = 0;
  while (layout.words << (shift + 1) <= BLOCK_WORDS) shift++;
  return shift;
}

/** Bytes of a region for `capacity` elements. */
export function elementBytes(capacity: number, layout: ElementLayout, level: VerificationLevel): number {
  const size = layout.kind === ElementKind.U8 ? 1 : layout.words * 4;
  return regionBytes(capacity * size, size << blockShiftOf(layout), level);
}

/**
 * Errors: CapacityError, which names the collection, BoundsError, IntegrityError. After the first two everything is as it
 * was before.
 */
export class BoundedElements extends GuardedStorage {
  readonly capacity: number;
  readonly layout: ElementLayout;
  /** Elements now. */
  length = 0;
  protected readonly kind: ElementKind;
  /** Units, of which checksums are made, of an element. */
  protected readonly size: number;
  protected readonly blockShift: number;
  /** The most elements there were, before the last growth. */
  private highest = 0;

  constructor(name: string, capacity: number, level: VerificationLevel, options: ElementOptions | undefined) {
    const given: ElementOptions = options ? options : {};
    const layout = given.layout ? given.layout : i32Layout;
    const size = layout.kind === ElementKind.U8 ? 1 : layout.words;
    const shift = blockShiftOf(layout);
    super(name, level, options, capacity * size, layout.kind === ElementKind.U8 ? 1 : 4, size << shift, size, null);
    this.capacity = capacity;
    this.layout = layout;
    this.kind = layout.kind;
    this.size = size;
    this.blockShift = shift;
  }

  /** The most elements that there were at once since the start or the last reset. */
  get highWaterMark(): number {
    return this.length > this.highest ? this.length : this.highest;
  }

  /** Appends a number. Of U8 the lower 8 bits are taken, of I32 the lower 32. */
  push(value: number): void {
    const index = this.length;
    if (index >= this.capacity) this.refuseMore(1);
    if (COUNTING) this.counts.collectionOperations++;
    if (VERIFICATION && this.level !== VerificationLevel.None) this.before(OperationType.CollectionPush, index);
    this.write(index, value);
    this.length = index + 1;
    if (VERIFICATION && this.level !== VerificationLevel.None) this.append(index);
  }

  /** Appends the element whose words are in `source` from `at` on. */
  pushWords(source: Int32Array, at: number): void {
    const index = this.length;
    if (index >= this.capacity) this.refuseMore(1);
    if (COUNTING) this.counts.collectionOperations++;
    if (VERIFICATION && this.level !== VerificationLevel.None) this.before(OperationType.CollectionPush, index);
    const start = this.base + index * this.size;
    for (let word = 0; word < this.size; word++) this.words[start + word] = source[at + word];
    this.length = index + 1;
    if (VERIFICATION && this.level !== VerificationLevel.None) this.append(index);
  }

  /** Throws CapacityError unless there is room for `count` elements more. */
  reserve(count: number): void {
    if (this.length + count > this.capacity) this.refuseMore(count);
    if (COUNTING) this.counts.collectionOperations++;
    if (VERIFICATION && this.level !== VerificationLevel.None) {
      this.before(OperationType.CollectionReserve, this.length);
    }
  }

  /**
   * Appends a number without any check: there must be room, by `reserve`. The checksum covers it from the next checked
   * operation on; `validate` is one.
   */
  pushUnchecked(value: number): void {
    if (this.kind === ElementKind.I32) this.words[this.base + this.length++] = value;
    else this.write(this.length++, value);
  }

  /** Verifies guard words and all elements, at any level but None, and covers what was pushed unchecked. */
  validate(): void {
    if (COUNTING) this.counts.collectionOperations++;
    if (VERIFICATION && this.level !== VerificationLevel.None) {
      this.verifyAll();
      if (this.covered !== this.length * this.size) this.settle();
    }
  }

  /** Removes the last element and returns it, of an element of several words the first one. */
  pop(): number {
    const index = this.length - 1;
    if (index < 0) this.refuseIndex(-1);
    if (COUNTING) this.counts.collectionOperations++;
    if (VERIFICATION && this.level !== VerificationLevel.None) this.before(OperationType.CollectionPop, index);
    const value = this.read(index);
    this.dropLast(index);
    return value;
  }

  /** Removes the last element, whose words go into `target` from `at` on. */
  popWords(target: Int32Array, at: number): void {
    const index = this.length - 1;
    if (index < 0) this.refuseIndex(-1);
    if (COUNTING) this.counts.collectionOperations++;
    if (VERIFICATION && this.level !== VerificationLevel.None) this.before(OperationType.CollectionPop, index);
    const start = this.base + index * this.size;
    for (let word = 0; word < this.size; word++) target[at + word] = this.words[start + word];
    this.dropLast(index);
  }

  /** The last element. */
  peek(): number {
    const index = this.length - 1;
    if (index < 0) this.refuseIndex(-1);
    if (COUNTING) this.counts.collectionOperations++;
    if (VERIFICATION && this.level !== VerificationLevel.None) this.before(OperationType.CollectionPeek, index);
    return this.read(index);
  }

  /** Calls back for each element, first to last; those that there are at the start are verified together beforehand. */
  forEach(callback: (value: number, index: number) => void): void {
    if (COUNTING) this.counts.collectionOperations++;
    if (VERIFICATION && this.level !== VerificationLevel.None && this.length > 0) {
      this.beforeRange(OperationType.CollectionIterate, 0, this.length);
    }
    for (let index = 0; index < this.length; index++) callback(this.read(index), index);
  }

  /** Removes all elements. */
  clear(): void {
    if (COUNTING) this.counts.collectionOperations++;
    this.noteHighest();
    if (VERIFICATION && this.level !== VerificationLevel.None) this.before(OperationType.CollectionClear, 0);
    this.length = 0;
    this.covered = 0;
  }

  /** As it was at first, whatever was found: empty, with a high-water mark of 0. */
  reset(): void {
    this.length = 0;
    this.highest = 0;
    this.clearStorage();
  }

  /** Verification before an operation on one element, or on the place behind the last one. */
  protected before(operation: OperationType, index: number): void {
    if (VERIFICATION) {
      if (this.covered !== this.length * this.size) this.settle();
      const block = index >> this.blockShift;
      this.verify(operation, block, block);
    }
  }

  /** Verification before an operation on several elements, at least one. */
  protected beforeRange(operation: OperationType, index: number, count: number): void {
    if (VERIFICATION) {
      if (this.covered !== this.length * this.size) this.settle();
      this.verify(operation, index >> this.blockShift, (index + count - 1) >> this.blockShift);
    }
  }

  /** The element, of several words the first one. */
  protected read(index: number): number {
    if (this.kind === ElementKind.I32) return this.words[this.base + index];
    if (this.kind === ElementKind.U8) return this.bytes[this.byteBase + index];
    const at = this.base + index * this.size;
    if (this.kind === ElementKind.Words) return this.words[at];
    scratch[0] = this.words[at];
    if (this.kind === ElementKind.F32) return scratchFloat32[0];
    scratch[1] = this.words[at + 1];
    return scratchFloat64[0];
  }

  protected write(index: number, value: number): void {
    if (this.kind === ElementKind.I32) this.words[this.base + index] = value;
    else if (this.kind === ElementKind.U8) this.bytes[this.byteBase + index] = value;
    else {
      this.encode(value);
      const at = this.base + index * this.size;
      this.words[at] = scratch[0];
      for (let word = 1; word < this.size; word++) this.words[at + word] = scratch[1];
    }
  }

  /** Writes an element that the checksum covers. */
  protected replace(index: number, value: number): void {
    if (VERIFICATION && this.level !== VerificationLevel.None) this.replaceCovered(index, value);
    else this.write(index, value);
  }

  /** Writes the words of an element that the checksum covers. */
  protected replaceWords(index: number, source: Int32Array, from: number): void {
    const first = index * this.size;
    const block = index >> this.blockShift;
    for (let word = 0; word < this.size; word++) {
      const at = this.base + first + word;
      const after = source[from + word];
      if (VERIFICATION && this.level !== VerificationLevel.None) {
        const sumAt = this.sumBase + block;
        const toEnd = this.blockUnitsCovered(block) - first - word;
        this.sums[sumAt] = replaceWord(this.sums[sumAt], toEnd, this.words[at], after);
      }
      this.words[at] = after;
    }
  }

  protected refuseIndex(index: number): never {
    throw boundsError(this.name, index, this.length);
  }

  private replaceCovered(index: number, value: number): void {
    if (VERIFICATION) {
      const sumAt = this.sumBase + (index >> this.blockShift);
      const units = this.blockUnitsCovered(index >> this.blockShift);
      let sum = this.sums[sumAt];
      if (this.kind === ElementKind.U8) {
        const at = this.byteBase + index;
        const before = this.bytes[at];
        this.bytes[at] = value;
        sum = replaceByte(sum, units - index, before, this.bytes[at]);
      } else if (this.kind === ElementKind.I32) {
        const at = this.base + index;
        const before = this.words[at];
        this.words[at] = value;
        sum = replaceWord(sum, units - index, before, value | 0);
      } else {
        this.encode(value);
        const first = index * this.size;
        for (let word = 0; word < this.size; word++) {
          const at = this.base + first + word;
          const after = scratch[word === 0 ? 0 : 1];
          sum = replaceWord(sum, units - first - word, this.words[at], after);
          this.words[at] = after;
        }
      }
      this.sums[sumAt] = sum;
    }
  }

  /** The unit behind the last covered one of a block. */
  private blockUnitsCovered(block: number): number {
    const end = (block + 1) * this.blockUnits;
    return end < this.covered ? end : this.covered;
  }

  private encode(value: number): void {
    if (this.kind === ElementKind.F32) scratchFloat32[0] = value;
    else if (this.kind === ElementKind.F64) scratchFloat64[0] = value;
    else {
      scratch[0] = value;
      // All further words of a wide integer are its sign.
      scratch[1] = value < 0 ? -1 : 0;
    }
  }

  /** Covers the element that was written behind the covered ones. */
  private append(index: number): void {
    if (VERIFICATION) {
      const sumAt = this.sumBase + (index >> this.blockShift);
      let sum = (index & ((1 << this.blockShift) - 1)) === 0 ? EMPTY_SUM : this.sums[sumAt];
      if (this.kind === ElementKind.U8) sum = appendByte(sum, this.bytes[this.byteBase + index]);
      else {
        const start = this.base + index * this.size;
        const end = start + this.size;
        for (let at = start; at < end; at++) sum = appendWord(sum, this.words[at]);
      }
      this.sums[sumAt] = sum;
      this.covered += this.size;
    }
  }

  private dropLast(index: number): void {
    if (this.length > this.highest) this.highest = this.length;
    this.length = index;
    if (VERIFICATION && this.level !== VerificationLevel.None) {
      const sumAt = this.sumBase + (index >> this.blockShift);
      let sum = this.sums[sumAt];
      if (this.kind === ElementKind.U8) sum = removeLastByte(sum, this.bytes[this.byteBase + index]);
      else {
        const start = this.base + index * this.size;
        for (let at = start + this.size - 1; at >= start; at--) sum = removeLastWord(sum, this.words[at]);
      }
      this.sums[sumAt] = sum;
      this.covered -= this.size;
    }
  }

  /** Covers what was pushed unchecked. */
  private settle(): void {
    if (VERIFICATION) {
      if (COUNTING) this.counts.collectionOperations += this.length - this.covered / this.size;
      this.cover(this.length * this.size);
    }
  }

  private noteHighest(): void {
    if (this.length > this.highest) this.highest = this.length;
  }

  private refuseMore(count: number): never {
    throw capacityError(this.name, this.length + count, this.capacity, -1);
  }
}
