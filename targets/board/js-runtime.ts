// What translated code runs on, on a board: traps, memory off the fast path, tables, calls from outside, host functions. The
// build puts the texts of the numeric instructions and the declared names in front of it; behind it come the functions.
// Written for Espruino: no hoisting, no rest arguments.

// biome-ignore-all lint/style/useConst: the code behind this file assigns its variables.

import type { Host } from '../host-functions/host.js';

// Constants of the build.
declare const MEMORY_BYTES: number;
declare const MEMORY_PAGES: number;
declare const MOST_PAGES: number;
declare const PAGE_SHIFT: number;
/** How deep calls may go; 0 if nobody counts. */
declare const MOST_CALLS: number;
declare const TRAP_FILE: string;
/** Whether the compiler on the board gets functions. */
declare const JITTED: boolean;
/** Whether no function that can be called from outside has more than one word of results. */
declare const SINGLE_RESULTS: boolean;
/** Whether exported functions take floats. */
declare const FLOAT_ARGUMENTS: boolean;
/** What the imported host functions use of `host`. */
declare const HOST_CALLS_TABLE: boolean;
declare const HOST_CALLS_EXPORT: boolean;
declare const HOST_FAILS: boolean;
declare const HOST_EXITS: boolean;
/** Whether the functions count fuel: else js-fuel.ts is not there. */
declare const FUEL: boolean;
/** Whether calls can be given some. */
declare const LIMITS: boolean;
declare function settleFuel(at: number): void;
declare function fillFuel(): void;
declare function exportWithFuel(direct: unknown): void;
/** VerificationLevel: without it, js-verification.ts is not there. */
declare const VERIFICATION: number;
declare function seal(isInCall: boolean): void;
declare function verify(): void;
declare function verifyBehind(): void;
declare function causeOf(error: unknown): unknown;
/** Whether stores keep sums of memory: else js-block-sums.ts is not there. */
declare const SUMS_BLOCKS: boolean;
declare function storeByte(at: number, value: number): void;
declare function storeWord(at: number, value: number): void;
declare function storeDouble(address: number, value: number, at: number): void;
declare function sumRange(from: number, count: number, sign: number): void;
declare function openRange(from: number, count: number): void;
/** Whether functions yield: else js-slices.ts is not there. */
declare const RESUMABLE: boolean;
declare let suspended: unknown;
declare function callInSlices(
  target: WordFunction,
  values: ArrayLike<Value>,
  letters: string,
  words: Words,
  done: Done,
  index: number,
): void;
declare function saveCall(index: number): Uint8Array;
declare function restoreCall(
  index: number,
  snapshot: Uint8Array,
  target: WordFunction,
  letters: string,
  words: Words,
  done: Done,
): void;
/** `require`, by a name that bundling leaves alone. */
declare function BOARD_REQUIRE(name: 'Storage'): { readArrayBuffer(name: string): ArrayBuffer | undefined };
/** An object in its place. */
declare const FUNCTION_NAMES: { [index: number]: string };
declare let highWord: number;
declare let limit: number;
declare const bytes: Uint8Array;
/** Makes the views of memory again, as long as that is. */
declare function makeViews(): void;
/** Of lent-memory.ts. */
declare function lend(pointer: number, length: number): Uint8Array;
declare const dataBytes: Uint8Array;
/** Start and length of each data segment. */
declare const dataSegments: number[];
declare const elements: (number | null)[][];
declare const functionOf: ((...words: unknown[]) => unknown)[];
/** The parameters and results of each element of `functionOf`. */
declare function exportsByName(): { [name: string]: (...values: unknown[]) => unknown };
declare const callTableZero: (index: number, values: unknown[]) => void;
declare function i64_div_s_trap(a: number, b: number, c: number, d: number): number;
declare function i64_div_s(a: number, b: number, c: number, d: number): number;
declare function i64_div_u(a: number, b: number, c: number, d: number): number;
declare function i64_rem_s(a: number, b: number, c: number, d: number): number;
declare function i64_rem_u(a: number, b: number, c: number, d: number): number;
declare function i32_rem_s(a: number, b: number): number;
declare function i32_trunc_f64_s_trap(a: number): number;
declare function i32_trunc_f64_u_trap(a: number): number;
declare function i64_trunc_f64_s_trap(a: number): number;
declare function i64_trunc_f64_u_trap(a: number): number;
declare function i64_trunc_f64_s(a: number): number;
declare function i64_trunc_f64_u(a: number): number;

