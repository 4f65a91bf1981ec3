// The memory of one collection: a region of typed-array words between two guard words, with a checksum for each block of 16 words.
//
// An operation pays a countdown and a branch. Reads have one count. Stores have a count for each block, whose sign bit says that the
// block's checksum holds. The first store into such a block verifies the block and clears the bit: from then on, until the block is
// verified, its checksum is out of date, and a damaged word is taken for a stored one. When a count is used up, the block of the
// operation is verified or summed anew, and so is the next block in a round. Blocks are interleaved by four, so that neighbouring
// stores do not wait for the same count.

import { engineError } from '../errors.js';
import { COUNTING, VERIFICATION } from './build.js';
import { Corruption, type IntegrityError, integrityError } from './integrity-error.js';
import { type CountedOwner, OperationCounts } from './operation-counts.js';
import { type OperationType, operationImportances } from './operation-type.js';
import { effectiveLevel, VerificationLevel, validationImportance, validationInterval } from './verification-level.js';

/** The place of a collection: it takes `bytesFor` bytes from `byteOffset` on, which is a multiple of 4. */
export interface Region {
  buffer: ArrayBuffer;
  byteOffset: number;
}

export interface CollectionOptions {
  /** The collection's name in errors. */
  name?: string;
  /** Without one, the collection allocates its memory. */
  region?: Region;
  /** Without one, the collection counts for itself. */
  counts?: OperationCounts;
}

/** Words of a block, unless one cell has more: what one verification reads. */
const BLOCK_WORDS = 16;

const GUARD = 0x5afec0de;
const GUARD_WORDS = 2;
/** Blocks that are interleaved: cell n of a group belongs to its block n % 4. */
const INTERLEAVED = 4;
/** Flag of a count: the checksum of the block holds. */
const CLEAN = -0x80000000;

/** log2 of the cells of a block: as many as fit into it, at least one. */
function blockShiftOf(cellWords: number): number {
  let shift = 0;
  while (cellWords << (shift + 1) <= BLOCK_WORDS) shift++;
  return shift;
}

/** Blocks of this many cells: groups of four. */
function blocksOf(cells: number, cellWords: number): number {
  return Math.ceil(cells / (INTERLEAVED << blockShiftOf(cellWords))) * INTERLEAVED;
}

/** Bytes of a region for `cells` cells of `cellWords` words, with checksums and guard words if any. */
export function regionBytes(cells: number, cellWords: number, level: VerificationLevel): number {
  const words = cells * cellWords;
  if (effectiveLevel(level) === VerificationLevel.None) return words * 4;
  return (words + blocksOf(cells, cellWords) + GUARD_WORDS) * 4;
}

/**
 * Corruption of a block whose checksum holds is found within `validationInterval` * (2 * `blockCount` + 1) operations of the same
 * collection, by the first store into the block, and by `validate` at once.
 */
export class GuardedStorage implements CountedOwner {
  readonly name: string;
  readonly level: VerificationLevel;
  readonly counts: OperationCounts;
  readonly isMemory: boolean;
  /** The contents. */
  protected readonly words: Int32Array;
  protected readonly bytes: Uint8Array;
  /** Words of a cell: an element, a slot, or a word of bytes. */
  protected readonly cellWords: number;
  /** Cell n belongs to block `(n >>> groupShift) * 4 + (n & 3)`. At None there is one group. */
  protected readonly groupShift: number;
  /** For each block: the stores until it is verified, and CLEAN. */
  private readonly remaining: Int32Array;
  /** The reads until a block is verified. */
  private readonly readsLeft: Int32Array;
  private readonly interval: number;
  private readonly cells: number;
  private readonly blocks: number;
  private readonly sums: Int32Array;
  private readonly guards: Int32Array | null;
  private readonly always: number;
  /** Positions, which errors name, of a cell: 1, or 4 where a cell is a word of bytes. */
  private readonly cellPositions: number;
  /** Operations of the intervals that are over, and of those that no countdown counts. */
  private counted = 0;
  /** Cells that are written without a word: the checksums of their blocks cannot hold. */
  private openFrom = 0;
  private openEnd = 0;
  /** The block that is verified next in the round. */
  private cursor = 0;
  /** The error that was found. Every checked operation throws it until `reset`. */
  private fault: IntegrityError | null = null;

