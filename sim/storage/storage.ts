// Files in flash, as Espruino's Storage keeps them: each is a header followed by data. Replaced files stay as garbage until Storage is
// compacted. Source: src/jsflash.c of Espruino 2v29.

import { BoardError } from '../board-error.js';
import { crc32 } from '../screen/png.js';
import { Flash } from './flash.js';

export const HEADER = 32;
/** Maximum length of a name; the rest of a longer one is cut off. */
export const LONGEST_NAME = 28;
/** Flag of a file that is a chunk of one that grows. */
export const CHUNK = 64;

interface Entry {
  /** Address of the header. */
  address: number;
  size: number;
  flags: number;
  /** Empty for a file that was replaced or erased. */
  name: string;
}

export interface StorageStatistics {
  totalBytes: number;
  freeBytes: number;
  fileBytes: number;
  fileCount: number;
  trashBytes: number;
  trashCount: number;
}

export class StorageError extends BoardError {}

const aligned = (size: number) => (size + 3) & ~3;

export class Storage {
  readonly flash: Flash;
  compactions = 0;

  constructor(bytes: number, flash?: Flash) {
    this.flash = flash ?? new Flash(bytes);
  }

  private *entries(): Generator<Entry> {
    const { bytes, pageSize } = this.flash;
    const view = new DataView(bytes.buffer);
    let address = 0;
    while (address + HEADER <= bytes.length) {
      const word = view.getUint32(address, true);
      const size = word & 0xffffff;
      if (word === 0xffffffff || address + HEADER + size > bytes.length) {
        // The rest of the page is empty; files may follow on the next.
        address = (Math.floor(address / pageSize) + 1) * pageSize;
        continue;
      }
      const raw = bytes.subarray(address + 4, address + HEADER);
      const end = raw.indexOf(0);
      yield { address, size, flags: word >>> 24, name: latin1(end < 0 ? raw : raw.subarray(0, end)) };
      address += HEADER + aligned(size);
    }
  }

  private find(wanted: string): Entry | undefined {
    const name = wanted.slice(0, LONGEST_NAME);
    for (const entry of this.entries()) if (entry.name === name && name !== '') return entry;
  }

  /** `flags` are those of the file. */
  list(matches: (name: string, flags: number) => boolean = () => true): string[] {
    return [...this.entries()].filter(({ name, flags }) => name !== '' && matches(name, flags)).map(({ name }) => name);
  }

  /** The file where it lies in flash: no copy. Undefined if there is none. */
  read(name: string, offset = 0, length = Number.POSITIVE_INFINITY): Uint8Array | undefined {
    const entry = this.find(name);
    if (!entry) return undefined;
    const start = Math.min(Math.max(offset, 0), entry.size);
    const end = length > 0 ? Math.min(start + length, entry.size) : entry.size;
    return this.flash.bytes.subarray(entry.address + HEADER + start, entry.address + HEADER + end);
  }

  /**
   * Writes a file, or into one where nothing has been written yet: with `offset`, or where only the size was given when
   * it was made. Throws a StorageError with Espruino's words if it cannot.
   */
  write(wantedName: string, data: Uint8Array, offset = 0, size = 0, flags = 0): void {
    const name = wantedName.slice(0, LONGEST_NAME);
    const wanted = size || data.length;
    if (offset < 0 || wanted === 0) throw new StorageError("Can't create zero length file");
    let entry = this.find(name);
    if (offset === 0 && (!entry || entry.size !== wanted || !this.isErased(entry, 0, wanted))) {
      if (entry?.size === wanted && data.length === wanted && equal(this.read(name)!, data)) return;
      // The old file goes first: without power in between, there is none.
      if (entry) this.eraseEntry(entry);
      entry = this.create(name, wanted, flags);
    }
    if (!entry) throw new StorageError('Unable to find or create file');
    if (offset + data.length > entry.size) throw new StorageError('Too much data for file size');
    if (!this.isErased(entry, offset, offset + data.length))
      throw new StorageError('File already written with different data');
    this.flash.write(entry.address + HEADER + offset, data);
  }

  private isErased({ address }: Entry, start: number, end: number): boolean {
    return this.flash.isErased(address + HEADER + start, address + HEADER + end);
  }