type Entry = number | null;

/** The address of the access at hand, and a value to be stored. */
export let A = 0;
/** Where control of a jitted function is on its way to: 0 for on, -1 for out of all of them, behind a trap. */
export let x = 0;
export let W: unknown = 0;
export let pages = MEMORY_PAGES;
export let exitCode = -1;
/** Of the calls from outside that are running. */
export let running = 0;
// By way of the buffers, so that a program has none that it does not use: what reads a property is never left out.
const singleBuffer = /* @__PURE__ */ new ArrayBuffer(4);
const doubleBuffer = /* @__PURE__ */ new ArrayBuffer(8);
export const single = /* @__PURE__ */ new Float32Array(singleBuffer);
export const singleBits = /* @__PURE__ */ new Int32Array(singleBuffer);
export const double = /* @__PURE__ */ new Float64Array(doubleBuffer);
export const doubleBits = /* @__PURE__ */ new Int32Array(doubleBuffer);
export const doubleBytes = /* @__PURE__ */ new Uint8Array(doubleBuffer);

/** Which function a position is in: the file has where the bodies start, and the number of the first. */
export function place(at: number): string {
  const file = BOARD_REQUIRE('Storage').readArrayBuffer(TRAP_FILE);
  const starts = file ? new Int32Array(file) : [];
  let index = 1;
  while (index < starts.length && starts[index] <= at) index++;
  if (index < 2) return '';
  const found = starts[0] + index - 2;
  const name = FUNCTION_NAMES[found];
  return ' in function ' + found + (name ? ' (' + name + ')' : '') + ' at byte ' + at;
}

export function trap(code: number, at: number): never {
  if (JITTED) x = -1;
  if (FUEL && at >= 0) settleFuel(at);
  const text =
    [
      '',
      'unreachable',
      'out of bounds memory access',
      'integer divide by zero',
      'integer overflow',
      'invalid conversion to integer',
      'out of bounds table access',
      'undefined element',
      'uninitialized element',
      'indirect call type mismatch',
      'call stack exhausted',
    ][code] || 'host function failed';
  throw new Error(text + (at < 0 ? '' : place(at)));
}

export function memoryTrap(at: number): never {
  return trap(2, at);
}

// Memory, off the fast path: out of bounds, or not aligned.

/** The address without a sign, if so many bytes are there. */
export function checked(address: number, count: number, at: number): number {
  const from = address < 0 ? address + 4294967296 : address;
  if (from + count > limit) trap(2, at);
  return from;
}

export function load8(address: number, at: number): number {
  return bytes[checked(address, 1, at)];
}

export function load16_u(address: number, at: number): number {
  const from = checked(address, 2, at);
  return bytes[from] | (bytes[from + 1] << 8);
}

export function load16_s(address: number, at: number): number {
  return (load16_u(address, at) << 16) >> 16;
}

export function load32(address: number, at: number): number {
  const from = checked(address, 4, at);
  return bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16) | (bytes[from + 3] << 24);
}

export function load64(address: number, at: number): number {
  const from = checked(address, 8, at);
  for (let index = 0; index < 8; index++) doubleBytes[index] = bytes[from + index];
  return double[0];
}

export function store8(address: number, value: number, at: number): void {
  if (SUMS_BLOCKS) storeByte(checked(address, 1, at), value);
  else bytes[checked(address, 1, at)] = value;
}

export function store16(address: number, value: number, at: number): void {
  const from = checked(address, 2, at);
  if (SUMS_BLOCKS) {
    storeByte(from, value);
    storeByte(from + 1, value >> 8);
    return;
  }
  bytes[from] = value;
  bytes[from + 1] = value >> 8;
}

