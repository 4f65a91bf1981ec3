// A global that translated code, and a host, share.

import { defaultValue } from '../javascript-api/value.js';
import { fromWords, toWords } from './exported-function.js';
import { f32_of_bits, f64_of_words } from './value.js';

export interface GlobalDescriptor {
  value: 'i32' | 'i64' | 'f32' | 'f64' | 'anyfunc' | 'funcref' | 'externref';
  mutable?: boolean;
}

const LETTERS: Record<string, string> = {
  i32: 'i',
  i64: 'I',
  f32: 'f',
  f64: 'F',
  anyfunc: 'r',
  funcref: 'r',
  externref: 'R',
};

export class Global {
  /** A letter. */
  readonly type: string;
  readonly mutable: boolean;
  /** Of an integer, its words. */
  readonly words = new Int32Array(2);
  /** Of a float, its value. */
  readonly floats = new Float64Array(1);
  reference: unknown = null;

  /** Throws a TypeError for an unknown type or a value that cannot be converted to it. */
  constructor(descriptor: GlobalDescriptor, value?: unknown) {
    if (typeof descriptor !== 'object' || descriptor === null) throw new TypeError('a Global needs a descriptor');
    if (!Object.hasOwn(LETTERS, descriptor.value)) throw new TypeError(`${String(descriptor.value)} is no value type`);
    this.type = LETTERS[descriptor.value];
    this.mutable = Boolean(descriptor.mutable);
    const name = descriptor.value === 'anyfunc' ? 'funcref' : descriptor.value;
    this.put(value === undefined ? defaultValue(name) : value);
  }

  get [Symbol.toStringTag](): string {
    return 'WebAssembly.Global';
  }

  get value(): unknown {
    return this.valueOf();
  }

  /** Throws a TypeError if the global is immutable. */
  set value(value: unknown) {
    if (!this.mutable) throw new TypeError('the global is immutable');
    this.put(value);
  }

  valueOf(): unknown {
    if (this.type === 'i' || this.type === 'I') return fromWords(this.type, [...this.words], 0);
    return fromWords(this.type, [this.isFloat ? this.floats[0] : this.reference], 0);
  }

  get isFloat(): boolean {
    return this.type === 'f' || this.type === 'F';
  }

  private put(value: unknown): void {
    this.setWords(toWords(this.type, value));
  }

  setWords(given: unknown[]): void {
    if (this.isFloat) this.floats[0] = given[0] as number;
    else if (this.type === 'r' || this.type === 'R') this.reference = given[0];
    else this.words.set(given as number[]);
  }

  /** From the bits of a number. */
  setBits(low: number, high: number): void {
    if (this.type === 'f') this.floats[0] = f32_of_bits(low);
    else if (this.type === 'F') this.floats[0] = f64_of_words(low, high);
    else this.setWords([low, high]);
  }
}
