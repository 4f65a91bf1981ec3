// The runtime of glue on a board for modules of AssemblyScript: it converts between values of Espruino and objects of the garbage-collected
// heap in linear memory. Text is UTF-16 in the module; an unpaired surrogate becomes U+FFFD on the board. Source: AssemblyScript's
// std/assembly/rt. Written for Espruino: no hoisting, no rest arguments.

declare const E: {
  toString(bytes: Uint8Array): string;
  toUint8Array(text: string): Uint8Array;
  asUTF8(text: string): string;
  sum(numbers: unknown): number;
};

// Constants of the build.
declare const UNICODE: boolean;
declare const MEMORY_BYTES: number;
declare const MEMORY_START: number;

// Declared in the program.
declare function memoryPart(place: number, length: number): Uint8Array;
declare function takeBack(): void;
declare function numbersOf(Class: NumbersClass, width: number, pointer: number, length: number): Numbers;
declare function checkText(text: string): string;
declare function bytesOfText(text: string): string;
declare function utf8Of(code: number): string;
declare const memoryView: DataView;
/** The module's `__new`, `__pin` and `__unpin`. */
declare function newObject(bytes: number, classId: number): number;
declare function keepObject(address: number): void;
declare function releaseObject(address: number): void;

type Lower = { apply(self: null, values: unknown[]): unknown[] };
type Numbers = { readonly length: number; readonly [index: number]: number; set(values: unknown): void };
type NumbersClass = {
  new (buffer: ArrayBufferLike, offset: number, length: number): Numbers;
  new (values: Numbers | number): Numbers;
};
interface Reference {
  address: number;
  free(): void;
}

/** Objects that are kept until the call at hand ends, behind a 0 for each call. */
const pins: number[] = [];
/** How many references there are to an object, by its address. */
const references: Record<number, number> = {};

export function openPins(): void {
  pins.push(0);
}

export function closePins(): void {
  let address = pins.pop();
  while (address) {
    releaseObject(address);
    address = pins.pop();
  }
}

/** Makes the words of a call's arguments, and keeps objects until `release`, unless making them fails. */
export function keeper(lower: Lower): { lower: Lower; release(): void } {
  let keeps = false;
  return {
    lower: function (): unknown[] {
      // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
      const words = lower.apply(null, arguments as unknown as unknown[]);
      keeps = true;
      return words;
    },
    release: () => {
      if (keeps) closePins();
      keeps = false;
    },
  };
}

/** A call that ends at once. */
export function keptCall(kept: { lower: Lower; release(): void }, call: (lower: Lower) => unknown): unknown {
  let word: unknown;
  try {
    word = call(kept.lower);
  } catch (error) {
    kept.release();
    throw error;
  }
  kept.release();
  return word;
}

export function pinned(address: number): number {
  keepObject(address);
  pins.push(address);
  return address;
}

function wordAt(address: number): number {
  return memoryView.getUint32((address >>> 0) - MEMORY_START, true);
}

export function putHeader(header: number, buffer: number, length: number): void {
  const place = (header >>> 0) - MEMORY_START;
  memoryView.setUint32(place, buffer, true);
  memoryView.setUint32(place + 4, buffer, true);
  memoryView.setUint32(place + 8, length, true);
}

export function lengthOf(values: ArrayLike<unknown>): number {
  if (!values || typeof values.length !== 'number') throw new Error('expected a list');
  return values.length;
}

function makeNumbers(Class: NumbersClass, width: number, classId: number, values: ArrayLike<unknown>): number {
  const length = lengthOf(values);
  const pointer = newObject(length * width, classId);
  if (length > 0) {
    const view = memoryPart(pointer >>> 0, length * width);
    new Class(view.buffer, view.byteOffset, length).set(values);
    if (MEMORY_BYTES > 65536) takeBack();
  }
  return pointer;
}

export function makeStatic(Class: NumbersClass, width: number, classId: number, values: ArrayLike<unknown>): number {
  return makeNumbers(Class, width, classId, values);
}

/** An object with a header of so many bytes, around a buffer of numbers. */
function makeAround(buffer: number, length: number, bytes: number, classId: number): number {
  let header = 0;
  keepObject(buffer);
  try {
    header = newObject(bytes, classId);
  } catch (error) {
    releaseObject(buffer);
    throw error;
  }
  releaseObject(buffer);
  putHeader(header, buffer, length);
  return header;
}

