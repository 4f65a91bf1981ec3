// Bytes with a checksum for each block, which every store updates.

import { capacityError, engineError } from '../errors.js';
import { boundsError } from './bounds-error.js';
import { COUNTING, VERIFICATION } from './build.js';
import { BLOCK_WORDS, type CollectionOptions, GuardedStorage, type Region } from './guarded-storage.js';
import { OperationType } from './operation-type.js';
import { VerificationLevel } from './verification-level.js';

export interface MemoryOptions extends CollectionOptions {
  /** Bytes at first; the capacity without it. */
  length?: number;
}

/** Bytes of a block. */
export const BLOCK_BYTES = BLOCK_WORDS * 4;
export const BLOCK_SHIFT = 6;

const scratchWords = new Int32Array(2);
const scratchBytes = new Uint8Array(scratchWords.buffer);
const scratchFloat32 = new Float32Array(scratchWords.buffer);
const scratchFloat64 = new Float64Array(scratchWords.buffer);

/** Where `bytes` lie, whose start and length must be multiples of 4. */
export function regionOfBytes(bytes: Uint8Array): Region {
  if ((bytes.length & 3) !== 0) {
    throw engineError(bytes.length + ' bytes are not a multiple of 4');
  }
  return { buffer: bytes.buffer as ArrayBuffer, byteOffset: bytes.byteOffset };
}

/** Little-endian, addresses in bytes, no alignment needed. Loads and stores throw BoundsError and IntegrityError. */
export class GuardedBytes extends GuardedStorage {
  /** Bytes. */
  readonly capacity: number;
  /** Bytes that can be accessed now. */
  length: number;
  private readonly initialLength: number;
  protected highest: number;

  constructor(
    name: string,
    capacity: number,
    level: VerificationLevel,
    options: MemoryOptions | undefined,
    borrowed: Region | null,
  ) {
    // Positions are bytes, a quarter of a word.
    super(name, level, options, (capacity + 3) >> 2, 4, BLOCK_WORDS, 1 / 4, borrowed);
    this.capacity = capacity;
    const length = options && options.length !== undefined ? options.length : capacity;
    if (length > capacity) throw capacityError(this.name, length, capacity, -1);
    this.length = length;
    this.initialLength = length;
    this.highest = length;
    this.coverAll();
  }

  /** The most bytes that there were since the start or the last reset. */
  get highWaterMark(): number {
    return this.highest;
  }

  loadU8(address: number): number {
    this.beforeAccess(OperationType.MemoryRead, address, 1);
    return this.bytes[this.byteBase + address];
  }

  loadU16(address: number): number {
    this.beforeAccess(OperationType.MemoryRead, address, 2);
    const at = this.byteBase + address;
    return this.bytes[at] | (this.bytes[at + 1] << 8);
  }

  /** Signed. */
  loadI32(address: number): number {
    this.beforeAccess(OperationType.MemoryRead, address, 4);
    if ((address & 3) === 0) return this.words[this.base + (address >> 2)];
    this.fetch(address, 4);
    return scratchWords[0];
  }

  loadF32(address: number): number {
    this.beforeAccess(OperationType.MemoryRead, address, 4);
    this.fetch(address, 4);
    return scratchFloat32[0];
  }

  loadF64(address: number): number {
    this.beforeAccess(OperationType.MemoryRead, address, 8);
    this.fetch(address, 8);
    return scratchFloat64[0];
  }

  /** The lower 8 bits of `value`. */
  storeU8(address: number, value: number): void {
    this.beforeAccess(OperationType.MemoryWrite, address, 1);
    scratchWords[0] = value;
    this.put(address, 1);
  }

  /** The lower 16 bits of `value`. */
  storeU16(address: number, value: number): void {
    this.beforeAccess(OperationType.MemoryWrite, address, 2);
    scratchWords[0] = value;
    this.put(address, 2);
  }

  storeI32(address: number, value: number): void {
    this.beforeAccess(OperationType.MemoryWrite, address, 4);
    if ((address & 3) === 0) {
      this.putWord(address >> 2, value | 0);
      return;
    }
    scratchWords[0] = value;
    this.put(address, 4);
  }

