// The memory of one collection: a region of typed-array words between two guard words, with a checksum for each block.

import { engineError } from '../errors.js';
import { COUNTING, VERIFICATION } from './build.js';
import { EMPTY_SUM, replaceWord, sumBytes, sumWords } from './checksum.js';
import { Corruption, type IntegrityError, integrityError } from './integrity-error.js';
import { OperationCounts } from './operation-counts.js';
import { type OperationType, operationImportances } from './operation-type.js';
import { ValidationStrategy } from './validation-strategy.js';
import { effectiveLevel, VerificationLevel, validationImportance, validationThreshold } from './verification-level.js';

/** Where a collection lies: from `byteOffset`, a multiple of 4, it takes as many bytes as its `bytesFor` says. */
export interface Region {
  buffer: ArrayBuffer;
  byteOffset: number;
}

export interface CollectionOptions {
  /** What errors call it. */
  name?: string;
  /** Without one, the collection allocates its memory. */
  region?: Region;
  /** Without one, the collection counts for itself. */
  counts?: OperationCounts;
}

/** Words of a block, unless one element has more: what one verification reads. */
export const BLOCK_WORDS = 16;

const GUARD = 0x5afec0de;
const GUARD_WORDS = 2;

/** Bytes of a region for `dataBytes` bytes of contents in blocks of `blockBytes`, with checksums and guard words if any. */
export function regionBytes(dataBytes: number, blockBytes: number, level: VerificationLevel): number {
  const data = (dataBytes + 3) & -4;
  if (effectiveLevel(level) === VerificationLevel.None) return data;
  return data + (Math.ceil(dataBytes / blockBytes) + GUARD_WORDS) * 4;
}

/**
 * What is corrupted is found within `validationThreshold` times `blockCount` checked operations of the same collection,
 * at Full also by the first one that touches its block, and by `validate` at once.
 */
export class GuardedStorage {
  readonly name: string;
  readonly level: VerificationLevel;
  readonly counts: OperationCounts;
  /** Views of the whole buffer: a view that starts far inside it is refused on some boards. */
  protected readonly words: Int32Array;
  protected readonly bytes: Uint8Array;
  /** First word of the contents. */
  protected readonly base: number;
  /** First byte of the contents. */
  protected readonly byteBase: number;
  /** First word of the checksums, in `sums`. */
  protected readonly sums: Int32Array;
  protected readonly sumBase: number;
  /** Units are bytes or words, as the checksums take them. */
  protected readonly unitBytes: number;
  protected readonly blockUnits: number;
  /** Units from the first one on that the checksums cover. */
  protected covered = 0;
  /** Units of an element, slot or byte: errors give positions in these. */
  private readonly positionUnits: number;
  private readonly dataUnits: number;
  /** Index of the guard before the contents and checksums, -1 without guards. */
  private readonly headGuard: number;
  private readonly tailGuard: number;
  private readonly strategy: ValidationStrategy | null;
  private readonly always: number;
  /** The block that the scrubber verifies next. */
  private cursor = 0;
  /** What was found; every checked operation throws it until `reset`. */
  private fault: IntegrityError | null = null;

  /**
   * `units` of `unitBytes` (1 or 4) bytes in blocks of `blockUnits`. `borrowed`: the contents lie in this region, without
   * guard words, and only the checksums are allocated.
   */
  constructor(
    name: string,
    level: VerificationLevel,
    options: CollectionOptions | undefined,
    units: number,
    unitBytes: number,
    blockUnits: number,
    positionUnits: number,
    borrowed: Region | null,
  ) {
    const given = options ? options : {};
    this.name = given.name ? given.name : name;
    this.level = effectiveLevel(level);
    this.counts = given.counts ? given.counts : new OperationCounts();
    const verified = VERIFICATION && this.level !== VerificationLevel.None;
    const blocks = verified ? Math.ceil(units / blockUnits) : 0;
    const needed = borrowed ? units * unitBytes : regionBytes(units * unitBytes, blockUnits * unitBytes, level);
    let region = borrowed;
    if (!region && given.region) region = given.region;
    if (!region) region = { buffer: new ArrayBuffer(needed), byteOffset: 0 };
    const available = region.buffer.byteLength - region.byteOffset;
    if ((region.byteOffset & 3) !== 0 || available < needed) {
      const found = available + ' bytes at ' + region.byteOffset;
      const wanted = needed + ' at a multiple of 4';
      throw engineError(this.name + ' has a region of ' + found + ', needed ' + wanted);
    }
    this.words = new Int32Array(region.buffer, 0, region.buffer.byteLength >> 2);
    this.bytes = new Uint8Array(region.buffer);
    this.unitBytes = unitBytes;
    this.blockUnits = blockUnits;
    this.positionUnits = positionUnits;
    this.dataUnits = units;
    const start = region.byteOffset >> 2;
    const guarded = verified && !borrowed;
    this.headGuard = guarded ? start : -1;
    this.sums = borrowed ? new Int32Array(blocks) : this.words;
    this.sumBase = borrowed ? 0 : start + 1;
    this.base = guarded ? start + 1 + blocks : start;
    this.byteBase = this.base * 4;
    this.tailGuard = guarded ? this.base + ((units * unitBytes + 3) >> 2) : -1;
    this.strategy = VERIFICATION ? new ValidationStrategy(validationThreshold(this.level)) : null;
    this.always = VERIFICATION ? validationImportance(this.level) : 0;
    if (!borrowed) this.words.fill(0, this.base, this.base + ((units * unitBytes + 3) >> 2));
    if (guarded) this.writeGuards();
  }

