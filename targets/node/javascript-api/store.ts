// A store of the JavaScript interface: one engine, and the JavaScript objects that stand for what is in it.

import {
  type Capacities,
  CapacityError,
  Engine,
  type Module as EngineModule,
  type EngineOptions,
  ExternalKind,
  type Instance,
  NULL_REFERENCE,
} from '../../../src/index.js';
import type { External } from '../../module/description.js';
import { raiseCapacity } from '../../module/fitting-engine.js';
import { TYPE_LETTERS } from '../../module/value-type-names.js';
import { translated, translating } from './errors.js';
import type { Global } from './global.js';
import type { Memory } from './memory.js';
import type { Table } from './table.js';
import { callWords, declareType, NO_FUNCREF, type TypedFunction, typedFunction } from './typed-function.js';
import {
  coerced,
  getValue,
  type References,
  setValue,
  severalResults,
  TYPE_NAMES,
  type ValueTypeName,
} from './value.js';

export type ExportedFunction = (...values: unknown[]) => unknown;

/** The stores and addresses of exported functions. */
const origins = new WeakMap<object, Place>();

/** The store and the address of a function, memory, table or global. */
export class Place {
  readonly store: Store;
  readonly address: number;

  constructor(store: Store, address: number) {
    this.store = store;
    this.address = address;
  }
}

/** Whether the type of a letter has 64 bits. */
function is64Bit(letter: string): boolean {
  return letter === 'I' || letter === 'F';
}

/** In the place of -0 as a key: a Map takes 0 for the same. */
const NEGATIVE_ZERO = Symbol('-0');

export class Store implements References {
  readonly engine: Engine;
  readonly memories = new Map<number, Memory>();
  readonly tables = new Map<number, Table>();
  readonly globals = new Map<number, Global>();
  private readonly functions = new Map<number, ExportedFunction>();
  /** Functions of other stores, by the address of the host function that calls them. */
  private readonly foreign = new Map<number, ExportedFunction>();
  private readonly foreignAddresses = new Map<ExportedFunction, number>();
  private readonly instances: Instance[] = [];
  /** Modules by their bytes: another instance of a module takes no room for another module. */
  private readonly modules = new Map<Uint8Array, EngineModule>();
  private hasMemory = false;
  private readonly externs: unknown[] = [];
  private readonly externNumbers = new Map<unknown, number>();

  constructor(capacities: Capacities, options: EngineOptions) {
    this.engine = new Engine(capacities, options);
  }

  /**
   * Puts a buffer under the memory that the next module to be instantiated has or imports. Not if the engine has a memory
   * already: false.
   */
  provideMemory(buffer: ArrayBuffer): boolean {
    if (this.hasMemory) return false;
    // The one capacity that an engine without a memory can change: nothing was made of it.
    this.engine.capacities.memoryBytes = buffer.byteLength;
    this.engine.replaceMemory(buffer);
    this.hasMemory = true;
    return true;
  }

  /** For what `provideMemory` provided and no module has taken. */
  withdrawMemory(): void {
    this.hasMemory = false;
  }

  load(bytes: Uint8Array): EngineModule {
    let module = this.modules.get(bytes);
    if (!module) {
      module = this.engine.load(bytes);
      this.modules.set(bytes, module);
    }
    return module;
  }

  instantiate(module: EngineModule): Instance {
    const instance = this.engine.instantiate(module);
    this.instances.push(instance);
    return instance;
  }

  functionOf(reference: number): ExportedFunction | null {
    return reference === NULL_REFERENCE ? null : this.exportedFunction(reference, '');
  }

  functionReference(value: unknown): number {
    if (value === null) return NULL_REFERENCE;
    const origin = typeof value === 'function' ? origins.get(value) : undefined;
    if (origin?.store === this) return origin.address;
    const typed = typedFunction(value);
    if (!typed?.isExported) throw new TypeError(NO_FUNCREF);
    const exported = value as ExportedFunction;
    const known = this.foreignAddresses.get(exported);
    if (known !== undefined) return known;
    const address = this.defineTypedFunction('', '', typed);
    this.foreignAddresses.set(exported, address);
    this.foreign.set(address, exported);
    return address;
  }

  /** Makes a function whose type is known importable. Calls pass the bits of values. Returns its address. */
  private defineTypedFunction(module: string, name: string, { signature, callBits }: TypedFunction): number {
    const [parameters, results] = signature.split(':');
    return this.engine.defineFunction(module, name, parameters, results, () => {
      const words = callWords(parameters, results);
      const references: unknown[] = [];
      this.takeBits(parameters, words, references);
      callBits(words, references);
      translating(() => this.putBits(results, words, references));
    });
  }

  /** Reads arguments or results of the engine. */
  private takeBits(types: string, words: Int32Array, references: unknown[]): void {
    const { engine } = this;
    for (let index = 0; index < types.length; index++) {
      words[index * 2] = engine.getI64Low(index);
      words[index * 2 + 1] = is64Bit(types[index]) ? engine.getI64High(index) : 0;
      if (types[index] === 'r') references[index] = this.functionOf(words[index * 2]);
      else if (types[index] === 'R') references[index] = this.externOf(words[index * 2]);
    }
  }

  /** Sets arguments or results of the engine. */
  private putBits(types: string, words: Int32Array, references: unknown[]): void {
    const { engine } = this;
    for (let index = 0; index < types.length; index++) {
      if (types[index] === 'r') engine.setI32(index, this.functionReference(references[index]));
      else if (types[index] === 'R') engine.setI32(index, this.externReference(references[index]));
      else if (is64Bit(types[index])) engine.setI64(index, words[index * 2], words[index * 2 + 1]);
      else engine.setI32(index, words[index * 2]);
    }
  }

