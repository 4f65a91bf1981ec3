// Lets translated code call host functions that are written for an engine, such as those of WASI: it has the same accessors of
// arguments, results and memory.

import { TYPE_LETTERS } from '../../module/value-type-names.js';
import type { HostEngine } from '../caller.js';
import { declareType } from '../javascript-api/typed-function.js';
import type { ValueTypeName } from '../javascript-api/value.js';
import { Global } from './global.js';
import type { Instance } from './instance.js';
import { Memory } from './memory.js';
import { Table } from './table.js';
import { f32_bits, f32_of_bits, f64_high, f64_low, f64_of_words } from './value.js';

export class HostCalls implements HostEngine {
  /** The defined functions, for instantiation. */
  readonly imports: Record<string, Record<string, unknown>> = {};
  private instance: Instance | null = null;
  /** Words of arguments and results, two each. */
  private readonly words = new Int32Array(64);

  /** Binds the functions to the memory of this instance. */
  attach(instance: Instance): void {
    this.instance = instance;
  }

  defineFunction(module: string, name: string, parameters: string, results: string, host: () => void): void {
    const made = () => {
      throw new TypeError(`${name} can only be called by a module that imports it`);
    };
    declareType(made, {
      signature: `${parameters}:${results}`,
      isExported: false,
      callBits: (words) => {
        this.words.set(words);
        host();
        words.set(this.words.subarray(0, words.length));
      },
    });
    this.add(module, name, made);
  }

  private add(module: string, name: string, made: unknown): void {
    this.imports[module] ??= {};
    this.imports[module][name] = made;
  }

  defineGlobal(module: string, name: string, type: string, mutable: boolean, low: number, high: number): void {
    const types = Object.keys(TYPE_LETTERS) as ValueTypeName[];
    const global = new Global({ value: types.find((each) => TYPE_LETTERS[each] === type) as 'i32', mutable });
    global.setBits(low, high);
    this.add(module, name, global);
  }

  defineMemory(module: string, name: string, initial: number, maximum: number): void {
    this.add(module, name, new Memory({ initial, ...(maximum >= 0 && { maximum }) }));
  }

  defineTable(module: string, name: string, elementType: string, initial: number, maximum: number): void {
    const element = elementType === 'R' ? 'externref' : 'funcref';
    this.add(module, name, new Table({ element, initial, ...(maximum >= 0 && { maximum }) }));
  }

  getI32(index: number): number {
    return this.words[index * 2];
  }
  setI32(index: number, value: number): void {
    this.words[index * 2] = value;
  }
  getI64Low(index: number): number {
    return this.words[index * 2];
  }
  getI64High(index: number): number {
    return this.words[index * 2 + 1];
  }
  setI64(index: number, low: number, high: number): void {
    this.words[index * 2] = low;
    this.words[index * 2 + 1] = high;
  }
  getF32(index: number): number {
    return f32_of_bits(this.words[index * 2]);
  }
  setF32(index: number, value: number): void {
    this.words[index * 2] = f32_bits(value);
  }
  getF64(index: number): number {
    return f64_of_words(this.getI64Low(index), this.getI64High(index));
  }
  setF64(index: number, value: number): void {
    this.setI64(index, f64_low(value), f64_high(value));
  }

  /** The one memory has the address 0. */
  get callerMemory(): number {
    return this.instance?.memory ? 0 : -1;
  }
  memoryBytes(): number {
    return this.memoryBuffer.byteLength;
  }
  memoryBase(): number {
    return 0;
  }
  memoryStart(): number {
    return this.instance!.memory!.start;
  }
  get memoryBuffer(): ArrayBuffer {
    return this.instance!.memory!.buffer;
  }
}
