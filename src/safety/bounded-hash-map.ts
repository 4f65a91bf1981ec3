// A map with a fixed maximum of entries: open addressing over typed-array slots, keys hashed by their contents.

import { hashTableSize } from '../capacities.js';
import { capacityError, engineError } from '../errors.js';
import { VERIFICATION } from './build.js';
import { ElementKind, type ElementLayout, i32Layout } from './element-layout.js';
import { type CollectionOptions, GuardedStorage, regionBytes } from './guarded-storage.js';
import { OperationType } from './operation-type.js';
import { DEFAULT_VERIFICATION, VerificationLevel } from './verification-level.js';

/** A number for I32, U8, F32 and F64, a string for Text, the words for Words. */
export type MapKey = number | string | Int32Array;

export interface MapOptions extends CollectionOptions {
  /** Without one, keys are signed 32-bit integers. */
  keyLayout?: ElementLayout;
  /** Without one, values are signed 32-bit integers. Text is for keys only. */
  valueLayout?: ElementLayout;
}

/** The first word of a slot in use: this bit and the lower 31 bits of the key's hash. 0 in a free one. */
const USED = 0x80000000 | 0;

const scratch = new Int32Array(2);
const scratchFloat32 = new Float32Array(scratch.buffer);
const scratchFloat64 = new Float64Array(scratch.buffer);

/** A word at least: U8 is not packed in a map. */
function wordsOf(layout: ElementLayout): number {
  return layout.kind === ElementKind.U8 ? 1 : layout.words;
}

/** The words of a number in `scratch`. */
function encodeNumber(layout: ElementLayout, value: number): void {
  if (layout.kind === ElementKind.F32) scratchFloat32[0] = value;
  else if (layout.kind === ElementKind.F64) scratchFloat64[0] = value;
  else {
    scratch[0] = layout.kind === ElementKind.U8 ? value & 255 : value;
    scratch[1] = value < 0 ? -1 : 0;
  }
}

/**
 * Errors: CapacityError, which names the map, IntegrityError. After a CapacityError everything is as it was before.
 * Lookups take constant time on average: at most half of the slots are in use.
 */
export class BoundedHashMap extends GuardedStorage {
  /** Entries. */
  readonly capacity: number;
  /** Entries now. */
  length = 0;
  private readonly keyLayout: ElementLayout;
  private readonly valueLayout: ElementLayout;
  private readonly keyWords: number;
  private readonly valueWords: number;
  private readonly mask: number;
  /** The key of the operation at hand. */
  private readonly key: Int32Array;
  private readonly value: Int32Array;
  private highest = 0;

  constructor(capacity: number, level: VerificationLevel, options: MapOptions | undefined) {
    const given: MapOptions = options ? options : {};
    const keys = given.keyLayout ? given.keyLayout : i32Layout;
    const values = given.valueLayout ? given.valueLayout : i32Layout;
    const slotWords = 1 + wordsOf(keys) + wordsOf(values);
    const slots = hashTableSize(capacity);
    super('BoundedHashMap', level, options, slots, slotWords, 1, false, null);
    if (values.kind === ElementKind.Text) {
      throw engineError(this.name + ' holds no strings as values');
    }
    this.capacity = capacity;
    this.keyLayout = keys;
    this.valueLayout = values;
    this.keyWords = wordsOf(keys);
    this.valueWords = wordsOf(values);
    this.mask = slots - 1;
    this.key = new Int32Array(this.keyWords);
    this.value = new Int32Array(this.valueWords);
  }

  /** An empty map for `capacity` entries, at the level of the build. */
  static withCapacity(capacity: number, options?: MapOptions): BoundedHashMap {
    return create(capacity, DEFAULT_VERIFICATION, options);
  }

  static withCapacityAndVerification(capacity: number, level: VerificationLevel, options?: MapOptions): BoundedHashMap {
    return create(capacity, level, options);
  }

  /** Bytes of a region for a map of `capacity` entries. */
  static bytesFor(capacity: number, keys: ElementLayout, values: ElementLayout, level: VerificationLevel): number {
    return regionBytes(hashTableSize(capacity), 1 + wordsOf(keys) + wordsOf(values), level);
  }

