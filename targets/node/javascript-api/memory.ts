// WebAssembly.Memory (JavaScript interface, 5.3).

import { grownBuffer, Place, type Store } from './store.js';
import { unsignedLong } from './value.js';

const PAGE = 65536;
const MOST_PAGES = 65536;

export interface MemoryDescriptor {
  /** In pages of 64 KiB. */
  initial: number;
  maximum?: number;
}

export class Memory {
  #place: Place | null = null;
  /** Of a memory that no instance has imported yet. */
  #ownBuffer = new ArrayBuffer(0);
  #ownMaximum = -1;

  /** Throws a TypeError or RangeError for a descriptor that makes no sense, or when there is not so much memory. */
  constructor(descriptor: MemoryDescriptor) {
    if (descriptor instanceof Place) {
      this.#place = descriptor;
      return;
    }
    if (typeof descriptor !== 'object' || descriptor === null) throw new TypeError('a Memory needs a descriptor');
    if ((descriptor as { shared?: boolean }).shared) throw new TypeError('shared memory is not supported');
    const initial = unsignedLong(descriptor.initial, 'initial');
    const maximum = descriptor.maximum === undefined ? -1 : unsignedLong(descriptor.maximum, 'maximum');
    if (initial > MOST_PAGES || maximum > MOST_PAGES) throw new RangeError(`a Memory has at most ${MOST_PAGES} pages`);
    if (maximum >= 0 && maximum < initial) throw new RangeError('maximum is less than initial');
    this.#ownBuffer = new ArrayBuffer(initial * PAGE);
    this.#ownMaximum = maximum;
  }

  get [Symbol.toStringTag](): string {
    return 'WebAssembly.Memory';
  }

  /** As long as the memory; another one after it has grown, and the old one is detached. */
  get buffer(): ArrayBuffer {
    return this.#place ? this.#place.store.engine.memoryBuffer : this.#ownBuffer;
  }

  /** Grows by pages of 64 KiB; returns the old number of pages. Throws a RangeError if there is not so much memory. */
  grow(delta: number): number {
    const place = this.#place;
    const pages = unsignedLong(delta, 'delta');
    if (place) return growBound(place, pages);
    const old = this.#ownBuffer.byteLength / PAGE;
    const most = this.#ownMaximum < 0 ? MOST_PAGES : this.#ownMaximum;
    if (old + pages > most) throw new RangeError(`the memory cannot grow from ${old} by ${pages} pages`);
    const buffer = grownBuffer(this.#ownBuffer, (old + pages) * PAGE);
    if (!buffer) throw new RangeError(`there is no memory for ${old + pages} pages`);
    this.#ownBuffer = buffer;
    return old;
  }

  /** The store that has it, null before it is imported. */
  get owner(): Store | null {
    return this.#place?.store ?? null;
  }

  /** Address in its store. */
  get index(): number {
    return this.#place ? this.#place.address : -1;
  }

  /** Puts it into a store whose memory buffer is its own. */
  define(store: Store, module: string, name: string): void {
    const buffer = this.#ownBuffer;
    const contents = new Uint8Array(buffer).slice();
    const address = store.engine.defineMemory(module, name, buffer.byteLength / PAGE, this.#ownMaximum);
    // Defining clears it.
    new Uint8Array(buffer).set(contents);
    this.#place = new Place(store, address);
    store.memories.set(address, this);
  }

  /** Takes it out of a store in which nothing has run. */
  release(): void {
    this.#place = null;
  }
}

function growBound({ store: { engine }, address }: Place, pages: number): number {
  const old = engine.grow(address, pages);
  if (old < 0) {
    throw new RangeError(`the memory cannot grow from ${engine.memoryPages(address)} by ${pages} pages`);
  }
  if (pages === 0) {
    const buffer = grownBuffer(engine.memoryBuffer, engine.memoryBuffer.byteLength);
    if (buffer) engine.replaceMemory(buffer);
  }
  return old;
}

/** The object of a memory that an instance has. */
export function memoryAt(store: Store, address: number): Memory {
  let memory = store.memories.get(address);
  if (!memory) {
    memory = new Memory(new Place(store, address) as never);
    store.memories.set(address, memory);
  }
  return memory;
}