  /** `borrowed`: the contents lie in this region, without guard words, and only the checksums are allocated. */
  constructor(
    name: string,
    level: VerificationLevel,
    options: CollectionOptions | undefined,
    cells: number,
    cellWords: number,
    cellPositions: number,
    isMemory: boolean,
    borrowed: Region | null,
  ) {
    const given = options ? options : {};
    this.name = given.name ? given.name : name;
    this.level = effectiveLevel(level);
    this.counts = given.counts ? given.counts : new OperationCounts();
    this.isMemory = isMemory;
    const verified = VERIFICATION && this.level !== VerificationLevel.None;
    const dataWords = cells * cellWords;
    const needed = borrowed ? dataWords * 4 : regionBytes(cells, cellWords, level);
    let region = borrowed;
    if (!region && given.region) region = given.region;
    if (!region) region = { buffer: new ArrayBuffer(needed), byteOffset: 0 };
    const buffer = region.buffer;
    const byteOffset = region.byteOffset;
    const available = buffer.byteLength - byteOffset;
    if ((byteOffset & 3) !== 0 || available < needed) {
      const found = available + ' bytes at ' + byteOffset;
      const wanted = needed + ' at a multiple of 4';
      throw engineError(this.name + ' has a region of ' + found + ', needed ' + wanted);
    }
    this.cells = cells;
    this.cellWords = cellWords;
    this.cellPositions = cellPositions;
    this.groupShift = verified ? blockShiftOf(cellWords) + 2 : 31;
    this.blocks = verified ? blocksOf(cells, cellWords) : 0;
    const guarded = verified && !borrowed;
    const start = byteOffset + (guarded ? (1 + this.blocks) * 4 : 0);
    this.words = new Int32Array(buffer, start, dataWords);
    this.bytes = new Uint8Array(buffer, start, dataWords * 4);
    this.sums = guarded ? new Int32Array(buffer, byteOffset + 4, this.blocks) : new Int32Array(this.blocks);
    this.guards = guarded ? new Int32Array(buffer, byteOffset, needed >> 2) : null;
    this.interval = validationInterval(this.level);
    this.always = VERIFICATION ? validationImportance(this.level) : 0;
    this.remaining = new Int32Array(verified ? this.blocks : INTERLEAVED);
    this.readsLeft = new Int32Array(1);
    if (COUNTING) this.counts.include(this);
    if (!borrowed) this.words.fill(0);
    this.begin();
  }

  /** Whether corruption was found since the start or the last reset. */
  get isCorrupted(): boolean {
    return this.fault !== null;
  }

  /** Operations since it was made. */
  operationCount(): number {
    if (this.fault) return this.counted;
    let count = this.counted + this.interval - this.readsLeft[0];
    for (let block = 0; block < this.remaining.length; block++) {
      count += this.interval - (this.remaining[block] & 0x7fffffff);
    }
    return count;
  }

  /** Verifies the guard words and the next block in a round, whatever the level; nothing at None. Throws IntegrityError. */
  scrub(): void {
    if (VERIFICATION && this.level !== VerificationLevel.None) {
      this.refuseCorrupted();
      this.verifyGuards();
      this.verifyNext();
    }
  }

  /** Blocks that have a checksum: after so many calls of `scrub` each one was verified. */
  get blockCount(): number {
    return this.blocks;
  }

  /** The block of a cell. */
  protected blockOf(cell: number): number {
    return (cell >>> this.groupShift) * 4 + (cell & 3);
  }

  /** Before a cell is read. Throws IntegrityError. */
  protected beforeRead(cell: number): void {
    const left = this.readsLeft[0] - 1;
    this.readsLeft[0] = left;
    if (left === 0) this.afterReads(cell);
  }

