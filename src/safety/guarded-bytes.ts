// Bytes with a checksum for each block. An aligned access of a word pays a countdown and a branch; the others take a slower way.

import { capacityError, engineError } from '../errors.js';
import { boundsError } from './bounds-error.js';
import { VERIFICATION } from './build.js';
import { type CollectionOptions, GuardedStorage, type Region } from './guarded-storage.js';
import { OperationType } from './operation-type.js';
import { VerificationLevel } from './verification-level.js';

export interface MemoryOptions extends CollectionOptions {
  /** Bytes at first; the capacity without it. */
  length?: number;
}

const scratchWords = new Int32Array(2);
const scratchBytes = new Uint8Array(scratchWords.buffer);
const scratchFloat32 = new Float32Array(scratchWords.buffer);
const scratchFloat64 = new Float64Array(scratchWords.buffer);

/** Returns the region of `bytes`, whose start and length must be multiples of 4. */
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
  /** Bytes of the whole words among them. */
  private wordLimit: number;

  constructor(
    name: string,
    capacity: number,
    level: VerificationLevel,
    options: MemoryOptions | undefined,
    borrowed: Region | null,
  ) {
    super(name, level, options, (capacity + 3) >> 2, 1, 4, true, borrowed);
    this.capacity = capacity;
    const length = options && options.length !== undefined ? options.length : capacity;
    if (length > capacity) throw capacityError(this.name, length, capacity, -1);
    this.length = length;
    this.initialLength = length;
    this.highest = length;
    this.wordLimit = length & -4;
  }

  /** The most bytes that there were since the start or the last reset. */
  get highWaterMark(): number {
    return this.highest;
  }

  loadU8(address: number): number {
    if (address >>> 0 !== address || address >= this.length) this.refuse(address);
    this.beforeRead(address >>> 2);
    return this.bytes[address];
  }

  loadU16(address: number): number {
    this.beforeLoad(address, 2);
    return this.bytes[address] | (this.bytes[address + 1] << 8);
  }

  /** Signed. */
  loadI32(address: number): number {
    if (address >>> 0 === address && (address & 3) === 0 && address < this.wordLimit) {
      this.beforeRead(address >> 2);
      return this.words[address >> 2];
    }
    this.beforeLoad(address, 4);
    this.fetch(address, 4);
    return scratchWords[0];
  }

  loadF32(address: number): number {
    this.beforeLoad(address, 4);
    this.fetch(address, 4);
    return scratchFloat32[0];
  }

  loadF64(address: number): number {
    this.beforeLoad(address, 8);
    this.fetch(address, 8);
    return scratchFloat64[0];
  }

  /** The lower 8 bits of `value`. */
  storeU8(address: number, value: number): void {
    if (address >>> 0 !== address || address >= this.length) this.refuse(address);
    this.beforeWrite(address >>> 2);
    this.bytes[address] = value;
  }

  /** The lower 16 bits of `value`. */
  storeU16(address: number, value: number): void {
    scratchWords[0] = value;
    this.store(address, 2);
  }

  storeI32(address: number, value: number): void {
    if (address >>> 0 === address && (address & 3) === 0 && address < this.wordLimit) {
      this.beforeWrite(address >> 2);
      this.words[address >> 2] = value;
      return;
    }
    scratchWords[0] = value;
    this.store(address, 4);
  }

  storeF32(address: number, value: number): void {
    scratchFloat32[0] = value;
    this.store(address, 4);
  }

  storeF64(address: number, value: number): void {
    scratchFloat64[0] = value;
    this.store(address, 8);
  }

  /** An alias of `loadU8`. */
  get(index: number): number {
    return this.loadU8(index);
  }

  /** An alias of `storeU8`. */
  set(index: number, value: number): void {
    this.storeU8(index, value);
  }

  /** The byte at `index`, which must exist, as it is. */
  getUnchecked(index: number): number {
    return this.bytes[index];
  }

  /** Verifies the blocks of `count` bytes from `start` on, and the guard words. Throws BoundsError unless there are so many. */
  verifyRange(start: number, count: number): void {
    if (start >>> 0 !== start || count >>> 0 !== count || start + count > this.length) this.refuse(start + count - 1);
    if (count > 0) this.beforeRange(OperationType.CollectionSlice, start >>> 2, (start + count - 1) >>> 2);
  }

  /** Verifies guard words and all blocks, at any level but None. */
  validate(): void {
    if (VERIFICATION && this.level !== VerificationLevel.None) this.verifyAll();
  }

  /** Zeros, as many as at first, whatever was found. */
  reset(): void {
    this.setLength(this.initialLength);
    this.highest = this.length;
    this.clearStorage();
  }

  protected setLength(length: number): void {
    this.length = length;
    this.wordLimit = length & -4;
  }

  protected refuse(address: number): never {
    throw boundsError(this.name, address, this.length);
  }

  private beforeLoad(address: number, size: number): void {
    if (address >>> 0 !== address || address + size > this.length) this.refuse(address);
    this.beforeRead(address >>> 2);
  }

  private fetch(address: number, size: number): void {
    for (let byte = 0; byte < size; byte++) scratchBytes[byte] = this.bytes[address + byte];
  }

  /** Stores the first `size` bytes of the scratch. */
  private store(address: number, size: number): void {
    if (address >>> 0 !== address || address + size > this.length) this.refuse(address);
    const first = address >>> 2;
    const last = (address + size - 1) >>> 2;
    this.beforeWrite(first);
    for (let word = first + 1; word <= last; word++) this.beforeFurtherWrite(word);
    for (let byte = 0; byte < size; byte++) this.bytes[address + byte] = scratchBytes[byte];
  }
}