  erase(name: string): boolean {
    const entry = this.find(name);
    if (entry) this.eraseEntry(entry);
    return entry !== undefined;
  }

  /** Only the first four characters: that is enough to make it trash. */
  private eraseEntry({ address }: Entry): void {
    this.flash.write(address + 4, new Uint8Array(4));
  }

  eraseAll(): void {
    const { bytes, pageSize } = this.flash;
    for (let page = 0; page < bytes.length / pageSize; page++)
      if (!this.flash.isErased(page * pageSize, (page + 1) * pageSize)) this.flash.erasePage(page);
  }

  private create(name: string, size: number, flags: number): Entry | undefined {
    const required = HEADER + aligned(size);
    let address = this.end;
    if (address + required > this.flash.bytes.length) {
      const { trashBytes, freeBytes } = this.statistics();
      if (required >= trashBytes + freeBytes) return undefined;
      this.compact();
      address = this.end;
      if (address + required > this.flash.bytes.length) return undefined;
    }
    const header = new Uint8Array(HEADER);
    new DataView(header.buffer).setUint32(0, (size | (flags << 24)) >>> 0, true);
    for (let index = 0; index < name.length; index++) header[4 + index] = name.charCodeAt(index);
    this.flash.write(address, header);
    return { address, size, flags, name };
  }

  /** The address after the last file. */
  private get end(): number {
    let end = 0;
    for (const { address, size } of this.entries()) end = address + HEADER + aligned(size);
    return end;
  }

  /** Puts all files together at the front. Their addresses change. */
  compact(): void {
    const kept = [...this.entries()]
      .filter(({ name }) => name !== '')
      .map(({ address, size }) => this.flash.bytes.slice(address, address + HEADER + aligned(size)));
    this.compactions++;
    const image = new Uint8Array(this.flash.bytes.length).fill(0xff);
    let at = 0;
    for (const file of kept) {
      image.set(file, at);
      at += file.length;
    }
    const { bytes, pageSize } = this.flash;
    for (let page = 0; page < bytes.length / pageSize; page++) {
      const [start, end] = [page * pageSize, (page + 1) * pageSize];
      const wanted = image.subarray(start, end);
      if (equal(bytes.subarray(start, end), wanted)) continue;
      this.flash.erasePage(page);
      const used = Math.min(Math.max(at - start, 0), pageSize);
      if (used > 0) this.flash.write(start, wanted.subarray(0, used));
    }
  }

  statistics(): StorageStatistics {
    const found = { fileBytes: 0, fileCount: 0, trashBytes: 0, trashCount: 0 };
    for (const { name, size } of this.entries()) {
      const kind = name === '' ? 'trash' : 'file';
      found[`${kind}Bytes`] += HEADER + aligned(size);
      found[`${kind}Count`]++;
    }
    const totalBytes = this.flash.bytes.length;
    return { totalBytes, freeBytes: totalBytes - this.end, ...found };
  }

  /**
   * Whether firmware leaves it as it is when it starts; what is not valid, it erases. Source: `jsfIsBankStorageValid`,
   * src/jsflash.c of Espruino 2v29.
   */
  isValid(): boolean {
    const { bytes, pageSize } = this.flash;
    const view = new DataView(bytes.buffer);
    const isHeader = (address: number) => {
      const word = view.getUint32(address, true);
      return word !== 0xffffffff && word !== 0 && address + HEADER + (word & 0xffffff) <= bytes.length;
    };
    if (!isHeader(0)) return this.flash.isErased(0, bytes.length);
    let address = 0;
    for (;;) {
      const next = address + HEADER + aligned(view.getUint32(address, true) & 0xffffff);
      if (next + HEADER > bytes.length) return true;
      const page = (Math.floor(next / pageSize) + 1) * pageSize;
      if (isHeader(next)) address = next;
      else if (page >= bytes.length) return this.flash.isErased(next, next + HEADER);
      else if (isHeader(page)) address = page;
      else return this.flash.isErased(page, page + HEADER);
    }
  }

  /** Changes when a file does. */
  hash(): number {
    const text = [...this.entries()]
      .filter(({ name }) => name !== '')
      .map(({ name, size, address }) => `${name}:${size}:${address};`);
    return crc32(Buffer.from(text.join('')));
  }
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