  /** The most entries that there were at once since the start or the last reset. */
  get highWaterMark(): number {
    return this.highest;
  }

  /** The value of a key, of a value of several words the first one; undefined if there is none. */
  get(key: MapKey): number | undefined {
    const slot = this.find(key);
    return slot < 0 ? undefined : this.valueAt(slot);
  }

  /** Reads as `get` does, without verification. */
  getUnchecked(key: MapKey): number | undefined {
    const slot = this.search(this.hashOf(key));
    return slot < 0 ? undefined : this.valueAt(slot);
  }

  /** The words of a key's value go into `target` from `at` on. Returns whether there is one. */
  getWords(key: MapKey, target: Int32Array, at: number): boolean {
    const slot = this.find(key);
    if (slot < 0) return false;
    const start = this.valueStart(slot);
    for (let word = 0; word < this.valueWords; word++) target[at + word] = this.words[start + word];
    return true;
  }

  has(key: MapKey): boolean {
    return this.find(key) >= 0;
  }

  /** Gives a key a value, whether it had one or not. */
  set(key: MapKey, value: number): void {
    encodeNumber(this.valueLayout, value);
    for (let word = 0; word < this.valueWords; word++) this.value[word] = scratch[word === 0 ? 0 : 1];
    this.insert(key);
  }

  /** Gives a key the value whose words are in `source` from `at` on. */
  setWords(key: MapKey, source: Int32Array, at: number): void {
    for (let word = 0; word < this.valueWords; word++) this.value[word] = source[at + word];
    this.insert(key);
  }

  /** Removes a key. Returns whether it was there. */
  remove(key: MapKey): boolean {
    let hole = this.find(key);
    if (hole < 0) return false;
    // Entries behind the hole that were pushed past it move back, so that no search ends before it finds them.
    let slot = (hole + 1) & this.mask;
    for (let left = this.mask; left > 0; left--) {
      const state = this.words[slot * this.cellWords];
      if (state === 0) break;
      const home = state & this.mask;
      if (((slot - home) & this.mask) >= ((slot - hole) & this.mask)) {
        this.move(slot, hole);
        hole = slot;
      }
      slot = (slot + 1) & this.mask;
    }
    this.beforeFurtherWrite(hole);
    const start = hole * this.cellWords;
    for (let word = 0; word < this.cellWords; word++) this.words[start + word] = 0;
    this.length--;
    return true;
  }

  /** Throws CapacityError unless there is room for `count` more entries. */
  reserve(count: number): void {
    if (this.length + count > this.capacity) this.refuseMore(count);
    this.beforeRange(OperationType.CollectionReserve, 0, -1);
  }

  /** Verifies guard words and all slots, at any level but None. */
  validate(): void {
    this.count(1);
    if (VERIFICATION && this.level !== VerificationLevel.None) this.verifyAll();
  }

  /** Calls back for each entry, in no order that means anything; of keys of the kind Words with the first word. */
  forEach(callback: (value: number, key: number | string) => void): void {
    this.beforeRange(OperationType.CollectionIterate, 0, this.mask);
    for (let slot = 0; slot <= this.mask; slot++) {
      if (this.words[slot * this.cellWords] !== 0) callback(this.valueAt(slot), this.keyAt(slot));
    }
  }

  /** Empty, with a high-water mark of 0, whatever was found. */
  reset(): void {
    this.length = 0;
    this.highest = 0;
    this.clearStorage();
  }

  private find(key: MapKey): number {
    const hash = this.hashOf(key);
    this.beforeRead(hash & this.mask);
    return this.search(hash);
  }

  /** The slot of the key at hand, or -1 - n for the free slot n where it would be; -1 - slots if there is none. */
  private search(hash: number): number {
    const words = this.words;
    let slot = hash & this.mask;
    for (let left = this.mask; left >= 0; left--) {
      const at = slot * this.cellWords;
      if (words[at] === 0) return -1 - slot;
      if (words[at] === hash) {
        let word = 0;
        while (word < this.keyWords && words[at + 1 + word] === this.key[word]) word++;
        if (word === this.keyWords) return slot;
      }
      slot = (slot + 1) & this.mask;
    }
    // Half of the slots should be free.
    if (VERIFICATION && this.level !== VerificationLevel.None) this.verifyAll();
    return -2 - this.mask;
  }

