// What glue on a board calls: strings, lists, numbers and handles, between values of Espruino and linear memory. Text is UTF-8 in the
// module. A string of 8-bit characters is taken as its bytes; firmware with Unicode strings gets one where there is more than ASCII.
// Written for Espruino: no hoisting, no rest arguments.

declare const E: {
  toString(bytes: Uint8Array): string;
  toUint8Array(text: string): Uint8Array;
  fromUTF8(text: string): string | false;
  asUTF8(text: string): string;
};

// Constants of the build.
/** Whether the firmware has Unicode strings. */
declare const UNICODE: boolean;
declare const MEMORY_BYTES: number;
/** Address of the arguments in a module without an allocator; 0 with one. */
declare const ARENA: number;
declare const ARENA_END: number;
/** The first address that exists. */
declare const MEMORY_START: number;

// Declared in the program.
/** A view of memory: traps where it is not. */
declare function memoryPart(place: number, length: number): Uint8Array;
declare const bytes: Uint8Array;
/** Declared in large-memory.ts. */
declare function largeMemory(): DataView;
declare function takeBack(): void;
/** The module's cabi_realloc, or `allocate`. */
declare function claim(length: number, alignment: number): number;

type Numbers = { readonly length: number; set(values: ArrayLike<number>): void };
type NumbersClass = {
  new (buffer: ArrayBufferLike, offset: number, length: number): Numbers;
  new (values: Numbers | number): Numbers;
};
type Handles = ([value: unknown, isOwn: boolean] | null)[];

export const memoryView = MEMORY_BYTES > 65536 ? largeMemory() : /* @__PURE__ */ new DataView(bytes.buffer);
/** The length of the string or list that was written last. */
export let size = 0;
export let arenaTop = ARENA;

/** Arguments have no room. */
export function arenaFull(): never {
  throw new Error('arguments need more --memory');
}

/** In the arena. */
export function allocate(length: number, alignment: number): number {
  const pointer = (arenaTop + alignment - 1) & -alignment;
  arenaTop = pointer + length;
  if (arenaTop > ARENA_END) arenaFull();
  return pointer;
}

/** Traps where memory is not. */
export function inMemory(pointer: number, length: number): void {
  memoryPart(pointer >>> 0, length);
  if (MEMORY_BYTES > 65536) takeBack();
}

/**
 * Throws for a string whose bytes are no UTF-8 (Unicode 16, table 3-7): what is left without all characters has another byte, or a
 * character has a longer form than it needs, is a surrogate, or is beyond the last one.
 */
export function checkText(text: string): string {
  const rest = text.replace(
    /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf][\x80-\xbf][\x80-\xbf]/g,
    '',
  );
  if (/[\x80-\xff]/.test(rest) || /\xe0[\x80-\x9f]|\xed[\xa0-\xbf]|\xf0[\x80-\x8f]|\xf4[\x90-\xbf]/.test(text))
    throw new Error('no UTF-8');
  return text;
}

/** Text at an address; without a length, that whose pointer and length are there. One function takes fewer JsVars than two. */
export function textOf(pointer: number, length?: number): string {
  if (length === undefined) {
    const view = memoryPart(pointer, 8);
    const pair = new Uint32Array(view.buffer, view.byteOffset, 2);
    if (MEMORY_BYTES > 65536) takeBack();
    pointer = pair[0];
    length = pair[1];
  }
  // A view of no bytes would reach to the end of the buffer.
  if (!length) return '';
  const text = checkText(E.toString(memoryPart(pointer, length)));
  if (MEMORY_BYTES > 65536) takeBack();
  return UNICODE && /[\x80-\xff]/.test(text) ? E.asUTF8(text) : text;
}

/** Text as a string of its bytes, on firmware with Unicode strings. Throws for anything else. */
export function bytesOfText(text: string): string {
  if (typeof text !== 'string') throw new Error('no string');
  return checkText(E.fromUTF8(text) || text);
}

/** Text as a string of its bytes, or bytes. Espruino's `set` takes both. */
export function putBytes(values: string | ArrayLike<number>): number {
  const length = values.length;
  const pointer = claim(length, 1);
  bytes.set(values as ArrayLike<number>, MEMORY_START > 0 ? pointer - MEMORY_START : pointer);
  size = length;
  return pointer;
}

export function putText(text: string): number {
  return putBytes(UNICODE ? bytesOfText(text) : checkText(text));
}

export function putPair(address: number, pointer: number): void {
  memoryView.setUint32(address, pointer, true);
  memoryView.setUint32(address + 4, size, true);
}

export function numbersOf(Class: NumbersClass, width: number, pointer: number, length: number): Numbers {
  if (length === 0) return new Class(0);
  const count = length >>> 0;
  const view = memoryPart(pointer >>> 0, count * width);
  const numbers = new Class(new Class(view.buffer, view.byteOffset, count));
  if (MEMORY_BYTES > 65536) takeBack();
  return numbers;
}

export function putNumbers(Class: NumbersClass, values: ArrayLike<number>, width: number): number {
  const length = values.length;
  const pointer = claim(length * width, width);
  if (length > 0) {
    const view = memoryPart(pointer >>> 0, length * width);
    new Class(view.buffer, view.byteOffset, length).set(values);
    if (MEMORY_BYTES > 65536) takeBack();
  }
  size = length;
  return pointer;
}

