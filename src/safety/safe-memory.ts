// Byte memory that can grow up to its capacity, with a checksum for each block.

import { capacityError } from '../errors.js';
import { GuardedBytes, type MemoryOptions, regionOfBytes } from './guarded-bytes.js';
import { type Region, regionBytes } from './guarded-storage.js';
import { OperationType } from './operation-type.js';
import { emptySlice, type SafeSlice, type SliceSource } from './safe-slice.js';
import { DEFAULT_VERIFICATION, type VerificationLevel } from './verification-level.js';

export class SafeMemory extends GuardedBytes implements SliceSource {
  constructor(capacity: number, level: VerificationLevel, options: MemoryOptions | undefined, borrowed: Region | null) {
    super('SafeMemory', capacity, level, options, borrowed);
  }

  /** A memory of zeros that can have up to `capacity` bytes, at the level of the build. */
  static withCapacity(capacity: number, options?: MemoryOptions): SafeMemory {
    return create(capacity, DEFAULT_VERIFICATION, options, null);
  }

  static withCapacityAndVerification(capacity: number, level: VerificationLevel, options?: MemoryOptions): SafeMemory {
    return create(capacity, level, options, null);
  }

  /**
   * The memory that `bytes` shows, with its contents. Its start and length must be multiples of 4. It has no guard words;
   * what does not write through this memory is taken for corruption.
   */
  static over(bytes: Uint8Array, level: VerificationLevel, options?: MemoryOptions): SafeMemory {
    return create(bytes.length, level, options, regionOfBytes(bytes));
  }

  /** Bytes of a region for a memory of this capacity. */
  static bytesFor(capacity: number, level: VerificationLevel): number {
    return regionBytes((capacity + 3) >> 2, 1, level);
  }

  /** `bytes` more, zeros unless they were borrowed. Returns the length before. Throws CapacityError, BoundsError. */
  grow(bytes: number): number {
    if (bytes >>> 0 !== bytes) this.refuse(bytes);
    const before = this.length;
    const after = before + bytes;
    if (after > this.capacity) throw capacityError(this.name, after, this.capacity, -1);
    this.beforeRange(OperationType.MemoryGrow, before >>> 2, after >>> 2);
    this.setLength(after);
    if (after > this.highest) this.highest = after;
    return before;
  }

  /** `count` bytes from `start` on, verified at any level but None; `into` is a slice to use again. */
  getSlice(start: number, count: number, into?: SafeSlice): SafeSlice {
    const slice = into ? into : emptySlice();
    slice.assign(this, start, count);
    return slice;
  }
}

// Outside of the class: bundled, its name would be that of a class expression, which its methods do not see in Espruino.
function create(
  capacity: number,
  level: VerificationLevel,
  options: MemoryOptions | undefined,
  borrowed: Region | null,
): SafeMemory {
  return new SafeMemory(capacity, level, options, borrowed);
}