export function store32(address: number, value: number, at: number): void {
  const from = checked(address, 4, at);
  if (SUMS_BLOCKS) {
    storeWord(from, value);
    return;
  }
  bytes[from] = value;
  bytes[from + 1] = value >> 8;
  bytes[from + 2] = value >> 16;
  bytes[from + 3] = value >> 24;
}

export function store64(address: number, value: number, at: number): void {
  if (SUMS_BLOCKS) {
    storeDouble(address, value, at);
    return;
  }
  const from = checked(address, 8, at);
  double[0] = value;
  for (let index = 0; index < 8; index++) bytes[from + index] = doubleBytes[index];
}

// Floats: a NaN of an f32 is the double with the same sign and payload.

export function f64_of_words(low: number, high: number): number {
  doubleBits[0] = low;
  doubleBits[1] = high;
  return double[0];
}

export function f64_low(value: number): number {
  double[0] = value;
  return doubleBits[0];
}

export function f64_high(value: number): number {
  double[0] = value;
  return doubleBits[1];
}

export function f32_of_bits(bits: number): number {
  singleBits[0] = bits;
  const value = single[0];
  if (value === value) return value;
  return f64_of_words(bits << 29, (bits & -2147483648) | 0x7ff00000 | ((bits & 0x7fffff) >> 3));
}

export function f32_bits(value: number): number {
  if (value === value) {
    single[0] = value;
    return singleBits[0];
  }
  double[0] = value;
  const payload = ((doubleBits[1] & 0xfffff) << 3) | (doubleBits[0] >>> 29);
  return (doubleBits[1] & -2147483648) | 0x7f800000 | (payload === 0 ? 0x400000 : payload);
}

export function f32_load(address: number, at: number): number {
  return f32_of_bits(load32(address, at));
}

export function f32_store(address: number, value: number, at: number): void {
  store32(address, f32_bits(value), at);
}

export function own_f64_neg(value: number): number {
  double[0] = value;
  doubleBits[1] = doubleBits[1] ^ -2147483648;
  return double[0];
}

export function own_f64_abs(value: number): number {
  double[0] = value;
  doubleBits[1] = doubleBits[1] & 0x7fffffff;
  return double[0];
}

export function own_f64_copysign(value: number, sign: number): number {
  const high = f64_high(sign);
  double[0] = value;
  doubleBits[1] = (doubleBits[1] & 0x7fffffff) | (high & -2147483648);
  return double[0];
}

// Numeric instructions that trap.

export function own_i32_div_s(a: number, b: number, at: number): number {
  if (b === 0) trap(3, at);
  if (b === -1 && a === -2147483648) trap(4, at);
  return (a / b) | 0;
}

export function own_i32_div_u(a: number, b: number, at: number): number {
  if (b === 0) trap(3, at);
  return ((a >>> 0) / (b >>> 0)) | 0;
}

export function own_i32_rem_s(a: number, b: number, at: number): number {
  if (b === 0) trap(3, at);
  return i32_rem_s(a, b);
}

export function own_i32_rem_u(a: number, b: number, at: number): number {
  if (b === 0) trap(3, at);
  return ((a >>> 0) % (b >>> 0)) | 0;
}

export function own_i64_div_s(a: number, b: number, c: number, d: number, at: number): number {
  const code = i64_div_s_trap(a, b, c, d);
  if (code > 0) trap(code, at);
  return i64_div_s(a, b, c, d);
}

export function own_i64_div_u(a: number, b: number, c: number, d: number, at: number): number {
  if ((c | d) === 0) trap(3, at);
  return i64_div_u(a, b, c, d);
}

export function own_i64_rem_s(a: number, b: number, c: number, d: number, at: number): number {
  if ((c | d) === 0) trap(3, at);
  return i64_rem_s(a, b, c, d);
}

export function own_i64_rem_u(a: number, b: number, c: number, d: number, at: number): number {
  if ((c | d) === 0) trap(3, at);
  return i64_rem_u(a, b, c, d);
}

export function own_i32_trunc_f64_s(a: number, at: number): number {
  const code = i32_trunc_f64_s_trap(a);
  if (code > 0) trap(code, at);
  return a | 0;
}

