// WebAssembly.Global (JavaScript interface, 5.5).

import { TYPE_LETTERS } from '../../module/value-type-names.js';
import { type GlobalDescriptor, readGlobalDescriptor } from './descriptors.js';
import { translating } from './errors.js';
import { defineInterface } from './interface.js';
import { Place, type Store } from './store.js';
import { isExportedFunction, NO_FUNCREF } from './typed-function.js';
import {
  bitsOf,
  coerced,
  defaultValue,
  type References,
  TYPE_NAMES,
  type ValueTypeName,
  valueOfBits,
} from './value.js';

/** In a global that belongs to no store, references are values. */
const unbound: References = {
  functionReference: (value) => {
    if (value !== null && !isExportedFunction(value)) throw new TypeError(NO_FUNCREF);
    return value as never;
  },
  functionOf: (reference) => reference,
  externReference: (value) => value as never,
  externOf: (reference) => reference,
};

/** Whether a value is a Global, and not only one by its prototype. */
export let isGlobal: (value: unknown) => value is Global;

export class Global {
  static {
    isGlobal = (value): value is Global => typeof value === 'object' && value !== null && #place in value;
  }

  #place: Place | null = null;
  #ownValue: unknown;
  readonly #type: ValueTypeName;
  readonly #mutable: boolean;

  /** Throws a TypeError for an unknown type or a value that cannot be converted to it. */
  constructor(descriptor: GlobalDescriptor, value?: unknown) {
    if (descriptor instanceof Place) {
      const { store, address } = descriptor;
      this.#place = descriptor;
      this.#type = TYPE_NAMES[store.engine.globalType(address)];
      this.#mutable = store.engine.isGlobalMutable(address);
      return;
    }
    const { type, mutable } = readGlobalDescriptor(descriptor);
    this.#type = type;
    this.#mutable = mutable;
    this.#ownValue = coerced(value === undefined ? defaultValue(type) : value, type, unbound);
  }

  get value(): unknown {
    return this.#read();
  }

  /** Throws a TypeError if the global is immutable. */
  set value(value: unknown) {
    if (!this.#mutable) throw new TypeError('the global is immutable');
    if (!this.#place) {
      this.#ownValue = coerced(value, this.#type, unbound);
      return;
    }
    const { store, address } = this.#place;
    const bits = translating(() => bitsOf(coerced(value, this.#type, store), this.#type));
    store.engine.setGlobal(address, ...bits);
  }

  valueOf(): unknown {
    return this.#read();
  }

  #read(): unknown {
    if (!this.#place) return this.#ownValue;
    const { store, address } = this.#place;
    return valueOfBits(store.engine.globalLow(address), store.engine.globalHigh(address), this.#type, store);
  }

  /** The store that has it; null before it is imported, and always for an immutable one, which each store gets a copy of. */
  get owner(): Store | null {
    return this.#mutable && this.#place ? this.#place.store : null;
  }

  /** Address in its store. */
  get index(): number {
    return this.#place ? this.#place.address : -1;
  }

  define(store: Store, module: string, name: string): void {
    const address = store.engine.defineGlobal(
      module,
      name,
      TYPE_LETTERS[this.#type],
      this.#mutable,
      ...this.#bitsFor(store),
    );
    if (this.#mutable) this.#place = new Place(store, address);
    // A copy, too, is exported as this object.
    store.globals.set(address, this);
  }

  /** Returns the bits of the value for another store. Only references differ between stores. */
  #bitsFor(store: Store): [low: number, high: number] {
    if (this.#place && !this.#type.endsWith('ref')) {
      const { engine } = this.#place.store;
      return [engine.globalLow(this.#place.address), engine.globalHigh(this.#place.address)];
    }
    return bitsOf(coerced(this.#read(), this.#type, store), this.#type);
  }

  /** Takes it out of a store in which nothing has run. */
  release(): void {
    if (this.#mutable) this.#place = null;
  }
}

defineInterface(Global, 'Global', ['value', 'valueOf']);

/** The object of a global that an instance has. */
export function globalAt(store: Store, address: number): Global {
  let global = store.globals.get(address);
  if (!global) {
    global = new Global(new Place(store, address) as never);
    store.globals.set(address, global);
  }
  return global;
}
