// WebAssembly.Memory (JavaScript interface, 5.3).

import { grownBuffer, type Store } from './store.js';
import { unsignedLong } from './value.js';

const PAGE = 65536;
const MOST_PAGES = 65536;

export interface MemoryDescriptor {
  /** In pages of 64 KiB. */
  initial: number;
  maximum?: number;
}

export class Memory {
  private store: Store | null = null;
  private address = -1;
  /** Of a memory that no instance has imported yet. */
  private ownBuffer: ArrayBuffer | null;
  private readonly ownMaximum: number;

  /** Throws a TypeError or RangeError for a descriptor that makes no sense, or when there is not so much memory. */
  constructor(descriptor: MemoryDescriptor) {
    if (typeof descriptor !== 'object' || descriptor === null) throw new TypeError('a Memory needs a descriptor');
    if ((descriptor as { shared?: boolean }).shared) throw new TypeError('shared memory is not supported');
    const initial = unsignedLong(descriptor.initial, 'initial');
    const maximum = descriptor.maximum === undefined ? -1 : unsignedLong(descriptor.maximum, 'maximum');
    if (initial > MOST_PAGES || maximum > MOST_PAGES) throw new RangeError(`a Memory has at most ${MOST_PAGES} pages`);
    if (maximum >= 0 && maximum < initial) throw new RangeError('maximum is less than initial');
    this.ownBuffer = new ArrayBuffer(initial * PAGE);
    this.ownMaximum = maximum;
  }

  /** The object of a memory that an instance has. */
  static of(store: Store, address: number): Memory {
    let memory = store.memories.get(address);
    if (!memory) {
      memory = Object.create(Memory.prototype) as Memory;
      memory.bind(store, address);
    }
    return memory;
  }

  /** As long as the memory; another one after it has grown, and the old one is detached. */
  get buffer(): ArrayBuffer {
    return this.ownBuffer ?? this.store!.engine.memoryBuffer;
  }

  /** Grows by pages of 64 KiB; returns the old number of pages. Throws a RangeError if there is not so much memory. */
  grow(delta: number): number {
    const pages = unsignedLong(delta, 'delta');
    if (this.store) return this.growBound(this.store, pages);
    const old = this.buffer.byteLength / PAGE;
    const most = this.ownMaximum < 0 ? MOST_PAGES : this.ownMaximum;
    if (old + pages > most) throw new RangeError(`the memory cannot grow from ${old} by ${pages} pages`);
    const buffer = new ArrayBuffer((old + pages) * PAGE);
    new Uint8Array(buffer).set(new Uint8Array(this.buffer));
    structuredClone(this.buffer, { transfer: [this.buffer] });
    this.ownBuffer = buffer;
    return old;
  }

  private growBound({ engine }: Store, pages: number): number {
    const old = engine.grow(this.address, pages);
    if (old < 0) {
      const size = engine.memoryPages(this.address);
      throw new RangeError(`the memory cannot grow from ${size} by ${pages} pages`);
    }
    if (pages === 0) {
      const buffer = grownBuffer(engine, engine.memoryBuffer.byteLength);
      if (buffer) engine.replaceMemory(buffer);
    }
    return old;
  }

  /** The store that has it, null before it is imported. */
  get owner(): Store | null {
    return this.store;
  }

  /** Address in its store. */
  get index(): number {
    return this.address;
  }

  /** Puts it into a store whose memory buffer is its own. */
  define(store: Store, module: string, name: string): void {
    const buffer = this.buffer;
    const contents = new Uint8Array(buffer).slice();
    const address = store.engine.defineMemory(module, name, buffer.byteLength / PAGE, this.ownMaximum);
    // Defining clears it.
    new Uint8Array(buffer).set(contents);
    this.bind(store, address);
  }

  private bind(store: Store, address: number): void {
    this.store = store;
    this.address = address;
    this.ownBuffer = null;
    store.memories.set(address, this);
  }
}