  storeF32(address: number, value: number): void {
    this.beforeAccess(OperationType.MemoryWrite, address, 4);
    scratchFloat32[0] = value;
    this.put(address, 4);
  }

  storeF64(address: number, value: number): void {
    this.beforeAccess(OperationType.MemoryWrite, address, 8);
    scratchFloat64[0] = value;
    this.put(address, 8);
  }

  /** As `loadU8`. */
  get(index: number): number {
    return this.loadU8(index);
  }

  /** As `storeU8`. */
  set(index: number, value: number): void {
    this.storeU8(index, value);
  }

  /** The byte at `index`, which must exist, as it is. */
  getUnchecked(index: number): number {
    return this.bytes[this.byteBase + index];
  }

  /** Verifies the blocks of `count` bytes from `start` on, and the guard words. Throws BoundsError unless there are so many. */
  verifyRange(start: number, count: number): void {
    if (start >>> 0 !== start || count >>> 0 !== count || start + count > this.length) this.refuse(start + count - 1);
    if (COUNTING) this.counts.memoryOperations++;
    if (VERIFICATION && this.level !== VerificationLevel.None && count > 0) {
      this.verify(OperationType.CollectionSlice, start >> BLOCK_SHIFT, (start + count - 1) >> BLOCK_SHIFT);
    }
  }

  /** Verifies the `BLOCK_BYTES` bytes from `index * BLOCK_BYTES` on; nothing at None. Throws IntegrityError. */
  verifyBlock(index: number): void {
    if (VERIFICATION && this.level !== VerificationLevel.None) {
      this.refuseCorrupted();
      if (index >>> 0 !== index || index * BLOCK_WORDS >= this.covered) this.refuse(index * BLOCK_BYTES);
      this.compareBlock(index);
    }
  }

  /** Verifies guard words and all blocks, at any level but None. */
  validate(): void {
    if (VERIFICATION && this.level !== VerificationLevel.None) this.verifyAll();
  }

  /** Zeros, as many as at first, whatever was found. */
  reset(): void {
    this.length = this.initialLength;
    this.highest = this.length;
    this.clearStorage();
    this.coverAll();
  }

  private coverAll(): void {
    if (VERIFICATION && this.level !== VerificationLevel.None) this.cover((this.capacity + 3) >> 2);
  }

  private beforeAccess(operation: OperationType, address: number, size: number): void {
    if (address >>> 0 !== address || address + size > this.length) this.refuse(address);
    if (COUNTING) this.counts.memoryOperations++;
    if (VERIFICATION && this.level !== VerificationLevel.None) {
      this.verify(operation, address >> BLOCK_SHIFT, (address + size - 1) >> BLOCK_SHIFT);
    }
  }

  private fetch(address: number, size: number): void {
    const at = this.byteBase + address;
    for (let byte = 0; byte < size; byte++) scratchBytes[byte] = this.bytes[at + byte];
  }

  /** Stores the first `size` bytes of the scratch word by word, so that the checksum sees each word before and after. */
  private put(address: number, size: number): void {
    if (VERIFICATION && this.level !== VerificationLevel.None) {
      let byte = 0;
      while (byte < size) {
        const word = (address + byte) >> 2;
        const before = this.words[this.base + word];
        const end = word * 4 + 4 - address;
        const stop = end < size ? end : size;
        for (; byte < stop; byte++) this.bytes[this.byteBase + address + byte] = scratchBytes[byte];
        this.follow(word, before);
      }
    } else {
      const at = this.byteBase + address;
      for (let byte = 0; byte < size; byte++) this.bytes[at + byte] = scratchBytes[byte];
    }
  }

  private putWord(word: number, value: number): void {
    const before = this.words[this.base + word];
    this.words[this.base + word] = value;
    if (VERIFICATION && this.level !== VerificationLevel.None) this.follow(word, before);
  }

  protected refuse(address: number): never {
    throw boundsError(this.name, address, this.length);
  }
}