  /** Before a cell is written. Throws IntegrityError. */
  protected beforeWrite(cell: number): void {
    const block = (cell >>> this.groupShift) * 4 + (cell & 3);
    const left = (this.remaining[block] - 1) | 0;
    // Written on both ways: V8 keeps more in registers than with a way for each.
    this.remaining[block] = left;
    if (left <= 0) this.beforeFirstWrite(block, left);
  }

  /** Before a further cell is written by an operation that has been counted. */
  protected beforeFurtherWrite(cell: number): void {
    if (VERIFICATION) {
      const block = (cell >>> this.groupShift) * 4 + (cell & 3);
      if (this.remaining[block] < 0) this.open(block);
    }
  }

  /**
   * Cells up to `end` may be written without a word from now on, until `validate`: the checksums of their blocks do not hold.
   * Throws IntegrityError.
   */
  protected openCells(first: number, end: number): void {
    if (VERIFICATION && this.level !== VerificationLevel.None) {
      const last = (end - 1) >> this.groupShift;
      for (let block = (first >>> this.groupShift) * 4; block < (last + 1) * 4 && block < this.blocks; block++) {
        if (this.remaining[block] < 0) this.open(block);
      }
      if (this.openEnd === 0) this.openFrom = first;
      else if (first < this.openFrom) this.openFrom = first;
      if (end > this.openEnd) this.openEnd = end;
    }
  }

  /** Counts operations that belong to no cell. */
  protected count(operations: number): void {
    if (COUNTING) this.counted += operations;
  }

  /** Before an operation on the cells from `first` to `last`, maybe none, that is as rare as it is important. */
  protected beforeRange(operation: OperationType, first: number, last: number): void {
    this.count(1);
    if (VERIFICATION && this.level !== VerificationLevel.None) {
      this.refuseCorrupted();
      if (operationImportances[operation] >= this.always) this.verifyRangeOfCells(first, last);
    }
  }

  /** Verifies guard words and every block. */
  protected verifyAll(): void {
    if (VERIFICATION) {
      this.refuseCorrupted();
      this.verifyGuards();
      this.openEnd = 0;
      for (let block = 0; block < this.blocks; block++) this.verifyOrSum(block);
    }
  }

  /** Makes contents and guard words as they were at first: zeros. Forgets what was found. */
  protected clearStorage(): void {
    this.words.fill(0);
    this.counted = this.operationCount();
    this.fault = null;
    this.begin();
  }

  private begin(): void {
    this.cursor = 0;
    this.openEnd = 0;
    this.readsLeft[0] = this.interval;
    this.remaining.fill(this.blocks === 0 ? this.interval : this.interval | CLEAN);
    if (VERIFICATION) {
      for (let block = 0; block < this.blocks; block++) this.sums[block] = this.sumOf(block);
      if (this.guards) {
        this.guards[0] = GUARD;
        this.guards[this.guards.length - 1] = GUARD;
      }
    }
  }

  private beforeFirstWrite(block: number, left: number): void {
    if ((left & 0x7fffffff) === 0) {
      // The block is still as it was marked: the countdown did not change the sign.
      this.expire(block);
      this.counted += this.interval;
      this.remaining[block] = this.interval;
    } else if (VERIFICATION) {
      this.open(block);
      this.remaining[block] = left & 0x7fffffff;
    }
  }

  /** Verifies a block whose checksum holds, which it does not from now on. */
  private open(block: number): void {
    if (VERIFICATION) {
      this.compare(block);
      this.remaining[block] &= 0x7fffffff;
    }
  }

  private afterReads(cell: number): void {
    this.expire(this.blockOf(cell));
    this.counted += this.interval;
    this.readsLeft[0] = this.interval;
  }

  /** A count is used up: verifies the guard words, the block, and the next one in the round. */
  private expire(block: number): void {
    if (VERIFICATION && this.level !== VerificationLevel.None) {
      if (this.fault) this.useUpCounts();
      this.refuseCorrupted();
      this.verifyGuards();
      this.verifyOrSum(block);
      this.verifyNext();
    }
  }

