// WebAssembly.Global (JavaScript interface, 5.5).

import type { Store } from './store.js';
import {
  bitsOf,
  coerced,
  defaultValue,
  type References,
  TYPE_LETTERS,
  TYPE_NAMES,
  type ValueTypeName,
  valueOfBits,
} from './value.js';

export interface GlobalDescriptor {
  value: 'i32' | 'i64' | 'f32' | 'f64' | 'anyfunc' | 'funcref' | 'externref';
  mutable?: boolean;
}

/** Of a global that belongs to no store, references stay the values that they are. */
const unbound: References = {
  functionReference: (value) => {
    if (value !== null && typeof value !== 'function') throw new TypeError('a funcref must be null or a function');
    return value as never;
  },
  functionOf: (reference) => reference,
  externReference: (value) => value as never,
  externOf: (reference) => reference,
};

export class Global {
  private store: Store | null = null;
  private address = -1;
  private ownValue: unknown;
  private readonly type: ValueTypeName;
  private readonly mutable: boolean;

  /** Throws a TypeError for an unknown type or a value that cannot be converted to it. */
  constructor(descriptor: GlobalDescriptor, value?: unknown) {
    if (typeof descriptor !== 'object' || descriptor === null) throw new TypeError('a Global needs a descriptor');
    const type = (descriptor.value as string) === 'anyfunc' ? 'funcref' : descriptor.value;
    if (!Object.hasOwn(TYPE_LETTERS, type)) throw new TypeError(`${String(type)} is no value type`);
    this.type = type;
    this.mutable = descriptor.mutable === true;
    this.ownValue = coerced(value === undefined ? defaultValue(type) : value, type, unbound);
  }

  /** The object of a global that an instance has. */
  static of(store: Store, address: number): Global {
    let global = store.globals.get(address);
    if (!global) {
      global = Object.create(Global.prototype, {
        type: { value: TYPE_NAMES[store.engine.globalType(address)] },
        mutable: { value: store.engine.isGlobalMutable(address) },
      }) as Global;
      global.bind(store, address);
    }
    return global;
  }

  get value(): unknown {
    if (!this.store) return this.ownValue;
    const { engine } = this.store;
    return valueOfBits(engine.globalLow(this.address), engine.globalHigh(this.address), this.type, this.store);
  }

  /** Throws a TypeError if the global is immutable. */
  set value(value: unknown) {
    if (!this.mutable) throw new TypeError('the global is immutable');
    if (this.store) {
      const bits = bitsOf(coerced(value, this.type, this.store), this.type);
      this.store.engine.setGlobal(this.address, ...bits);
    } else this.ownValue = coerced(value, this.type, unbound);
  }

  valueOf(): unknown {
    return this.value;
  }

  /** The store that has it; null before it is imported, and always for an immutable one, which each store gets a copy of. */
  get owner(): Store | null {
    return this.mutable ? this.store : null;
  }

  /** Address in its store. */
  get index(): number {
    return this.address;
  }

  define(store: Store, module: string, name: string): void {
    const bits = bitsOf(coerced(this.value, this.type, store), this.type);
    const address = store.engine.defineGlobal(module, name, TYPE_LETTERS[this.type], this.mutable, ...bits);
    if (this.mutable) this.bind(store, address);
  }

  private bind(store: Store, address: number): void {
    this.store = store;
    this.address = address;
    store.globals.set(address, this);
  }
}
