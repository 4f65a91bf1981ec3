// A table that translated code and a host share: an array of references.

import { Trap } from '../../../src/trap.js';
import {
  type AddressType,
  addressValue,
  MOST_ENTRIES,
  readTableDescriptor,
  sizeValue,
  type TableDescriptor,
} from '../javascript-api/descriptors.js';
import { defineInterface } from '../javascript-api/interface.js';
import { defaultValue } from '../javascript-api/value.js';
import { exportedFunction, referenceOf } from './exported-function.js';
import type { FunctionReference } from './function-reference.js';
import type { TrapFunction } from './numeric.js';

/** Whether a value is a Table, and not only one by its prototype. */
export let isTable: (value: unknown) => value is Table;

export class Table {
  static {
    isTable = (value): value is Table => typeof value === 'object' && value !== null && #address in value;
  }

  /** The entries, always in the same array: function references, or a host's values. */
  readonly entries: unknown[] = [];
  readonly type: 'r' | 'R';
  /** -1 for none. */
  readonly maximum: number;
  readonly #address: AddressType;

  /** Throws a TypeError or RangeError for a descriptor that makes no sense. `value` fills the entries. */
  constructor(descriptor: TableDescriptor, ...value: unknown[]) {
    const { address, element, initial, maximum } = readTableDescriptor(descriptor);
    this.#address = address;
    this.type = element === 'externref' ? 'R' : 'r';
    this.maximum = maximum;
    const entry = this.entryOf(value[0] === undefined ? [] : value);
    for (let index = 0; index < initial; index++) this.entries.push(entry);
  }

  get length(): number | bigint {
    return sizeValue(this.entries.length, this.#address);
  }

  get address(): AddressType {
    return this.#address;
  }

  /** Throws a RangeError behind the end. */
  get(index: number | bigint): unknown {
    const entry = this.entries[this.checkedIndex(index)];
    return this.type === 'r' && entry !== null ? exportedFunction(entry as FunctionReference) : entry;
  }

  /** Throws a RangeError behind the end, a TypeError for a value that is no reference of the table's type. */
  set(index: number | bigint, ...value: unknown[]): void {
    const at = this.checkedIndex(index);
    this.entries[at] = this.entryOf(value);
  }

  /** Returns the old length. Throws a RangeError where it cannot grow so far. */
  grow(delta: number | bigint, ...value: unknown[]): number | bigint {
    const address = this.#address;
    const old = this.growBy(addressValue(delta, address, 'delta'), this.entryOf(value));
    if (old < 0) throw new RangeError(`the table cannot grow from ${this.length} by ${delta} entries`);
    return sizeValue(old, address);
  }

  /** The old length, or -1. */
  growBy(count: number, entry: unknown): number {
    const old = this.entries.length;
    if (old + count > (this.maximum < 0 ? MOST_ENTRIES : Math.min(this.maximum, MOST_ENTRIES))) return -1;
    for (let index = 0; index < count; index++) this.entries.push(entry);
    return old;
  }

  private checkedIndex(index: number | bigint): number {
    const at = addressValue(index, this.#address, 'index');
    if (at >= this.length) throw new RangeError(`index ${at} is outside of the table of ${this.length} entries`);
    return at;
  }

  /** The value that was given, if one was. */
  private entryOf(given: unknown[]): unknown {
    if (this.type === 'r') return given.length === 0 ? null : referenceOf(given[0]);
    return given.length === 0 ? defaultValue('externref') : given[0];
  }
}

defineInterface(Table, 'Table', ['length', 'get', 'set', 'grow']);

/** The table instructions. */
export function tableFunctions(trap: TrapFunction) {
  function check({ length }: { length: number }, start: number, count: number, at: number): void {
    if (start + count > length) trap(Trap.TableOutOfBounds, at);
  }
  return {
    table_get({ entries }: Table, index: number, at: number): unknown {
      check(entries, index >>> 0, 1, at);
      return entries[index];
    },
    table_set({ entries }: Table, index: number, value: unknown, at: number): void {
      check(entries, index >>> 0, 1, at);
      entries[index] = value;
    },
    table_size: ({ entries }: Table): number => entries.length,
    table_grow: (table: Table, value: unknown, count: number): number => table.growBy(count >>> 0, value),
    table_fill({ entries }: Table, index: number, value: unknown, count: number, at: number): void {
      check(entries, index >>> 0, count >>> 0, at);
      entries.fill(value, index >>> 0, (index >>> 0) + (count >>> 0));
    },
    table_copy(to: Table, from: Table, start: number, source: number, count: number, at: number): void {
      check(to.entries, start >>> 0, count >>> 0, at);
      check(from.entries, source >>> 0, count >>> 0, at);
      const moved = from.entries.slice(source >>> 0, (source >>> 0) + (count >>> 0));
      for (let index = 0; index < moved.length; index++) to.entries[(start >>> 0) + index] = moved[index];
    },
    table_init(table: Table, element: unknown[], to: number, from: number, count: number, at: number): void {
      check(element, from >>> 0, count >>> 0, at);
      check(table.entries, to >>> 0, count >>> 0, at);
      for (let index = 0; index < count >>> 0; index++) {
        table.entries[(to >>> 0) + index] = element[(from >>> 0) + index];
      }
    },
    elem_drop(elements: unknown[][], index: number): void {
      elements[index] = [];
    },
    /** Throws the trap of an indirect call that found the wrong entry, or none. */
    badCall(entry: FunctionReference | null | undefined, at: number): never {
      if (entry === undefined) return trap(Trap.UndefinedElement, at);
      return trap(entry === null ? Trap.UninitializedElement : Trap.IndirectCallTypeMismatch, at);
    },
  };
}
