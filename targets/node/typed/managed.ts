// The runtime of glue on Node for modules of AssemblyScript: it converts between values of JavaScript and objects of the garbage-collected
// heap in linear memory. Source: AssemblyScript's std/assembly/rt, and the output of `asc --bindings`.

import { BUFFER_ID, STRING_ID } from '../../interfaces/assemblyscript/runtime-types.js';

/** The core module, and the runtime of AssemblyScript in it. */
export interface ManagedInstance {
  memory(): ArrayBuffer;
  make(bytes: number, classId: number): number;
  keep(address: number): number;
  release(address: number): void;
}

type NumberArray = ArrayLike<unknown> & { set(values: ArrayLike<unknown>): void };
type ArrayClass = new (buffer: ArrayBuffer, offset?: number, length?: number) => NumberArray;

/** Bytes of the headers of an `Array` and of a view: its buffer twice, bytes, and of an array its length. */
const [ARRAY_BYTES, VIEW_BYTES] = [16, 12];
/** Arguments of one call of `String.fromCharCode`. */
const MOST_CHARACTERS = 1024;
/** Stands in the list of kept objects where those of a call begin. */
const CALL = 0;

/** An object that stays in the module. It is kept there until `free` is called, or nothing refers to this one. */
class Reference {
  readonly #state: ReferenceState;

  constructor(state: ReferenceState) {
    this.#state = state;
  }

  /** The object is given up. */
  free(): void {
    this.#state.free();
  }

  static addressOf(value: unknown): number {
    if (!(value instanceof Reference)) throw new TypeError(`expected an object of the module, found ${nameOf(value)}`);
    return value.#state.address;
  }
}

class ReferenceState {
  private held: number;
  private readonly drop: (address: number) => void;

  constructor(address: number, drop: (address: number) => void) {
    this.held = address;
    this.drop = drop;
  }

  get address(): number {
    if (this.held === 0) throw new TypeError('the object has been freed');
    return this.held;
  }

  free(): void {
    if (this.held !== 0) this.drop(this.held);
    this.held = 0;
  }
}

const abandoned = new FinalizationRegistry((state: ReferenceState) => state.free());

export function createManagedRuntime(core: ManagedInstance) {
  /** Objects that are kept until the call at hand ends. */
  const pins: number[] = [];
  /** The number of references to an object, by its address. */
  const references = new Map<number, number>();

  const words = () => new DataView(core.memory());
  const wordAt = (address: number) => words().getUint32(address, true);

  function drop(address: number): void {
    const count = references.get(address)! - 1;
    if (count > 0) references.set(address, count);
    else {
      references.delete(address);
      core.release(address);
    }
  }

  function pinned(address: number): number {
    core.keep(address);
    pins.push(address);
    return address;
  }

  /** A class of typed arrays at an address, as the numbers are in memory. */
  const numbersAt = (Numbers: ArrayClass, width: number, start: number, bytes: number) =>
    new Numbers(core.memory().slice(start, start + bytes), 0, bytes / width);

  const made = (bytes: number, classId: number) => core.make(bytes, classId) >>> 0;

  /** An object with a header, around a buffer of numbers. */
  function makeAround(buffer: number, bytes: number, headerBytes: number, classId: number): number {
    core.keep(buffer);
    try {
      const header = made(headerBytes, classId);
      putHeader(header, buffer, bytes);
      return header;
    } finally {
      core.release(buffer);
    }
  }

  function putHeader(header: number, buffer: number, bytes: number): void {
    words().setUint32(header, buffer, true);
    words().setUint32(header + 4, buffer, true);
    words().setUint32(header + 8, bytes, true);
  }

  function makeNumbers(Numbers: ArrayClass, width: number, classId: number, values: ArrayLike<unknown>): number {
    const length = lengthOf(values);
    const start = made(length * width, classId);
    new Numbers(core.memory(), start, length).set(values);
    return start;
  }

  return {
    newObject: made,
    pinned,
    putHeader,
    lengthOf,
    openPins: () => pins.push(CALL),
    closePins(): void {
      for (let address = pins.pop(); address; address = pins.pop()) core.release(address);
    },

    objectText(address: number): string | null {
      const start = address >>> 0;
      if (start === 0) return null;
      const units = new Uint16Array(core.memory(), start, wordAt(start - 4) >>> 1);
      let text = '';
      for (let at = 0; at < units.length; at += MOST_CHARACTERS)
        text += String.fromCharCode(...units.subarray(at, at + MOST_CHARACTERS));
      return text;
    },

    makeText(text: unknown): number {
      if (typeof text !== 'string') throw new TypeError(`expected a string, found ${nameOf(text)}`);
      const start = made(text.length * 2, STRING_ID);
      const units = new Uint16Array(core.memory(), start, text.length);
      for (let at = 0; at < text.length; at++) units[at] = text.charCodeAt(at);
      return start;
    },

    objectBuffer(address: number): ArrayBuffer | null {
      const start = address >>> 0;
      return start === 0 ? null : core.memory().slice(start, start + wordAt(start - 4));
    },

    makeBuffer(buffer: ArrayBuffer): number {
      if (!(buffer instanceof ArrayBuffer)) throw new TypeError(`expected an ArrayBuffer, found ${nameOf(buffer)}`);
      return makeNumbers(Uint8Array, 1, BUFFER_ID, new Uint8Array(buffer));
    },

    objectView(Numbers: ArrayClass, width: number, address: number): NumberArray | null {
      const view = address >>> 0;
      return view === 0 ? null : numbersAt(Numbers, width, wordAt(view + 4), wordAt(view + 8));
    },

    makeView(Numbers: ArrayClass, width: number, classId: number, values: ArrayLike<unknown>): number {
      const buffer = makeNumbers(Numbers, width, BUFFER_ID, values);
      return makeAround(buffer, values.length * width, VIEW_BYTES, classId);
    },

    objectArray(Numbers: ArrayClass, width: number, address: number): unknown[] | null {
      const array = address >>> 0;
      return array === 0 ? null : Array.from(numbersAt(Numbers, width, wordAt(array + 4), wordAt(array + 12) * width));
    },

    makeArray(Numbers: ArrayClass, width: number, classId: number, values: ArrayLike<unknown>): number {
      const buffer = makeNumbers(Numbers, width, BUFFER_ID, values);
      const header = makeAround(buffer, values.length * width, ARRAY_BYTES, classId);
      words().setUint32(header + 12, values.length, true);
      return header;
    },

    objectStatic(Numbers: ArrayClass, width: number, address: number): unknown[] | null {
      const start = address >>> 0;
      return start === 0 ? null : Array.from(numbersAt(Numbers, width, start, wordAt(start - 4)));
    },

    makeStatic: makeNumbers,

    referenceOf(given: number): Reference | null {
      const address = given >>> 0;
      if (address === 0) return null;
      const count = references.get(address) ?? 0;
      if (count === 0) core.keep(address);
      references.set(address, count + 1);
      const state = new ReferenceState(address, drop);
      const reference = new Reference(state);
      abandoned.register(reference, state);
      return reference;
    },

    addressOf: Reference.addressOf,
  };
}

function lengthOf(values: ArrayLike<unknown>): number {
  if (typeof values?.length !== 'number') throw new TypeError(`expected a list, found ${nameOf(values)}`);
  return values.length;
}

const nameOf = (value: unknown): string => (value === null ? 'null' : typeof value);