/** A character as a string of its UTF-8 bytes. */
export function utf8Of(code: number): string {
  if (code < 128) return String.fromCharCode(code);
  const last = 128 | (code & 63);
  const third = 128 | ((code >> 6) & 63);
  return code < 2048
    ? String.fromCharCode(192 | (code >> 6), last)
    : code < 65536
      ? String.fromCharCode(224 | (code >> 12), third, last)
      : String.fromCharCode(240 | (code >> 18), 128 | ((code >> 12) & 63), third, last);
}

/** Returns a character, or with Unicode strings a code point. */
export function charOf(code: number): string {
  if (code > 0x10ffff || code < 0 || (code >= 0xd800 && code < 0xe000)) throw new Error(code + ' is no character');
  return UNICODE && code > 127 ? E.asUTF8(utf8Of(code)) : utf8Of(code);
}

export function codeOf(given: string): number {
  if (typeof given !== 'string' || given === '') throw new Error('expected a character');
  const text = E.toUint8Array(UNICODE ? bytesOfText(given) : checkText(given));
  const first = text[0];
  if (first < 128) return first;
  if (first < 224) return ((first & 31) << 6) | (text[1] & 63);
  const two = ((text[1] & 63) << 6) | (text[2] & 63);
  return first < 240 ? ((first & 15) << 12) | two : ((first & 7) << 18) | (two << 6) | (text[3] & 63);
}

export function caseOf(names: string, index: number): string {
  const found = names.split(',')[index];
  if (!found) throw new Error(index + ' is none of ' + names);
  return found;
}

export function tagOf(names: string, tag: string): number {
  const found = names.split(',').indexOf(tag);
  if (found < 0) throw new Error(tag + ' is none of ' + names);
  return found;
}

export function flagOf(flag: number): number {
  if (flag !== 0 && flag !== 1) throw new Error(flag + ' is neither of two cases');
  return flag;
}

/** Returns the error of a function whose result is an error. */
export function failure(payload: unknown): Error {
  // Espruino's JSON of undefined is null.
  const text = payload === undefined ? 'failed' : JSON.stringify(payload);
  const error = new Error(typeof payload === 'string' ? payload : text);
  (error as Error & { payload: unknown }).payload = payload;
  return error;
}

/** Converts an exception of the user's function to the error value of its result. Other errors end the call. */
export function errorOf(error: unknown, isText: boolean): unknown {
  if (!(error instanceof Object)) return error;
  if ('payload' in error) return error.payload;
  // In Espruino, a TypeError is no instance of Error.
  const message = (error as { message?: string }).message;
  if (message === undefined) return error;
  if (isText) return message;
  throw error;
}

export function s64At(address: number): number[] {
  return [memoryView.getInt32(address, true), memoryView.getInt32(address + 4, true)];
}

export function put64(address: number, value: number[]): void {
  memoryView.setInt32(address, value[0], true);
  memoryView.setInt32(address + 4, value[1], true);
}

export const zero64 = [0, 0];
const scratch = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

export function wide(word: number): number[] {
  return [word, 0];
}

export function narrow(words: number[]): number {
  return words[0];
}

export function bits32(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getInt32(0);
}

export function float32(bits: number): number {
  scratch.setInt32(0, bits);
  return scratch.getFloat32(0);
}

export function bits64(value: number): number[] {
  scratch.setFloat64(0, value);
  return [scratch.getInt32(4), scratch.getInt32(0)];
}

export function float64(words: number[]): number {
  scratch.setInt32(4, words[0]);
  scratch.setInt32(0, words[1]);
  return scratch.getFloat64(0);
}

export function newHandle(handles: Handles, value: unknown, isOwn: boolean): number {
  let index = 1;
  while (index < handles.length && handles[index]) index++;
  handles[index] = [value, isOwn];
  return index;
}

function entryOf(handles: Handles, index: number): [value: unknown, isOwn: boolean] {
  const found = handles[index];
  if (!found) throw new Error('there is no handle ' + index);
  return found;
}

export function handleOf(handles: Handles, index: number): unknown {
  return entryOf(handles, index)[0];
}

export function takeHandle(handles: Handles, index: number): unknown {
  const entry = entryOf(handles, index);
  if (!entry[1]) throw new Error('the handle ' + index + ' is lent');
  handles[index] = null;
  return entry[0];
}

export function dropHandle(handles: Handles, index: number): void {
  const entry = entryOf(handles, index);
  handles[index] = null;
  const owner = entry[0] as { free?(): void };
  if (entry[1] && owner.free) owner.free();
}

export function wrapped(owner: { prototype: object }, rep: unknown): object {
  const object = Object.create(owner.prototype);
  object.rep = rep;
  return object;
}

export function repOf(object: { rep: number }): number {
  if (!object || typeof object.rep !== 'number') throw new Error('expected a resource that is not freed');
  return object.rep;
}

export function takeRep(object: { rep: number | undefined }): number {
  const rep = repOf(object as { rep: number });
  object.rep = undefined;
  return rep;
}