export function makeView(Class: NumbersClass, width: number, classId: number, values: ArrayLike<unknown>): number {
  return makeAround(makeNumbers(Class, width, 1, values), values.length * width, 12, classId);
}

export function makeArray(Class: NumbersClass, width: number, classId: number, values: ArrayLike<unknown>): number {
  const header = makeAround(makeNumbers(Class, width, 1, values), values.length * width, 16, classId);
  memoryView.setUint32((header >>> 0) + 12 - MEMORY_START, values.length, true);
  return header;
}

export function objectView(Class: NumbersClass, width: number, address: number): Numbers | null {
  return address ? numbersOf(Class, width, wordAt(address + 4), wordAt(address + 8) / width) : null;
}

export function objectArray(Class: NumbersClass, width: number, address: number): Numbers | null {
  return address ? numbersOf(Class, width, wordAt(address + 4), wordAt(address + 12)) : null;
}

export function objectStatic(Class: NumbersClass, width: number, address: number): Numbers | null {
  return address ? numbersOf(Class, width, address, wordAt(address - 4) / width) : null;
}

export function objectBuffer(address: number): ArrayBufferLike | null {
  return address ? (numbersOf(Uint8Array, 1, address, wordAt(address - 4)) as Uint8Array).buffer : null;
}

export function makeBuffer(buffer: ArrayBuffer): number {
  return makeNumbers(Uint8Array, 1, 1, new Uint8Array(buffer));
}

export function objectText(address: number): string | null {
  if (!address) return null;
  const units = numbersOf(Uint16Array, 2, address, wordAt(address - 4) >>> 1);
  const length = units.length;
  if (length === 0) return '';
  // The low bytes are the text if there is nothing else, which is ASCII nearly always.
  const low = new Uint8Array(units as unknown as Uint16Array);
  let text = E.toString(low);
  if (E.sum(units) === E.sum(low) && !/[\x80-\xff]/.test(text)) return text;
  text = '';
  for (let at = 0; at < length; at++) {
    let code = units[at];
    if ((code & 0xfc00) === 0xd800 && at + 1 < length && (units[at + 1] & 0xfc00) === 0xdc00) {
      at++;
      code = 0x10000 + ((code & 1023) << 10) + (units[at] & 1023);
    }
    text += utf8Of((code & 0xf800) === 0xd800 && code < 65536 ? 0xfffd : code);
  }
  return UNICODE ? E.asUTF8(text) : text;
}

export function makeText(given: string): number {
  if (typeof given !== 'string') throw new Error('expected a string');
  const text = UNICODE ? bytesOfText(given) : checkText(given);
  if (text === '') return newObject(0, 2);
  const from = E.toUint8Array(text);
  if (!/[\x80-\xff]/.test(text)) return makeNumbers(Uint16Array, 2, 2, from);
  const units = new Uint16Array(from.length);
  let count = 0;
  let at = 0;
  while (at < from.length) {
    let code = from[at];
    // The first byte says how many follow.
    let more = code < 128 ? 0 : code < 224 ? 1 : code < 240 ? 2 : 3;
    code &= more === 0 ? 127 : 63 >> more;
    at++;
    for (; more > 0; more--) {
      code = (code << 6) | (from[at] & 63);
      at++;
    }
    if (code > 65535) {
      code -= 65536;
      units[count] = 0xd800 | (code >> 10);
      count++;
      code = 0xdc00 | (code & 1023);
    }
    units[count] = code;
    count++;
  }
  return makeNumbers(Uint16Array, 2, 2, new Uint16Array(units.buffer, 0, count));
}

/** Gives an object up that stayed in the module: for good, if no other reference to it is left. */
function freeReference(this: Reference): void {
  const address = this.address;
  if (!address) return;
  this.address = 0;
  references[address]--;
  if (references[address]) return;
  delete references[address];
  releaseObject(address);
}

export function referenceOf(address: number): Reference | null {
  if (!address) return null;
  if (!references[address]) {
    keepObject(address);
    references[address] = 0;
  }
  references[address]++;
  return { address, free: freeReference };
}

export function addressOf(reference: Reference): number {
  if (!reference || reference.free !== freeReference) throw new Error('expected an object of the module');
  if (!reference.address) throw new Error('the object has been freed');
  return reference.address;
}
