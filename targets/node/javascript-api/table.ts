// WebAssembly.Table (JavaScript interface, 5.4).

import {
  type AddressType,
  addressValue,
  MOST_ENTRIES,
  readTableDescriptor,
  sizeValue,
  type TableDescriptor,
} from './descriptors.js';
import { LinkError, translating } from './errors.js';
import { defineInterface } from './interface.js';
import { Place, type Store } from './store.js';
import { isExportedFunction, NO_FUNCREF } from './typed-function.js';
import { defaultValue } from './value.js';

/** Whether a value is a Table, and not only one by its prototype. */
export let isTable: (value: unknown) => value is Table;

export class Table {
  static {
    isTable = (value): value is Table => typeof value === 'object' && value !== null && #place in value;
  }

  #place: Place | null = null;
  /** The entries of a table that no instance has imported yet. */
  #entries: unknown[] = [];
  readonly #type: 'funcref' | 'externref';
  readonly #maximum: number;
  readonly #address: AddressType = 'i32';

  /** Throws a TypeError or RangeError for a descriptor that makes no sense. `value` fills the entries. */
  constructor(descriptor: TableDescriptor, value?: unknown) {
    const place: unknown = descriptor;
    if (place instanceof Place) {
      const { store, address } = place;
      this.#place = place;
      this.#type = store.engine.tableType(address) === 'r' ? 'funcref' : 'externref';
      this.#maximum = store.engine.tableMaximum(address);
      return;
    }
    const { address, element, initial, maximum } = readTableDescriptor(descriptor);
    this.#address = address;
    this.#maximum = maximum;
    this.#type = element;
    this.#entries = new Array(initial).fill(this.#entryOf(value === undefined ? [] : [value]));
  }

  get length(): number | bigint {
    return sizeValue(this.#size(), this.#address);
  }

  #size(): number {
    return this.#place ? this.#place.store.engine.tableSize(this.#place.address) : this.#entries.length;
  }

  /** Throws a RangeError behind the end. */
  get(index: number | bigint): unknown {
    const at = this.#checkedIndex(index);
    if (!this.#place) return this.#entries[at];
    const { store, address } = this.#place;
    const reference = store.engine.tableGet(address, at);
    return this.#type === 'funcref' ? store.functionOf(reference) : store.externOf(reference);
  }

  /** Throws a RangeError behind the end, a TypeError for a value that is no reference of the table's type. */
  set(index: number | bigint, ...value: unknown[]): void {
    const at = this.#checkedIndex(index);
    const entry = this.#entryOf(value);
    if (!this.#place) {
      this.#entries[at] = entry;
      return;
    }
    const { store, address } = this.#place;
    store.engine.tableSet(
      address,
      at,
      translating(() => this.#reference(store, entry)),
    );
  }

  /** Returns the old length. Throws a RangeError where it cannot grow so far. */
  grow(delta: number | bigint, ...value: unknown[]): number | bigint {
    const address = this.#address;
    const count = addressValue(delta, address, 'delta');
    return sizeValue(this.#growBy(count, this.#entryOf(value)), address);
  }

  #growBy(count: number, entry: unknown): number {
    const old = this.#size();
    const most = this.#maximum < 0 ? MOST_ENTRIES : this.#maximum;
    if (old + count > most) throw new RangeError(`the table cannot grow from ${old} by ${count} entries`);
    if (!this.#place) {
      for (let index = 0; index < count; index++) this.#entries.push(entry);
      return old;
    }
    const { store, address } = this.#place;
    const reference = translating(() => this.#reference(store, entry));
    if (store.engine.tableGrow(address, count, reference) < 0) {
      throw new RangeError(`the table cannot grow from ${old} by ${count} entries: raise \`tableEntries\``);
    }
    return old;
  }

  #checkedIndex(index: number | bigint): number {
    const length = this.#size();
    const at = addressValue(index, this.#address, 'index');
    if (at >= length) throw new RangeError(`index ${at} is outside of the table of ${length} entries`);
    return at;
  }

  /** The value that was given, if one was. */
  #entryOf(given: unknown[]): unknown {
    if (given.length === 0) return defaultValue(this.#type);
    const [value] = given;
    if (this.#type === 'funcref' && value !== null && !isExportedFunction(value)) throw new TypeError(NO_FUNCREF);
    return value;
  }

  #reference(store: Store, value: unknown): number {
    return this.#type === 'funcref' ? store.functionReference(value) : store.externReference(value);
  }

  /** The store that has it, null before it is imported. */
  get owner(): Store | null {
    return this.#place?.store ?? null;
  }

  /** Address in its store. */
  get index(): number {
    return this.#place ? this.#place.address : -1;
  }

  /** Puts it into a store with its entries. */
  define(store: Store, module: string, name: string): void {
    if (this.#address === 'i64') throw new LinkError(`import "${module}" "${name}": 64-bit tables are not supported`);
    const letter = this.#type === 'funcref' ? 'r' : 'R';
    const address = store.engine.defineTable(module, name, letter, this.#entries.length, this.#maximum);
    for (const [index, entry] of this.#entries.entries()) {
      store.engine.tableSet(address, index, this.#reference(store, entry));
    }
    this.#place = new Place(store, address);
    store.tables.set(address, this);
  }

  /** Takes it out of a store in which nothing has run. */
  release(): void {
    this.#place = null;
  }
}

defineInterface(Table, 'Table', ['length', 'get', 'set', 'grow']);

/** The object of a table that an instance has. */
export function tableAt(store: Store, address: number): Table {
  let table = store.tables.get(address);
  if (!table) {
    table = new Table(new Place(store, address) as never);
    store.tables.set(address, table);
  }
  return table;
}
