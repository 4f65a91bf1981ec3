// WebAssembly.Table (JavaScript interface, 5.4).

import type { Store } from './store.js';
import { defaultValue, unsignedLong } from './value.js';

export interface TableDescriptor {
  element: 'anyfunc' | 'funcref' | 'externref';
  initial: number;
  maximum?: number;
}

/** An engine made for a table has room for it to grow, but not for everything. */
const MOST_ENTRIES = 10000000;

export class Table {
  private store: Store | null = null;
  private address = -1;
  /** Of a table that no instance has imported yet. */
  private entries: unknown[];
  private readonly type: 'funcref' | 'externref';
  private readonly maximum: number;

  /** Throws a TypeError or RangeError for a descriptor that makes no sense. `value` fills the entries. */
  constructor(descriptor: TableDescriptor, value?: unknown) {
    if (typeof descriptor !== 'object' || descriptor === null) throw new TypeError('a Table needs a descriptor');
    const { element } = descriptor;
    if (element !== 'anyfunc' && element !== 'funcref' && element !== 'externref') {
      throw new TypeError('element must be "anyfunc" or "externref"');
    }
    const initial = unsignedLong(descriptor.initial, 'initial');
    this.maximum = descriptor.maximum === undefined ? -1 : unsignedLong(descriptor.maximum, 'maximum');
    if (this.maximum >= 0 && this.maximum < initial) throw new RangeError('maximum is less than initial');
    if (initial > MOST_ENTRIES) throw new RangeError(`a Table has at most ${MOST_ENTRIES} entries`);
    this.type = element === 'externref' ? 'externref' : 'funcref';
    this.entries = new Array(initial).fill(value === undefined ? defaultValue(this.type) : value);
  }

  /** The object of a table that an instance has. */
  static of(store: Store, address: number): Table {
    let table = store.tables.get(address);
    if (!table) {
      const letter = store.engine.tableType(address);
      table = Object.create(Table.prototype, {
        type: { value: letter === 'r' ? 'funcref' : 'externref' },
        maximum: { value: store.engine.tableMaximum(address) },
      }) as Table;
      table.bind(store, address);
    }
    return table;
  }

  get length(): number {
    return this.store ? this.store.engine.tableSize(this.address) : this.entries.length;
  }

  /** Throws a RangeError behind the end. */
  get(index: number): unknown {
    const at = this.checkedIndex(index);
    if (!this.store) return this.entries[at];
    const reference = this.store.engine.tableGet(this.address, at);
    return this.type === 'funcref' ? this.store.functionOf(reference) : this.store.externOf(reference);
  }

  /** Throws a RangeError behind the end, a TypeError for a value that is no reference of the table's type. */
  set(index: number, ...value: unknown[]): void {
    const at = this.checkedIndex(index);
    const entry = value.length === 0 ? defaultValue(this.type) : value[0];
    if (this.store) this.store.engine.tableSet(this.address, at, this.reference(this.store, entry));
    else this.entries[at] = entry;
  }

  /** Returns the old length. Throws a RangeError where it cannot grow so far. */
  grow(delta: number, ...value: unknown[]): number {
    const count = unsignedLong(delta, 'delta');
    const entry = value.length === 0 ? defaultValue(this.type) : value[0];
    const old = this.length;
    const most = this.maximum < 0 ? MOST_ENTRIES : this.maximum;
    if (old + count > most) throw new RangeError(`the table cannot grow from ${old} by ${count} entries`);
    if (!this.store) {
      for (let index = 0; index < count; index++) this.entries.push(entry);
    } else if (this.store.engine.tableGrow(this.address, count, this.reference(this.store, entry)) < 0) {
      throw new RangeError(`the table cannot grow from ${old} by ${count} entries: raise \`tableEntries\``);
    }
    return old;
  }

  private checkedIndex(index: number): number {
    const at = unsignedLong(index, 'index');
    if (at >= this.length) throw new RangeError(`index ${at} is outside of the table of ${this.length} entries`);
    return at;
  }

  private reference(store: Store, value: unknown): number {
    return this.type === 'funcref' ? store.functionReference(value) : store.externReference(value);
  }

  /** The store that has it, null before it is imported. */
  get owner(): Store | null {
    return this.store;
  }

  /** Address in its store. */
  get index(): number {
    return this.address;
  }

  /** Puts it into a store with its entries. */
  define(store: Store, module: string, name: string): void {
    const entries = this.store ? Array.from({ length: this.length }, (_, index) => this.get(index)) : this.entries;
    const letter = this.type === 'funcref' ? 'r' : 'R';
    const address = store.engine.defineTable(module, name, letter, entries.length, this.maximum);
    for (const [index, entry] of entries.entries()) {
      store.engine.tableSet(address, index, this.reference(store, entry));
    }
    this.bind(store, address);
  }

  private bind(store: Store, address: number): void {
    this.store = store;
    this.address = address;
    store.tables.set(address, this);
  }
}