export function own_i32_trunc_f64_u(a: number, at: number): number {
  const code = i32_trunc_f64_u_trap(a);
  if (code > 0) trap(code, at);
  return a | 0;
}

export function own_i64_trunc_f64_s(a: number, at: number): number {
  const code = i64_trunc_f64_s_trap(a);
  if (code > 0) trap(code, at);
  return i64_trunc_f64_s(a);
}

export function own_i64_trunc_f64_u(a: number, at: number): number {
  const code = i64_trunc_f64_u_trap(a);
  if (code > 0) trap(code, at);
  return i64_trunc_f64_u(a);
}

// Bulk instructions.

export function memory_grow(more: number): number {
  const old = pages;
  const size = (old + (more >>> 0)) * (1 << PAGE_SHIFT);
  if (more === 0) return old;
  if (old + (more >>> 0) > MOST_PAGES || size > MEMORY_BYTES) return -1;
  pages = old + more;
  limit = size;
  makeViews();
  return old;
}

/** As it was before, in a snapshot. */
export function setPages(count: number): void {
  if (count === pages) return;
  pages = count;
  const size = count * (1 << PAGE_SHIFT);
  bytes.fill(0, size);
  limit = size;
  makeViews();
}

export function memory_fill(to: number, value: number, count: number, at: number): void {
  const from = checked(to, count >>> 0, at);
  if (SUMS_BLOCKS) sumRange(from, count, -1);
  bytes.fill(value & 255, from, from + count);
  if (SUMS_BLOCKS) sumRange(from, count, 1);
}

export function memory_copy(to: number, from: number, count: number, at: number): void {
  const target = checked(to, count >>> 0, at);
  const source = checked(from, count >>> 0, at);
  if (SUMS_BLOCKS) sumRange(target, count, -1);
  if (target <= source) for (let index = 0; index < count; index++) bytes[target + index] = bytes[source + index];
  else for (let index = count - 1; index >= 0; index--) bytes[target + index] = bytes[source + index];
  if (SUMS_BLOCKS) sumRange(target, count, 1);
}

export function memory_init(segment: number, to: number, from: number, count: number, at: number): void {
  const start = from >>> 0;
  const length = count >>> 0;
  if (start + length > dataSegments[segment * 2 + 1]) trap(2, at);
  const target = checked(to, length, at);
  if (SUMS_BLOCKS) sumRange(target, length, -1);
  for (let index = 0; index < length; index++)
    bytes[target + index] = dataBytes[dataSegments[segment * 2] + start + index];
  if (SUMS_BLOCKS) sumRange(target, length, 1);
}

export function data_drop(segment: number): void {
  dataSegments[segment * 2 + 1] = 0;
}

export function inTable(entries: ArrayLike<Entry>, index: number, count: number, at: number): number {
  if ((index >>> 0) + (count >>> 0) > entries.length) trap(6, at);
  return index;
}

export function table_get(entries: Entry[], index: number, at: number): Entry {
  return entries[inTable(entries, index, 1, at)];
}

export function table_set(entries: Entry[], index: number, value: Entry, at: number): void {
  entries[inTable(entries, index, 1, at)] = value;
}

export function table_size(entries: Entry[]): number {
  return entries.length;
}

export function table_grow(entries: Entry[], most: number, value: Entry, count: number): number {
  const old = entries.length;
  if (old + (count >>> 0) > most || count >>> 0 > 1000) return -1;
  for (let index = 0; index < count; index++) entries.push(value);
  return old;
}

export function table_fill(entries: Entry[], index: number, value: Entry, count: number, at: number): void {
  inTable(entries, index, count, at);
  for (let offset = 0; offset < count; offset++) entries[index + offset] = value;
}

export function table_copy(
  target: Entry[],
  source: Entry[],
  to: number,
  from: number,
  count: number,
  at: number,
): void {
  inTable(target, to, count, at);
  inTable(source, from, count, at);
  if (to <= from) for (let index = 0; index < count; index++) target[to + index] = source[from + index];
  else for (let index = count - 1; index >= 0; index--) target[to + index] = source[from + index];
}

