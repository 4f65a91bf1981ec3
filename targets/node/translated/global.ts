// A global that translated code and a host share.

import { TYPE_LETTERS } from '../../module/value-type-names.js';
import { type GlobalDescriptor, readGlobalDescriptor } from '../javascript-api/descriptors.js';
import { defineInterface } from '../javascript-api/interface.js';
import { defaultValue } from '../javascript-api/value.js';
import { fromWords, toWords } from './exported-function.js';
import { f32_of_bits, f64_of_words } from './value.js';

/** Whether a value is a Global, and not only one by its prototype. */
export let isGlobal: (value: unknown) => value is Global;

export class Global {
  static {
    isGlobal = (value): value is Global => typeof value === 'object' && value !== null && #genuine in value;
  }

  readonly #genuine = true;
  /** A letter. */
  readonly type: string;
  readonly mutable: boolean;
  /** The words of an integer. */
  readonly words = new Int32Array(2);
  /** The value of a float. */
  readonly floats = new Float64Array(1);
  reference: unknown = null;

  /** Throws a TypeError for an unknown type or a value that cannot be converted to it. */
  constructor(descriptor: GlobalDescriptor, value?: unknown) {
    const { type, mutable } = readGlobalDescriptor(descriptor);
    this.type = TYPE_LETTERS[type];
    this.mutable = mutable;
    this.put(value === undefined ? defaultValue(type) : value);
  }

  get value(): unknown {
    return genuine(this).read();
  }

  /** Throws a TypeError if the global is immutable. */
  set value(value: unknown) {
    if (!genuine(this).mutable) throw new TypeError('the global is immutable');
    this.put(value);
  }

  valueOf(): unknown {
    return genuine(this).read();
  }

  private read(): unknown {
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

  /** Sets the value from the bits of a number. */
  setBits(low: number, high: number): void {
    if (this.type === 'f') this.floats[0] = f32_of_bits(low);
    else if (this.type === 'F') this.floats[0] = f64_of_words(low, high);
    else this.setWords([low, high]);
  }
}

defineInterface(Global, 'Global', ['value', 'valueOf']);

/** Throws a TypeError for what only looks like a Global. */
function genuine(global: Global): Global {
  if (!isGlobal(global)) throw new TypeError('the argument must be a WebAssembly.Global');
  return global;
}
