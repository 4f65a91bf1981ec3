// A table that translated code, and a host, share: an array of references.

import { Trap } from '../../../src/trap.js';
import { defaultValue, unsignedLong } from '../javascript-api/value.js';
import { exportedFunction, referenceOf } from './exported-function.js';
import type { FunctionReference } from './function-reference.js';
import type { TrapFunction } from './numeric.js';

export interface TableDescriptor {
  element: 'anyfunc' | 'funcref' | 'externref';
  initial: number;
  maximum?: number;
}

const MOST_ENTRIES = 10000000;

export class Table {
  /** The same array all the time. Function references, or what a host gave. */
  readonly entries: unknown[] = [];
  readonly type: 'r' | 'R';
  /** -1 for none. */
  readonly maximum: number;

  /** Throws a TypeError or RangeError for a descriptor that makes no sense. `value` fills the entries. */
  constructor(descriptor: TableDescriptor, ...value: unknown[]) {
    if (typeof descriptor !== 'object' || descriptor === null) throw new TypeError('a Table needs a descriptor');
    const { element } = descriptor;
    if (element !== 'anyfunc' && element !== 'funcref' && element !== 'externref')
      throw new TypeError('element must be "anyfunc" or "externref"');
    this.type = element === 'externref' ? 'R' : 'r';
    const initial = unsignedLong(descriptor.initial, 'initial');
    this.maximum = descriptor.maximum === undefined ? -1 : unsignedLong(descriptor.maximum, 'maximum');
    if (this.maximum >= 0 && this.maximum < initial) throw new RangeError('maximum is less than initial');
    if (initial > MOST_ENTRIES) throw new RangeError(`a Table has at most ${MOST_ENTRIES} entries`);
    const entry = this.entryOf(value[0] === undefined ? [] : value);
    for (let index = 0; index < initial; index++) this.entries.push(entry);
  }

  get [Symbol.toStringTag](): string {
    return 'WebAssembly.Table';
  }

  get length(): number {
    return this.entries.length;
  }

  /** Throws a RangeError behind the end. */
  get(index: number): unknown {
    const entry = this.entries[this.checkedIndex(index)];
    return this.type === 'r' && entry !== null ? exportedFunction(entry as FunctionReference) : entry;
  }

  /** Throws a RangeError behind the end, a TypeError for a value that is no reference of the table's type. */
  set(index: number, ...value: unknown[]): void {
    const at = this.checkedIndex(index);
    this.entries[at] = this.entryOf(value);
  }

  /** Returns the old length. Throws a RangeError where it cannot grow so far. */
  grow(delta: number, ...value: unknown[]): number {
    const old = this.growBy(unsignedLong(delta, 'delta'), this.entryOf(value));
    if (old < 0) throw new RangeError(`the table cannot grow from ${this.length} by ${delta} entries`);
    return old;
  }

  /** The old length, or -1. */
  growBy(count: number, entry: unknown): number {
    const old = this.entries.length;
    if (old + count > (this.maximum < 0 ? MOST_ENTRIES : Math.min(this.maximum, MOST_ENTRIES))) return -1;
    for (let index = 0; index < count; index++) this.entries.push(entry);
    return old;
  }

  private checkedIndex(index: number): number {
    const at = unsignedLong(index, 'index');
    if (at >= this.length) throw new RangeError(`index ${at} is outside of the table of ${this.length} entries`);
    return at;
  }

  /** The value that was given, if one was. */
  private entryOf(given: unknown[]): unknown {
    if (this.type === 'r') return given.length === 0 ? null : referenceOf(given[0]);
    return given.length === 0 ? defaultValue('externref') : given[0];
  }
}

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
      check(to, start >>> 0, count >>> 0, at);
      check(from, source >>> 0, count >>> 0, at);
      const moved = from.entries.slice(source >>> 0, (source >>> 0) + (count >>> 0));
      for (let index = 0; index < moved.length; index++) to.entries[(start >>> 0) + index] = moved[index];
    },
    table_init(table: Table, element: unknown[], to: number, from: number, count: number, at: number): void {
      check(element, from >>> 0, count >>> 0, at);
      check(table, to >>> 0, count >>> 0, at);
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
