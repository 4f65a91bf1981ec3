// The JsVars that a program takes on a board: everything that it can reach, counted with Espruino's memory layout. Sources:
// src/jsvar.h, src/jsvar.c, src/jsutils.h of Espruino 2v29; measured with E.getSizeOf.

import { dataJsVars, type JsVarLayout, jsVarLayout } from '../boards/js-vars.js';
import type { Frame } from './instrument/checks.js';
import type { Site } from './instrument/site.js';
import type { Binding } from './realm/library/functions.js';

export interface FunctionOrigin {
  frame: Frame;
  site: Site;
}

/** Strings of flash that are known at a time: a program that reads without end must not keep all that it has read. */
const FLASH_TEXTS = 1024;

/** Characters of a name, as of a member or a variable, that its first JsVar holds. */
const NAME = 4;

export class MemoryAccount {
  readonly layout: JsVarLayout;
  /** Buffers whose data stay in flash, where Storage has them. */
  readonly inFlash = new WeakSet<object>();
  /** Strings that Storage gave: they have a JsVar that says where in flash they are. */
  private readonly flashTexts = new Set<string>();
  /** The buffers of views that are none of V8's. */
  readonly viewed = new WeakMap<object, ArrayBuffer>();
  /** Bytes of a value that fit into a name's JsVar. */
  private readonly packed: number;
  private seen = new Set<unknown>();
  private pending: unknown[] = [];
  private frames = new Set<Frame>();

  constructor(
    count: number,
    /** Returns the origin of a function that the program made. */
    private readonly originOf: (made: object) => FunctionOrigin | undefined,
    private readonly bindingOf: (made: object) => Binding | undefined,
  ) {
    this.layout = jsVarLayout(count);
    const bits = [254, 1023, 2047, 4095, 8191, 16383].findIndex((most) => count <= most);
    this.packed = 2 ** ([8, 10, 11, 12, 13, 14][bits] - 1);
  }

  /** JsVars of a name. */
  name(text: string): number {
    return 1 + Math.ceil(Math.max(0, text.length - NAME) / this.layout.further);
  }

  /** JsVars of the data of a buffer, or of a function's text. */
  data(bytes: number): number {
    return dataJsVars(bytes, this.layout);
  }

  string(length: number): number {
    return 1 + Math.ceil(Math.max(0, length - this.layout.first) / this.layout.further);
  }

  /** A string of Storage, which stays in flash. An equal one that the program makes itself is taken for it. */
  keepInFlash(text: string): string {
    if (text.length <= this.layout.first) return text;
    const [oldest] = this.flashTexts;
    if (this.flashTexts.size === FLASH_TEXTS) this.flashTexts.delete(oldest);
    this.flashTexts.add(text);
    return text;
  }

  /** JsVars of everything that the values reach, each object once. `named` values have their name counted elsewhere. */
  total(roots: Iterable<unknown>, frames: Iterable<Frame>, named: boolean): number {
    this.seen = new Set();
    this.frames = new Set();
    this.pending = [];
    let sum = 0;
    for (const frame of frames) sum += this.frame(frame);
    for (const root of roots) sum += this.value(root, named);
    for (let next = this.pending.pop(); next !== undefined; next = this.pending.pop())
      sum += this.contents(next as object);
    return sum;
  }

  /** JsVars of one value with all that it reaches: `E.getSizeOf`. */
  sizeOf(value: unknown): number {
    return this.total([value], [], false);
  }

  private frame(frame: Frame | null): number {
    if (!frame || this.frames.has(frame)) return 0;
    this.frames.add(frame);
    let sum = 1 + this.frame(frame.parent);
    for (let index = 0; index < frame.variables; index++) {
      let value: unknown;
      try {
        value = frame.read?.(index);
      } catch {
        continue;
      }
      sum += 1 + this.value(value, true);
    }
    return sum;
  }

  /** JsVars of a value besides its name; `named` values may fit into that. */
  private value(value: unknown, named: boolean): number {
    switch (typeof value) {
      case 'undefined':
      case 'symbol':
        return 0;
      case 'boolean':
        return named ? 0 : 1;
      case 'number':
        return named && Number.isInteger(value) && value >= -this.packed && value < this.packed ? 0 : 1;
      case 'string':
        return this.flashTexts.has(value) ? 1 : this.string(value.length);
      default:
        if (value === null) return 1;
        if (!this.seen.has(value)) {
          this.seen.add(value);
          this.pending.push(value);
        }
        return 0;
    }
  }

  private contents(object: object): number {
    if (ArrayBuffer.isView(object)) return 1 + this.value(bufferOf(object), false);
    const buffer = this.viewed.get(object);
    if (buffer !== undefined) return 1 + this.value(buffer, false);
    const kind = Object.prototype.toString.call(object);
    // With the string that says where the data are.
    if (this.inFlash.has(object)) return 2;
    if (kind === '[object ArrayBuffer]') return 1 + dataJsVars((object as ArrayBuffer).byteLength, this.layout);
    if (Array.isArray(object)) {
      let sum = 1;
      for (const key of Object.keys(object)) sum += 1 + this.value(item(object, key), true);
      return sum;
    }
    let sum = 1;
    const binding = this.bindingOf(object);
    if (binding) {
      // `this`, and each value under the name of its parameter.
      sum++;
      for (const value of binding.values) sum += 1 + this.value(value, true);
    }
    const origin = this.originOf(binding ? (binding.target as object) : object);
    if (origin) {
      const { site, frame } = origin;
      // Parameters, the text with its name, the scope with its name.
      sum += site.count + (site.length > 0 ? 1 + this.data(site.length) : 0);
      if (frame.parent) sum += 1 + this.frame(frame);
    }
    const isNative = !origin && typeof object === 'function' && !isNamespace(object);
    if (kind === '[object Date]') sum += 2;
    for (const key of Object.getOwnPropertyNames(object)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(object, key)!;
      if ((origin || isNative) && ['length', 'name', 'arguments', 'caller'].includes(key)) continue;
      if (key === 'prototype' && (isNative || (origin && isEmptyPrototype(value)))) continue;
      sum += this.name(key);
      sum += get || set ? 1 + this.value(get, false) + this.value(set, false) : this.value(value, true);
    }
    const prototype = Object.getPrototypeOf(object);
    const made = prototype && Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
    if (typeof made === 'function' && this.originOf(made)) sum += 1 + this.value(prototype, false);
    return sum;
  }
}

/** An object of the library, such as a module, is a function without parameters to count. */
function isNamespace(made: object): boolean {
  return Object.getOwnPropertyDescriptor(made, 'length') === undefined;
}

/** Whether a prototype is the one that each function has: with the function as its only member. */
function isEmptyPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getOwnPropertyNames(value).length <= 1;
}

const typedArrayBuffer = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'buffer')!.get!;
const dataViewBuffer = Object.getOwnPropertyDescriptor(DataView.prototype, 'buffer')!.get!;

/** A program can put another member of that name in front of it. */
function bufferOf(view: ArrayBufferView): ArrayBufferLike {
  const isDataView = Object.prototype.toString.call(view) === '[object DataView]';
  return (isDataView ? dataViewBuffer : typedArrayBuffer).call(view);
}

/** A program can compute elements, and throw meanwhile: those take nothing. */
function item(array: unknown[], key: string): unknown {
  try {
    return array[key as unknown as number];
  } catch {
    return undefined;
  }
}