  /** The next operation uses its count up, and throws what was found. */
  private useUpCounts(): void {
    this.remaining.fill(1);
    this.readsLeft[0] = 1;
  }

  protected refuseCorrupted(): void {
    if (VERIFICATION && this.fault) throw this.fault;
  }

  private verifyRangeOfCells(first: number, last: number): void {
    if (VERIFICATION) {
      this.verifyGuards();
      if (last < first) return;
      const from = first >>> this.groupShift;
      const to = last >>> this.groupShift;
      // A caller may need few cells of a group. Its other blocks add little, so verify all four.
      for (let block = from * INTERLEAVED; block < (to + 1) * INTERLEAVED && block < this.blocks; block++)
        this.verifyOrSum(block);
    }
  }

  private verifyNext(): void {
    if (VERIFICATION && this.blocks > 0) {
      const block = this.cursor;
      this.cursor = block + 1 === this.blocks ? 0 : block + 1;
      this.verifyOrSum(block);
    }
  }

  /** Verifies a block if its checksum holds, else makes it hold. */
  private verifyOrSum(block: number): void {
    if (VERIFICATION) {
      if (this.remaining[block] < 0) this.compare(block);
      else if (!this.isOpen(block)) {
        if (COUNTING) this.counts.validationOperations++;
        this.sums[block] = this.sumOf(block);
        this.remaining[block] |= CLEAN;
      }
    }
  }

  private isOpen(block: number): boolean {
    const group = block >> 2;
    return group >= this.openFrom >>> this.groupShift && group <= (this.openEnd - 1) >> this.groupShift;
  }

  private compare(block: number): void {
    if (VERIFICATION) {
      if (COUNTING) this.counts.validationOperations++;
      const found = this.sumOf(block);
      const expected = this.sums[block];
      if (found !== expected)
        this.latch(Corruption.Contents, this.firstCell(block) * this.cellPositions, expected, found);
    }
  }

  private firstCell(block: number): number {
    return ((block >> 2) << this.groupShift) + (block & (INTERLEAVED - 1));
  }

  /** The sum of a block's words modulo 2^32. */
  private sumOf(block: number): number {
    const first = this.firstCell(block);
    const end = first + (1 << this.groupShift);
    if (this.cellWords === 1 && end <= this.cells) return sumOfSixteen(this.words, first);
    let sum = 0;
    for (let cell = first; cell < end && cell < this.cells; cell += INTERLEAVED) {
      const behind = (cell + 1) * this.cellWords;
      for (let word = cell * this.cellWords; word < behind; word++) sum = (sum + this.words[word]) | 0;
    }
    return sum;
  }

  private verifyGuards(): void {
    if (VERIFICATION && this.guards) {
      const head = this.guards[0];
      if (head !== GUARD) this.latch(Corruption.HeadGuard, -1, GUARD, head);
      const tail = this.guards[this.guards.length - 1];
      if (tail !== GUARD) this.latch(Corruption.TailGuard, this.cells * this.cellPositions, GUARD, tail);
    }
  }

  private latch(part: Corruption, position: number, expected: number, found: number): void {
    if (VERIFICATION) {
      this.counted = this.operationCount();
      const fault = integrityError(this.name, part, position, expected, found);
      this.fault = fault;
      this.useUpCounts();
      throw fault;
    }
  }
}

/** Every fourth word from `at` on: written out, because it is most of what verification costs. */
function sumOfSixteen(words: Int32Array, at: number): number {
  return (
    (words[at] +
      words[at + 4] +
      words[at + 8] +
      words[at + 12] +
      words[at + 16] +
      words[at + 20] +
      words[at + 24] +
      words[at + 28] +
      words[at + 32] +
      words[at + 36] +
      words[at + 40] +
      words[at + 44] +
      words[at + 48] +
      words[at + 52] +
      words[at + 56] +
      words[at + 60]) |
    0
  );
}
