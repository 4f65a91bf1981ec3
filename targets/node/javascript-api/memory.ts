// WebAssembly.Memory (JavaScript interface, 5.3).

import {
  type AddressType,
  addressValue,
  type MemoryDescriptor,
  readMemoryDescriptor,
  sizeValue,
} from './descriptors.js';
import { LinkError } from './errors.js';
import { defineInterface } from './interface.js';
import { grownBuffer, Place, type Store } from './store.js';

const PAGE = 65536;
const MOST_PAGES = 65536;

/** Whether a value is a Memory, and not only one by its prototype. */
export let isMemory: (value: unknown) => value is Memory;

export class Memory {
  static {
    isMemory = (value): value is Memory => typeof value === 'object' && value !== null && #place in value;
  }

  #place: Place | null = null;
  /** The bytes of a memory that no instance has imported yet. */
  #ownBuffer = new ArrayBuffer(0);
  #ownMaximum = -1;
  #address: AddressType = 'i32';

  /** Throws a TypeError or RangeError for a descriptor that makes no sense, or when there is not so much memory. */
  constructor(descriptor: MemoryDescriptor) {
    const place: unknown = descriptor;
    if (place instanceof Place) {
      this.#place = place;
      return;
    }
    const { address, initial, maximum } = readMemoryDescriptor(descriptor, MOST_PAGES);
    this.#address = address;
    this.#ownBuffer = new ArrayBuffer(initial * PAGE);
    this.#ownMaximum = maximum;
  }

  /** A buffer of the memory's length. After the memory has grown it is another one, and the old one is detached. */
  get buffer(): ArrayBuffer {
    return this.#place ? this.#place.store.engine.memoryBuffer : this.#ownBuffer;
  }

  /** Grows by pages of 64 KiB; returns the old number of pages. Throws a RangeError if there is not so much memory. */
  grow(delta: number | bigint): number | bigint {
    const address = this.#address;
    const pages = addressValue(delta, address, 'delta');
    return sizeValue(this.#place ? growBound(this.#place, pages) : this.#growUnbound(pages), address);
  }

  #growUnbound(pages: number): number {
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
    if (this.#address === 'i64') throw new LinkError(`import "${module}" "${name}": 64-bit memories are not supported`);
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

defineInterface(Memory, 'Memory', ['buffer', 'grow']);

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
