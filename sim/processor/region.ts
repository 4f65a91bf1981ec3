// A part of the address space that a program may use, with what it may do there.

import { hex } from './fault.js';

export interface RegionOptions {
  name: string;
  /** The first address, a multiple of 4. */
  base: number;
  /** A number of zero bytes, or the bytes: kept, not copied. They have to start at a multiple of 4 of their buffer. */
  contents: number | Uint8Array;
  /** Some of r (read), w (write) and x (execute). */
  access: 'r' | 'rw' | 'rx' | 'x' | 'rwx';
  /** Asked before an access beyond the size is refused: how large the region is by now. For memory that code grows itself. */
  currentSize?(): number;
}

export class Region {
  readonly name: string;
  readonly base: number;
  readonly canRead: boolean;
  readonly canWrite: boolean;
  readonly canExecute: boolean;
  /** All bytes, beyond `size` too. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly words: Int32Array;
  readonly halfwords: Uint16Array;
  /** In bytes: accesses beyond fail. */
  private bound: number;
  /** `size`, or 0 where reads or writes are forbidden. */
  readable: number;
  writable: number;

  private readonly currentSize: (() => number) | undefined;

  constructor({ name, base, contents, access, currentSize }: RegionOptions) {
    const given = typeof contents === 'number' ? contents : contents.length;
    if (base % 4 !== 0) throw new RangeError(`region ${name} starts at ${hex(base)}, which is no multiple of 4`);
    if (typeof contents !== 'number' && contents.byteOffset % 4 !== 0)
      throw new RangeError(`the bytes of region ${name} do not start at a multiple of 4 of their buffer`);
    this.name = name;
    this.currentSize = currentSize;
    this.base = base >>> 0;
    this.bytes = typeof contents === 'number' ? new Uint8Array((contents + 3) & ~3) : contents;
    const { buffer, byteOffset } = this.bytes;
    this.view = new DataView(buffer, byteOffset, this.bytes.length);
    this.words = new Int32Array(buffer, byteOffset, this.bytes.length >> 2);
    this.halfwords = new Uint16Array(buffer, byteOffset, this.bytes.length >> 1);
    this.canRead = access.includes('r');
    this.canWrite = access.includes('w');
    this.canExecute = access.includes('x');
    this.bound = given;
    this.readable = this.canRead ? given : 0;
    this.writable = this.canWrite ? given : 0;
  }

  get size(): number {
    return this.bound;
  }

  /** Grows or shrinks what may be accessed, up to the bytes that are there. */
  resize(size: number): void {
    if (size < 0 || size > this.bytes.length)
      throw new RangeError(`region ${this.name} has ${this.bytes.length} bytes, not ${size}`);
    this.bound = size;
    this.readable = this.canRead ? size : 0;
    this.writable = this.canWrite ? size : 0;
  }

  /** Takes over the size that the region has by now. */
  refresh(): void {
    if (this.currentSize) this.resize(this.currentSize());
  }
}
