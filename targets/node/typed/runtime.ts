// What glue on Node calls: strings, lists, numbers and handles, between values of JavaScript and linear memory. It refuses what the
// Canonical ABI traps on: text that is no UTF-8, numbers of no case, pointers outside of memory or out of alignment.

/** The error of an export whose result is an error: `payload` is the error value. */
export class ComponentError extends Error {
  readonly payload!: unknown;

  constructor(payload: unknown) {
    super(typeof payload === 'string' ? payload : `${describe(payload)} (see payload)`);
    this.name = 'ComponentError';
    Object.defineProperty(this, 'payload', { value: payload, enumerable: typeof payload !== 'string' });
  }
}

function describe(value: unknown): string {
  const isTagged = typeof value === 'object' && value !== null && 'tag' in value;
  return isTagged ? String(value.tag) : String(value);
}

/** The core module that glue works on. Its memory may grow at every call. */
export interface CoreInstance {
  memory(): ArrayBuffer;
  /** Memory for so many bytes: an address. */
  allocate(bytes: number, alignment: number): number;
  /** Forgets the arguments of the last call, if the module does not allocate. */
  reset(): void;
}

type NumberArray = { readonly length: number; set(values: ArrayLike<never>): void };
type ArrayClass = {
  new (buffer: ArrayBuffer, offset: number, length: number): NumberArray;
  new (values: ArrayLike<never>): NumberArray;
};

/** Entries of a table of handles: what each stands for, and whether it is owned. The first one is none. */
type Handles = ({ value: unknown; isOwn: boolean } | null)[];

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const scratch = new DataView(new ArrayBuffer(8));