  /** Whether corruption was found since the start or the last reset. */
  get isCorrupted(): boolean {
    return this.fault !== null;
  }

  /** Verifies the guard words and the next block in a round, whatever the level; nothing at None. Throws IntegrityError. */
  scrub(): void {
    if (VERIFICATION && this.level !== VerificationLevel.None) {
      this.refuseCorrupted();
      this.verifyGuards();
      this.verifyNext();
    }
  }

  /** Blocks that have a checksum now: after so many calls of `scrub` each one was verified. */
  get blockCount(): number {
    return VERIFICATION && this.level !== VerificationLevel.None ? Math.ceil(this.covered / this.blockUnits) : 0;
  }

  /**
   * Before an operation on the blocks from `first` to `last`: verifies what the level wants verified. Blocks that are not
   * covered pass. Not to be called at None.
   */
  protected verify(operation: OperationType, first: number, last: number): void {
    if (VERIFICATION) {
      this.refuseCorrupted();
      const importance = operationImportances[operation];
      const sampled = this.strategy!.shouldValidate(importance);
      if (sampled || importance >= this.always) this.verifyBlocks(first, last, sampled);
    }
  }

  /** Verifies guard words and every block. */
  protected verifyAll(): void {
    if (VERIFICATION) {
      this.refuseCorrupted();
      this.verifyGuards();
      for (let block = 0; block * this.blockUnits < this.covered; block++) this.compareBlock(block);
    }
  }

  /** Throws what was found before. */
  protected refuseCorrupted(): void {
    if (VERIFICATION && this.fault) throw this.fault;
  }

  /** Verifies a block of which at least one unit is covered. */
  protected compareBlock(block: number): void {
    if (VERIFICATION) {
      if (COUNTING) this.counts.validationOperations++;
      const found = this.sumOf(block);
      const expected = this.sums[this.sumBase + block];
      if (found === expected) return;
      this.latch(Corruption.Contents, ((block * this.blockUnits) / this.positionUnits) | 0, expected, found);
    }
  }

  /** Takes units up to `end` into the checksums as they are now. */
  protected cover(end: number): void {
    if (VERIFICATION) {
      let at = this.covered;
      while (at < end) {
        const block = (at / this.blockUnits) | 0;
        const start = block * this.blockUnits;
        const stop = start + this.blockUnits < end ? start + this.blockUnits : end;
        const sum = at === start ? EMPTY_SUM : this.sums[this.sumBase + block];
        this.sums[this.sumBase + block] =
          this.unitBytes === 1
            ? sumBytes(sum, this.bytes, this.byteBase + at, stop - at)
            : sumWords(sum, this.words, this.base + at, stop - at);
        at = stop;
      }
      this.covered = end;
    }
  }

  /** Brings the change of a covered word into the checksum of its block. */
  protected follow(word: number, before: number): void {
    if (VERIFICATION) {
      const block = (word / this.blockUnits) | 0;
      const end = (block + 1) * this.blockUnits;
      const toEnd = (end < this.covered ? end : this.covered) - word;
      const at = this.sumBase + block;
      this.sums[at] = replaceWord(this.sums[at], toEnd, before, this.words[this.base + word]);
    }
  }

  /** Makes contents and guard words as they were at first: zeros, of which none is covered. Forgets what was found. */
  protected clearStorage(): void {
    this.words.fill(0, this.base, this.base + ((this.dataUnits * this.unitBytes + 3) >> 2));
    if (VERIFICATION) {
      this.covered = 0;
      this.cursor = 0;
      this.fault = null;
      this.writeGuards();
    }
  }

  private sumOf(block: number): number {
    if (VERIFICATION) {
      const start = block * this.blockUnits;
      const left = this.covered - start;
      const count = left < this.blockUnits ? left : this.blockUnits;
      if (this.unitBytes === 1) return sumBytes(EMPTY_SUM, this.bytes, this.byteBase + start, count);
      return sumWords(EMPTY_SUM, this.words, this.base + start, count);
    }
    return EMPTY_SUM;
  }

  private verifyBlocks(first: number, last: number, sampled: boolean): void {
    if (VERIFICATION) {
      this.verifyGuards();
      for (let block = first; block <= last && block * this.blockUnits < this.covered; block++)
        this.compareBlock(block);
      if (sampled) this.verifyNext();
    }
  }

  private verifyNext(): void {
    if (VERIFICATION && this.covered > 0) {
      if (this.cursor * this.blockUnits >= this.covered) this.cursor = 0;
      this.cursor++;
      this.compareBlock(this.cursor - 1);
    }
  }

  private writeGuards(): void {
    if (VERIFICATION && this.headGuard >= 0) {
      this.words[this.headGuard] = GUARD;
      this.words[this.tailGuard] = GUARD;
    }
  }

  private verifyGuards(): void {
    if (VERIFICATION && this.headGuard >= 0) {
      const head = this.words[this.headGuard];
      if (head !== GUARD) this.latch(Corruption.HeadGuard, -1, GUARD, head);
      const tail = this.words[this.tailGuard];
      if (tail !== GUARD) this.latch(Corruption.TailGuard, (this.dataUnits / this.positionUnits) | 0, GUARD, tail);
    }
  }

  private latch(part: Corruption, position: number, expected: number, found: number): void {
    if (VERIFICATION) {
      const fault = integrityError(this.name, part, position, expected, found);
      this.fault = fault;
      throw fault;
    }
  }
}
