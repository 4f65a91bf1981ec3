// A linear memory that translated code and a host share. Fewer bytes than its pages have may back it; accesses beyond them are out of
// bounds.

import { Trap } from '../../../src/trap.js';
import {
  type AddressType,
  addressValue,
  type MemoryDescriptor as InterfaceDescriptor,
  readMemoryDescriptor,
  sizeValue,
} from '../javascript-api/descriptors.js';
import { defineInterface } from '../javascript-api/interface.js';
import { grownBuffer } from '../javascript-api/store.js';
import { MemoryView } from './memory-view.js';
import type { TrapFunction } from './numeric.js';

const PAGE = 65536;
const MOST_PAGES = 65536;
/** The largest memory in pages of one byte. */
const MOST_SMALL_PAGES = 2 ** 32 - 1;
/** Addresses are taken for int32. */
const MOST_BYTES = 2 ** 31 - PAGE;

export interface MemoryDescriptor extends InterfaceDescriptor {
  /** Bytes of a page: 65536, or 1. */
  pageBytes?: number;
  /** At most so many bytes are there, however many pages are declared. */
  mostBytes?: number;
  /** The first address that is there, if more is declared. Default: 0. */
  start?: number;
}

/** Whether a value is a Memory, and not only one by its prototype. */
export let isMemory: (value: unknown) => value is Memory;

export class Memory {
  static {
    isMemory = (value): value is Memory => typeof value === 'object' && value !== null && #listeners in value;
  }

  pages: number;
  /** -1 for none. */
  readonly maximum: number;
  readonly pageBytes: number;
  readonly address: AddressType;
  /** The first address that exists: that of the first byte of the buffer. */
  readonly start: number;
  view: MemoryView;
  private readonly mostBytes: number;
  readonly #listeners: (() => void)[] = [];

  /** Throws a TypeError or RangeError for a descriptor that makes no sense, or when there is not so much memory. */
  constructor(descriptor: MemoryDescriptor) {
    const pageBytes = descriptor?.pageBytes ?? PAGE;
    const limits = readMemoryDescriptor(descriptor, pageBytes === PAGE ? MOST_PAGES : MOST_SMALL_PAGES);
    this.pageBytes = pageBytes;
    this.address = limits.address;
    this.pages = limits.initial;
    this.maximum = limits.maximum;
    this.mostBytes = descriptor.mostBytes ?? MOST_BYTES;
    const declared = this.pages * this.pageBytes;
    const { start = 0 } = descriptor;
    this.start = declared > start ? start : 0;
    this.view = new MemoryView(new ArrayBuffer(Math.min(declared - this.start, this.mostBytes)));
  }

  /** A buffer of the memory's length. After the memory has grown it is another one, and the old one is detached. */
  get buffer(): ArrayBuffer {
    return genuine(this).view.buffer as ArrayBuffer;
  }

  /** Grows; returns the old number of pages. Throws a RangeError if there is not so much memory. */
  grow(delta: number | bigint): number | bigint {
    const { address } = genuine(this);
    const old = this.growBy(addressValue(delta, address, 'delta'));
    if (old < 0) throw new RangeError(`the memory cannot grow from ${this.pages} by ${delta} pages`);
    return sizeValue(old, address);
  }

  /** The old number of pages, or -1. */
  growBy(delta: number): number {
    const old = this.pages;
    const pages = old + delta;
    const most = this.maximum >= 0 ? this.maximum : this.pageBytes === PAGE ? MOST_PAGES : MOST_SMALL_PAGES;
    const bytes = pages * this.pageBytes - this.start;
    if (pages > most || bytes > Math.max(this.mostBytes, this.buffer.byteLength)) return -1;
    if (delta > 0) {
      const buffer = grownBuffer(this.buffer, bytes);
      if (buffer === null) return -1;
      this.view = new MemoryView(buffer);
      this.pages = pages;
      for (const changed of this.#listeners) changed();
    }
    return old;
  }

  /** Calls `changed` whenever there is another buffer. */
  onChange(changed: () => void): void {
    this.#listeners.push(changed);
  }
}

defineInterface(Memory, 'Memory', ['buffer', 'grow']);

/** Throws a TypeError for what only looks like a Memory. */
function genuine(memory: Memory): Memory {
  if (!isMemory(memory)) throw new TypeError('the argument must be a WebAssembly.Memory');
  return memory;
}

/** The memory instructions that are more than one access. */
export function memoryFunctions(trap: TrapFunction) {
  /** Returns the offset in the buffer of the bytes from an address on. */
  function located(memory: Memory, address: number, count: number, at: number): number {
    const place = (address >>> 0) - memory.start;
    if ((place < 0 && count > 0) || place + count > memory.buffer.byteLength) trap(Trap.MemoryOutOfBounds, at);
    return place < 0 ? 0 : place;
  }
  return {
    memory_grow: (memory: Memory, delta: number): number => memory.growBy(delta >>> 0),
    memory_fill(memory: Memory, to: number, value: number, count: number, at: number): void {
      const start = located(memory, to, count >>> 0, at);
      new Uint8Array(memory.buffer).fill(value, start, start + (count >>> 0));
    },
    memory_copy(memory: Memory, to: number, from: number, count: number, at: number): void {
      const length = count >>> 0;
      const target = located(memory, to, length, at);
      const start = located(memory, from, length, at);
      new Uint8Array(memory.buffer).copyWithin(target, start, start + length);
    },
    memory_init(memory: Memory, data: Uint8Array, to: number, from: number, count: number, at: number): void {
      const start = from >>> 0;
      const length = count >>> 0;
      if (start + length > data.length) trap(Trap.MemoryOutOfBounds, at);
      const target = located(memory, to, length, at);
      new Uint8Array(memory.buffer).set(data.subarray(start, start + length), target);
    },
    data_drop(segments: Uint8Array[], index: number): void {
      segments[index] = new Uint8Array(0);
    },
  };
}