/** `size` is the variable of the glue in which the length of a string or list is left. */
export function createRuntime(core: CoreInstance, size: { get(): number; set(value: number): void }) {
  let current = new DataView(new ArrayBuffer(0));
  const view = () => {
    const memory = core.memory();
    if (current.buffer !== memory) current = new DataView(memory);
    return current;
  };

  /** A record, tuple, variant or result. Throws a TypeError for what has no members. */
  function membersOf(value: unknown): unknown {
    if (value === null || value === undefined) throw new TypeError(`expected an object, found ${value}`);
    return value;
  }

  function inMemory(pointer: number, bytes: number): void {
    if (pointer < 0 || pointer + bytes > core.memory().byteLength) throw new RangeError('out of bounds memory access');
  }

  function allocate(bytes: number, alignment: number): number {
    const pointer = core.allocate(bytes, alignment);
    if (pointer % alignment !== 0)
      throw new RangeError(`cabi_realloc returned ${pointer}, which is no multiple of ${alignment}`);
    inMemory(pointer, bytes);
    return pointer;
  }

  const bytesAt = (pointer: number, length: number) => new Uint8Array(core.memory(), pointer, length);

  return {
    view,
    inMemory,
    membersOf,
    allocate,
    resetArena: () => core.reset(),

    /** Text at an address; without a length, that whose pointer and length are there. */
    textOf(pointer: number, length?: number): string {
      const at = pointer >>> 0;
      const from = length === undefined ? view().getUint32(at, true) : at;
      const count = length === undefined ? view().getUint32(at + 4, true) : length >>> 0;
      inMemory(from, count);
      try {
        return decoder.decode(bytesAt(from, count));
      } catch {
        throw new TypeError(`the ${count} bytes of text at ${from} are no UTF-8`);
      }
    },

    putText(text: unknown): number {
      if (typeof text !== 'string')
        throw new TypeError(`expected a string, found ${text === null ? 'null' : typeof text}`);
      const bytes = encoder.encode(text);
      const pointer = allocate(bytes.length, 1);
      bytesAt(pointer, bytes.length).set(bytes);
      size.set(bytes.length);
      return pointer;
    },

    putPair(address: number, pointer: number): void {
      view().setUint32(address, pointer, true);
      view().setUint32(address + 4, size.get(), true);
    },

    numbersOf(Numbers: ArrayClass, width: number, pointer: number, length: number): NumberArray {
      const bytes = (length >>> 0) * width;
      const from = pointer >>> 0;
      inMemory(from, bytes);
      if (from % width !== 0) throw new RangeError(`the list at ${from} is out of alignment`);
      return new Numbers(core.memory().slice(from, from + bytes), 0, length >>> 0);
    },

    putBytes(bytes: ArrayLike<number>): number {
      const pointer = allocate(bytes.length, 1);
      bytesAt(pointer, bytes.length).set(bytes);
      size.set(bytes.length);
      return pointer;
    },

    putNumbers(Numbers: ArrayClass, numbers: ArrayLike<never>, bytes: number): number {
      const { length } = numbers;
      const pointer = allocate(length * bytes, bytes);
      new Numbers(core.memory(), pointer, length).set(numbers);
      size.set(length);
      return pointer;
    },

    charOf(code: number): string {
      if (code >>> 0 > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw new TypeError(`${code} is no character`);
      return String.fromCodePoint(code);
    },

    codeOf(character: unknown): number {
      const code = typeof character === 'string' ? character.codePointAt(0) : undefined;
      if (code === undefined || (code >= 0xd800 && code < 0xe000)) throw new TypeError('expected a character');
      return code;
    },

    caseOf(names: string, index: number): string {
      const found = names.split(',')[index];
      if (found === undefined) throw new TypeError(`${index} is none of ${names}`);
      return found;
    },

    tagOf(names: string, tag: unknown): number {
      const found = names.split(',').indexOf(String(tag));
      if (found < 0) throw new TypeError(`${JSON.stringify(tag)} is none of ${names}`);
      return found;
    },

    flagOf(number: number): number {
      if (number !== 0 && number !== 1) throw new TypeError(`${number} is neither of two cases`);
      return number;
    },

    failure: (payload: unknown) => new ComponentError(payload),

    /** Returns the error value of a result from an exception of a host function. Other errors end the call. */
    errorOf(error: unknown, isText: boolean): unknown {
      if (error instanceof Object && 'payload' in error) return error.payload;
      if (!(error instanceof Error)) return error;
      if (isText) return error.message;
      throw error;
    },

    s64At: (address: number) => view().getBigInt64(address, true),
    u64At: (address: number) => view().getBigUint64(address, true),
    put64: (address: number, value: bigint) => view().setBigInt64(address, value, true),

    zero64: 0n,
    wide: (word: number) => BigInt(word >>> 0),
    narrow: (word: bigint) => Number(BigInt.asIntN(32, word)),
    bits32(value: number): number {
      scratch.setFloat32(0, value);
      return scratch.getInt32(0);
    },
    float32(bits: number): number {
      scratch.setInt32(0, bits);
      return scratch.getFloat32(0);
    },
    bits64(value: number): bigint {
      scratch.setFloat64(0, value);
      return scratch.getBigInt64(0);
    },
    float64(bits: bigint): number {
      scratch.setBigInt64(0, bits);
      return scratch.getFloat64(0);
    },

    newHandle(handles: Handles, value: unknown, isOwn: boolean): number {
      const free = handles.indexOf(null, 1);
      const index = free < 0 ? handles.length : free;
      handles[index] = { value, isOwn };
      return index;
    },
    handleOf: (handles: Handles, index: number) => entryOf(handles, index).value,
    takeHandle(handles: Handles, index: number): unknown {
      const { value, isOwn } = entryOf(handles, index);
      if (!isOwn) throw new TypeError(`the handle ${index} is lent, and cannot be passed on`);
      handles[index] = null;
      return value;
    },
    dropHandle(handles: Handles, index: number): void {
      const { value, isOwn } = entryOf(handles, index);
      handles[index] = null;
      const owner = value as { free?(): void; [Symbol.dispose]?(): void };
      if (isOwn) (owner[Symbol.dispose] ?? owner.free)?.call(owner);
    },
    wrapped(owner: { prototype: object }, rep: unknown): object {
      return Object.assign(Object.create(owner.prototype), { rep });
    },
    repOf: (object: unknown) => heldRep(object).rep,
    takeRep(object: unknown): number {
      const held = heldRep(object);
      const { rep } = held;
      (held as { rep?: number }).rep = undefined;
      return rep;
    },
  };
}

function entryOf(handles: Handles, index: number): NonNullable<Handles[number]> {
  const found = handles[index];
  if (!found) throw new TypeError(`there is no handle ${index}`);
  return found;
}

/** A resource of the module, which has not been freed. */
function heldRep(object: unknown): { rep: number } {
  const held = object as { rep: number } | null | undefined;
  if (typeof held?.rep !== 'number') throw new TypeError('expected a resource that has not been freed');
  return held;
}