  externOf(reference: number): unknown {
    return reference === NULL_REFERENCE ? null : this.externs[reference];
  }

  /** Values stay known as long as the store lives. */
  externReference(value: unknown): number {
    if (value === null) return NULL_REFERENCE;
    const key = Object.is(value, -0) ? NEGATIVE_ZERO : value;
    let number = this.externNumbers.get(key);
    if (number === undefined) {
      number = this.externs.push(value) - 1;
      this.externNumbers.set(key, number);
    }
    return number;
  }

  /** Parameter and result types of a function. */
  typesOf(address: number): [parameters: ValueTypeName[], results: ValueTypeName[]] {
    const [parameters, results] = this.engine.signature(address).split(':');
    const names = (letters: string) => [...letters].map((letter) => TYPE_NAMES[letter]);
    return [names(parameters), names(results)];
  }

  /** The index of a function in the module that defines it, as text; '' for a host function. */
  private indexOf(address: number): string {
    for (const { functionBase, module } of this.instances) {
      const index = address - functionBase;
      if (index >= module.importedFunctions && index < module.functionCount) return String(index);
    }
    return '';
  }

  /** The one object of a function; `name` is for one that no module defines. */
  exportedFunction(address: number, name: string): ExportedFunction {
    const origin = this.engine.functionOrigin(address);
    const known = this.foreign.get(origin) ?? this.functions.get(origin);
    if (known) return known;
    const [parameters, results] = this.typesOf(origin);
    const made: ExportedFunction = (...values) => this.call(origin, parameters, results, values);
    Object.defineProperty(made, 'name', { value: this.indexOf(origin) || name, configurable: true });
    Object.defineProperty(made, 'length', { value: parameters.length, configurable: true });
    origins.set(made, new Place(this, origin));
    const signature = this.engine.signature(origin);
    declareType(made, {
      signature,
      isExported: true,
      callBits: (words, values) => this.callBits(origin, words, values),
    });
    this.functions.set(origin, made);
    return made;
  }

  /** Calls a function for another instance, with the bits of the arguments. */
  private callBits(address: number, words: Int32Array, references: unknown[]): void {
    const { engine } = this;
    const [parameters, results] = engine.signature(address).split(':');
    translating(() => {
      const base = engine.beginCall();
      try {
        this.putBits(parameters, words, references);
        engine.call(address);
        this.takeBits(results, words, references);
      } finally {
        engine.endCall(base);
      }
    });
  }

  private call(address: number, parameters: ValueTypeName[], results: ValueTypeName[], values: unknown[]): unknown {
    const { engine } = this;
    try {
      const given = parameters.map((type, index) => coerced(values[index], type, this));
      const base = engine.beginCall();
      try {
        for (let index = 0; index < given.length; index++) setValue(engine, index, parameters[index], given[index]);
        engine.call(address);
        if (results.length === 0) return undefined;
        if (results.length === 1) return getValue(engine, 0, results[0], this);
        return results.map((type, index) => getValue(engine, index, type, this));
      } finally {
        engine.endCall(base);
      }
    } catch (error) {
      throw translated(error);
    }
  }

  /** Makes a JavaScript function importable. Returns its address. */
  private defineHostFunction(
    module: string,
    name: string,
    parameters: ValueTypeName[],
    results: ValueTypeName[],
    value: ExportedFunction,
  ): number {
    const letters = (types: ValueTypeName[]) => types.map((type) => TYPE_LETTERS[type]).join('');
    return this.engine.defineFunction(module, name, letters(parameters), letters(results), (engine) => {
      const returned = value(...parameters.map((type, index) => getValue(engine, index, type, this)));
      if (results.length === 0) return;
      // Translated: what is over a capacity during a start function must not look as if the instance had found no room.
      const taken = translating(() => this.resultsOf(returned, results));
      for (let index = 0; index < taken.length; index++) setValue(engine, index, results[index], taken[index]);
    });
  }

  private resultsOf(returned: unknown, types: ValueTypeName[]): unknown[] {
    if (types.length === 1) return [coerced(returned, types[0], this)];
    return severalResults(returned, types.length).map((value, index) => coerced(value, types[index], this));
  }

  /** Makes a function importable as `external`. */
  defineFunction({ module, name, parameters, results }: External, value: ExportedFunction): void {
    const typed = typedFunction(value);
    if (typed?.isExported) this.engine.define(module, name, ExternalKind.Function, this.functionReference(value));
    else if (typed) this.defineTypedFunction(module, name, typed);
    else this.defineHostFunction(module, name, parameters, results, value);
  }
}

/** Makes a store, without memory, in which `use` finds room: capacities are raised until it does, unless they are given. */
export function fittingStore<Result>(capacities: Capacities, fixed: boolean, use: (store: Store) => Result): Result {
  let size: Capacities = { ...capacities, memories: 1, memoryBytes: 0 };
  for (;;) {
    const store: Store = new Store(size, {
      memoryBuffer: new ArrayBuffer(0),
      growMemory: (bytes) => grownBuffer(store.engine.memoryBuffer, bytes),
    });
    try {
      return use(store);
    } catch (error) {
      if (fixed || !(error instanceof CapacityError) || error.capacity === 'memoryBytes') throw error;
      size = { ...raiseCapacity(size, error), memoryBytes: 0 };
    }
  }
}

/** Exactly as long as needed, as it is what `Memory.buffer` returns. The old buffer is detached, as programs test for. */
export function grownBuffer(old: ArrayBuffer, bytes: number): ArrayBuffer | null {
  try {
    const buffer = new ArrayBuffer(bytes);
    new Uint8Array(buffer).set(new Uint8Array(old));
    structuredClone(old, { transfer: [old] });
    return buffer;
  } catch {
    // The machine has no more.
    return null;
  }
}