  private insert(key: MapKey): void {
    let slot = this.find(key);
    if (slot < 0) {
      slot = -1 - slot;
      if (this.length >= this.capacity || slot > this.mask) this.refuseMore(1);
      this.beforeFurtherWrite(slot);
      const start = slot * this.cellWords;
      this.words[start] = this.hashOf(key);
      for (let word = 0; word < this.keyWords; word++) this.words[start + 1 + word] = this.key[word];
      this.length++;
      if (this.length > this.highest) this.highest = this.length;
    }
    this.beforeFurtherWrite(slot);
    const start = this.valueStart(slot);
    for (let word = 0; word < this.valueWords; word++) this.words[start + word] = this.value[word];
  }

  private move(from: number, to: number): void {
    this.beforeFurtherWrite(to);
    const source = from * this.cellWords;
    const target = to * this.cellWords;
    for (let word = 0; word < this.cellWords; word++) this.words[target + word] = this.words[source + word];
  }

  /** The first word of the key's slot. Leaves the key's words in `key`. */
  private hashOf(key: MapKey): number {
    const words = this.key;
    if (typeof key === 'string') this.encodeText(key);
    else if (typeof key === 'number') {
      // Equal numbers must have equal words.
      encodeNumber(this.keyLayout, key === 0 ? 0 : key);
      for (let word = 0; word < this.keyWords; word++) words[word] = scratch[word === 0 ? 0 : 1];
    } else for (let word = 0; word < this.keyWords; word++) words[word] = key[word];
    // Jenkins' one-at-a-time hash, on words.
    let hash = 0;
    for (let word = 0; word < this.keyWords; word++) {
      hash = (hash + words[word]) | 0;
      hash = (hash + (hash << 10)) | 0;
      hash ^= hash >>> 6;
    }
    hash = (hash + (hash << 3)) | 0;
    hash ^= hash >>> 11;
    hash = (hash + (hash << 15)) | 0;
    return hash | USED;
  }

  private encodeText(text: string): void {
    const most = (this.keyWords - 1) * 2;
    if (text.length > most) throw capacityError(this.name + ' key', text.length, most, -1);
    this.key.fill(0);
    this.key[0] = text.length;
    for (let index = 0; index < text.length; index++) {
      this.key[1 + (index >> 1)] |= text.charCodeAt(index) << ((index & 1) << 4);
    }
  }

  private valueStart(slot: number): number {
    return slot * this.cellWords + 1 + this.keyWords;
  }

  private valueAt(slot: number): number {
    return this.decode(this.valueLayout, this.valueStart(slot));
  }

  private keyAt(slot: number): number | string {
    const at = slot * this.cellWords + 1;
    if (this.keyLayout.kind !== ElementKind.Text) return this.decode(this.keyLayout, at);
    let text = '';
    for (let index = 0; index < this.words[at]; index++) {
      text += String.fromCharCode((this.words[at + 1 + (index >> 1)] >>> ((index & 1) << 4)) & 65535);
    }
    return text;
  }

  private decode(layout: ElementLayout, at: number): number {
    if (layout.kind !== ElementKind.F32 && layout.kind !== ElementKind.F64) return this.words[at];
    scratch[0] = this.words[at];
    if (layout.kind === ElementKind.F32) return scratchFloat32[0];
    scratch[1] = this.words[at + 1];
    return scratchFloat64[0];
  }

  private refuseMore(count: number): never {
    throw capacityError(this.name, this.length + count, this.capacity, -1);
  }
}

// Outside of the class: bundled, its name would be that of a class expression, which its methods do not see in Espruino.
function create(capacity: number, level: VerificationLevel, options?: MapOptions): BoundedHashMap {
  return new BoundedHashMap(capacity, level, options);
}
