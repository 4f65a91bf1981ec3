// The common base of vectors and stacks: up to a fixed number of consecutive elements, which are added and removed at the end.

import { capacityError } from '../errors.js';
import { boundsError } from './bounds-error.js';
import { VERIFICATION } from './build.js';
import { ElementKind, type ElementLayout, i32Layout } from './element-layout.js';
import { type CollectionOptions, GuardedStorage, regionBytes } from './guarded-storage.js';
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

/** Cells, which checksums are made of: an element, or four of U8. */
function cellsFor(capacity: number, layout: ElementLayout): number {
  return layout.kind === ElementKind.U8 ? (capacity + 3) >> 2 : capacity;
}

function cellWordsOf(layout: ElementLayout): number {
  return layout.kind === ElementKind.U8 ? 1 : layout.words;
}

/** Bytes of a region for `capacity` elements. */
export function elementBytes(capacity: number, layout: ElementLayout, level: VerificationLevel): number {
  return regionBytes(cellsFor(capacity, layout), cellWordsOf(layout), level);
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
  /** log2 of the elements of a cell. */
  protected readonly cellShift: number;
  /** Elements up to here may be pushed unchecked. */
  private reservedEnd = 0;
  /** The most elements there were, before the last growth. */
  private highest = 0;

  constructor(name: string, capacity: number, level: VerificationLevel, options: ElementOptions | undefined) {
    const given: ElementOptions = options ? options : {};
    const layout = given.layout ? given.layout : i32Layout;
    const cellShift = layout.kind === ElementKind.U8 ? 2 : 0;
    super(name, level, options, cellsFor(capacity, layout), cellWordsOf(layout), 1 << cellShift, false, null);
    this.capacity = capacity;
    this.layout = layout;
    this.kind = layout.kind;
    this.cellShift = cellShift;
  }

  /** The most elements that there were at once since the start or the last reset. */
  get highWaterMark(): number {
    return this.length > this.highest ? this.length : this.highest;
  }

  /** Appends a number. Of U8 the lower 8 bits are taken, of I32 the lower 32. */
  push(value: number): void {
    const index = this.length;
    if (index >= this.capacity) this.refuseMore(1);
    this.beforeWrite(index >>> this.cellShift);
    this.write(index, value);
    this.length = index + 1;
  }

  /** Appends the element whose words are in `source` from `at` on. */
  pushWords(source: Int32Array, at: number): void {
    const index = this.length;
    if (index >= this.capacity) this.refuseMore(1);
    this.beforeWrite(index >>> this.cellShift);
    this.writeWords(index, source, at);
    this.length = index + 1;
  }

  /**
   * Throws CapacityError unless there is room for `count` elements more, which may then be pushed unchecked until `validate`. They
   * count as operations now.
   */
  reserve(count: number): void {
    const end = this.length + count;
    if (end > this.capacity) this.refuseMore(count);
    this.beforeRange(OperationType.CollectionReserve, 0, -1);
    this.openCells(this.length >>> this.cellShift, (end + (1 << this.cellShift) - 1) >>> this.cellShift);
    if (end > this.reservedEnd) this.reservedEnd = end;
    this.count(count);
  }

  /** Appends a number without any check where room was reserved; else the number is lost if there is no room. */
  pushUnchecked(value: number): void {
    const index = this.length;
    if (index >= this.reservedEnd) this.openOne(index);
    this.write(index, value);
    this.length = index + 1;
  }

  /** Verifies guard words and all elements, at any level but None. Throws CapacityError if more were pushed than there is room for. */
  validate(): void {
    this.count(1);
    if (this.length > this.capacity) this.refuseMore(0);
    this.reservedEnd = 0;
    if (VERIFICATION && this.level !== VerificationLevel.None) this.verifyAll();
  }

  /** Removes the last element and returns it, of an element of several words the first one. */
  pop(): number {
    const index = this.length - 1;
    if (index < 0) this.refuseIndex(-1);
    this.beforeRead(index >>> this.cellShift);
    if (index >= this.highest) this.highest = index + 1;
    this.length = index;
    return this.read(index);
  }

  /** Removes the last element, whose words go into `target` from `at` on. */
  popWords(target: Int32Array, at: number): void {
    const index = this.length - 1;
    if (index < 0) this.refuseIndex(-1);
    this.beforeRead(index >>> this.cellShift);
    if (index >= this.highest) this.highest = index + 1;
    this.length = index;
    this.readWords(index, target, at);
  }

  /** The last element. */
  peek(): number {
    const index = this.length - 1;
    if (index < 0) this.refuseIndex(-1);
    this.beforeRead(index >>> this.cellShift);
    return this.read(index);
  }

  /** Calls back for each element, first to last; those that there are at the start are verified together beforehand. */
  forEach(callback: (value: number, index: number) => void): void {
    if (this.length > 0) this.beforeRange(OperationType.CollectionIterate, 0, (this.length - 1) >>> this.cellShift);
    for (let index = 0; index < this.length; index++) callback(this.read(index), index);
  }

  /** Removes all elements. */
  clear(): void {
    this.beforeRange(OperationType.CollectionClear, 0, -1);
    if (this.length > this.highest) this.highest = this.length;
    this.length = 0;
  }

  /** Restores the initial state, whatever was found: empty, with a high-water mark of 0. */
  reset(): void {
    this.length = 0;
    this.highest = 0;
    this.reservedEnd = 0;
    this.clearStorage();
  }

  /** The element, of several words the first one. */
  protected read(index: number): number {
    return this.kind === ElementKind.I32 ? this.words[index] : this.readOther(index);
  }

  private readOther(index: number): number {
    if (this.kind === ElementKind.U8) return this.bytes[index];
    const at = index * this.cellWords;
    if (this.kind === ElementKind.Words) return this.words[at];
    scratch[0] = this.words[at];
    if (this.kind === ElementKind.F32) return scratchFloat32[0];
    scratch[1] = this.words[at + 1];
    return scratchFloat64[0];
  }

  protected write(index: number, value: number): void {
    if (this.kind === ElementKind.I32) this.words[index] = value;
    else this.writeOther(index, value);
  }

  private writeOther(index: number, value: number): void {
    if (this.kind === ElementKind.U8) this.bytes[index] = value;
    else {
      this.encode(value);
      const at = index * this.cellWords;
      this.words[at] = scratch[0];
      for (let word = 1; word < this.cellWords; word++) this.words[at + word] = scratch[1];
    }
  }

  protected readWords(index: number, target: Int32Array, at: number): void {
    const start = index * this.cellWords;
    for (let word = 0; word < this.cellWords; word++) target[at + word] = this.words[start + word];
  }

  protected writeWords(index: number, source: Int32Array, at: number): void {
    const start = index * this.cellWords;
    for (let word = 0; word < this.cellWords; word++) this.words[start + word] = source[at + word];
  }

  protected refuseIndex(index: number): never {
    throw boundsError(this.name, index, this.length);
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

  private openOne(index: number): void {
    const cell = index >>> this.cellShift;
    this.openCells(cell, cell + 1);
    this.reservedEnd = index + 1;
    this.count(1);
  }

  private refuseMore(count: number): never {
    throw capacityError(this.name, this.length + count, this.capacity, -1);
  }
}