export function table_init(
  entries: Entry[],
  segment: number,
  to: number,
  from: number,
  count: number,
  at: number,
): void {
  inTable(elements[segment], from, count, at);
  inTable(entries, to, count, at);
  for (let index = 0; index < count; index++) entries[to + index] = elements[segment][from + index];
}

export function elem_drop(segment: number): void {
  elements[segment] = [];
}

// Tail calls: a function that makes one returns to who called it, who makes the call.

interface TailCalling {
  apply(self: null, words: unknown[]): unknown;
  body?: TailCalling;
}

/** Returned in the place of a result: a call is to be made. */
export const PENDING = {};
export let pendingCall: TailCalling;
export let pendingWords: unknown[];

export function tail(call: TailCalling, words: unknown[]): unknown {
  pendingCall = call.body || call;
  pendingWords = words;
  return PENDING;
}

export function finish(returned: unknown): unknown {
  let result = returned;
  while (result === PENDING) result = pendingCall.apply(null, pendingWords);
  return result;
}

// Calls from outside.

type Value = number | number[] | null;
type Done = (error: unknown, result?: unknown) => void;

/** The words of values: an i64 is an array of its low and its high word. */
export function wordsOf(values: ArrayLike<Value>, letters: string): unknown[] {
  const all: unknown[] = [];
  const count = letters.indexOf(':');
  for (let index = 0; index < count; index++) {
    const letter = letters[index];
    const value = values[index];
    if (letter === 'I') {
      all.push((value as number[])[0] | 0);
      all.push((value as number[])[1] | 0);
    } else if (FLOAT_ARGUMENTS && letter === 'f') all.push(f32_of_bits(f32_bits(value as number)));
    else if (FLOAT_ARGUMENTS && letter === 'F') {
      double[0] = value as number;
      all.push(double[0]);
    } else all.push(letter === 'i' ? (value as number) | 0 : value === undefined ? null : value);
  }
  return all;
}

/** One result as it is, more of them as an array. The words start at 1. */
export function resultsOf(words: unknown[], letters: string): unknown {
  const all: unknown[] = [];
  let word = 1;
  for (let index = letters.indexOf(':') + 1; index < letters.length; index++) {
    if (letters[index] === 'I') all.push([words[word++], words[word]]);
    else all.push(words[word]);
    word++;
  }
  return all.length > 1 ? all : all[0];
}

export const waiting: (() => void)[] = [];

/** Runs what had to wait. */
export function runWaiting(): void {
  while (running === 0 && waiting.length > 0) waiting.shift()!();
}

export type WordFunction = { apply(self: null, words: unknown[]): unknown };
export type Words = (first: unknown) => unknown[];

/** A call to its end. `words` gives all words of the result, if there are more than the one that the function returns. */
export function call(target: WordFunction, values: ArrayLike<Value>, letters: string, words?: Words): unknown {
  if (RESUMABLE && suspended) throw new Error('another call is running: take .async, which waits for it');
  if (VERIFICATION > 0 && running === 0) verify();
  if (JITTED) x = 0;
  if (FUEL && running === 0) fillFuel();
  running++;
  try {
    // One behind the other: nested, they would take more of the C stack.
    const given = wordsOf(values, letters);
    if (MOST_CALLS > 0) given.push(MOST_CALLS);
    const first = target.apply(null, given);
    if (VERIFICATION > 2) verifyBehind();
    if (SINGLE_RESULTS) return letters[letters.length - 1] === ':' ? undefined : first;
    return resultsOf(words ? words(first) : [null, first], letters);
  } catch (error) {
    if (VERIFICATION > 2) {
      const cause = causeOf(error);
      if (cause !== error) throw cause;
    }
    if (!HOST_EXITS || exitCode !== 0) throw error || new Error('failed');
    exitCode = -1;
  } finally {
    // A host function that made the call may throw.
    if (JITTED) x = -1;
    running--;
    if (VERIFICATION > 0 && running === 0) seal(false);
  }
  return undefined;
}

/** When nothing else of the program runs. Calls that do not go in slices have ended when the firmware is idle. */
export function later(run: () => void): void {
  if (running === 0) run();
  else if (RESUMABLE) {
    waiting.push(run);
    setTimeout(runWaiting, 0);
  } else setTimeout(run, 0);
}

export const host: Host = {
  high: 0,
  bytes(pointer: number, length: number): Uint8Array {
    if (pointer < 0 || length < 0 || pointer + length > limit) trap(2, -1);
    if (SUMS_BLOCKS && length > 0) openRange(pointer, length);
    if (MEMORY_BYTES > 65536 && pointer > 65535) return lend(pointer, length);
    return new Uint8Array(bytes.buffer, pointer, length);
  },
} as Host;

// Only what the program's host functions use of it: a function takes JsVars though nothing calls it.

if (HOST_CALLS_TABLE) {
  host.callTable = function (index: number): void {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    const values = [].slice.call(arguments, 1);
    later(() => callTableZero(index, values));
  };
}
if (HOST_CALLS_EXPORT) {
  host.callExport = function (name: string): void {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    const values = [].slice.call(arguments, 1);
    later(() => exportsByName()[name].apply(null, values));
  };
}
if (HOST_FAILS) {
  host.fail = (message: string): never => {
    throw new Error(message);
  };
}
if (HOST_EXITS) {
  host.exit = (code: number): never => {
    exitCode = code;
    throw new Error('exit ' + code);
  };
}

/**
 * The `async` of every export: calls back when the call is done, which stops everything else until then. One for all of them,
 * which is told by `this` what to call.
 */
export function callAsync(this: { apply(self: null, values: unknown): unknown }): unknown {
  // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
  const values = arguments as unknown as (Value | Done)[];
  // Made before it is handed on: nested, the calls would take more of the C stack.
  const run = (done: Done) => () => {
    let error: unknown;
    let result: unknown;
    try {
      result = this.apply(null, values);
    } catch (caught) {
      error = caught;
    }
    done(error, result);
  };
  const last = values[values.length - 1];
  if (typeof last === 'function') {
    later(run(last as Done));
    return undefined;
  }
  return new Promise((resolve, reject) => later(run((error, result) => (error ? reject(error) : resolve(result)))));
}

/** A function that calls an exported one; the rest is added to it. */
export interface Direct {
  apply(self: null, values: unknown[]): unknown;
  async: unknown;
  save: unknown;
  restore: unknown;
  withFuel: unknown;
  fuelUsed: unknown;
}

/** What an export is on the board. */
export function exportFunction(direct: Direct): Direct {
  direct.async = callAsync;
  if (LIMITS) exportWithFuel(direct);
  return direct;
}

/** The same of one whose `async` goes in slices: its index, and `words` as of `call`. */
export function exportResumable(
  direct: Direct,
  target: WordFunction,
  letters: string,
  words: Words,
  index: number,
): Direct {
  exportFunction(direct);
  direct.async = function (): unknown {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    const values = arguments as unknown as (Value | Done)[];
    const run = (done: Done) => callInSlices(target, values as Value[], letters, words, done, index);
    const last = values[values.length - 1];
    if (typeof last === 'function') {
      run(last as Done);
      return undefined;
    }
    return new Promise((resolve, reject) => run((error, result) => (error ? reject(error) : resolve(result))));
  };
  direct.save = (): Uint8Array => saveCall(index);
  direct.restore = (snapshot: Uint8Array, done: Done): void => {
    restoreCall(index, snapshot, target, letters, words, done);
  };
  return direct;
}

/** An exported global: an object with the value, which is converted as an argument is. */
export function exportGlobal(
  letter: string,
  get: () => unknown[],
  set: (low: unknown, high: unknown) => void,
): unknown {
  return {
    get value(): unknown {
      return resultsOf(get(), ':' + letter);
    },
    set value(given: unknown) {
      const words = wordsOf([given as Value], letter + ':');
      if (VERIFICATION > 0) verify();
      set(words[0], words[1]);
      if (VERIFICATION > 0) seal(running > 0);
    },
  };
}

/** What setting the value of a global does that does not change. */
export function setConstant(): never {
  throw new Error('the global does not change');
}
