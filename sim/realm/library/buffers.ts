// ArrayBuffer, typed arrays and DataView. The methods of typed arrays give plain arrays, but for `map` and `subarray`.

import type { RealmNatives } from '../membrane.js';
import type { Definitions, Kind } from './definitions.js';
import type { Errors } from './errors.js';
import type { Numbers } from './numbers.js';

export interface BuffersHost {
  /** Before a buffer of so many bytes is made. */
  allocating: (bytes: number) => void;
  /** A view was made that is none of V8's. */
  viewing: (view: object, buffer: ArrayBuffer) => void;
}

type View = Uint8Array;
export interface Buffers {
  uint8Array: (bytes: ArrayLike<number>) => Uint8Array;
  Float32Array: Float32ArrayConstructor;
  isTypedArray: (value: unknown) => value is Uint8Array;
  isFloat: (view: object) => boolean;
  /** Returns the value that an array of integers stores for a number. */
  stored: (view: object, value: unknown) => unknown;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function buffersLibrary(
  host: BuffersHost,
  natives: RealmNatives,
  { define, extend, conceal, constructible, concealed, text, kindOf }: Definitions,
  { failure }: Errors,
  { integer }: Numbers,
): Buffers {
  const MOST_OFFSET = 65535;
  const { create, getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf, prototype, setPrototypeOf } = Object;
  const { isArray } = Array;
  const NativeBuffer = ArrayBuffer;
  const NativeDataView = DataView;
  const unaligned = new natives.WeakSet<object>();
  const Bytes = Uint8Array;
  const Clamped = Uint8ClampedArray;
  const NativeFloat32 = Float32Array;
  const NativeFloat64 = Float64Array;
  const shared = getPrototypeOf(Uint8Array.prototype);
  const array = concealed.Array as typeof Array.prototype;
  const { isView } = natives;
  const isTypedArray = (value: unknown): value is Uint8Array =>
    isView(value) ? !(value instanceof NativeDataView) : unaligned.has(value as object);
  const isFloat = (view: object) => view instanceof NativeFloat32 || view instanceof NativeFloat64;
  const isBuffer = (value: unknown): value is ArrayBuffer => value instanceof NativeBuffer;
  const checkOffset = (offset: number) => {
    if (offset > MOST_OFFSET || offset < 0) throw failure('byteOffset too large (or negative)');
  };
  // On ARM, the magnitude of a number saturates at 64 bits; without the clamping of ECMAScript, what is no number, or infinite, is 0.
  const WHOLE = 2 ** 64;
  const stored = (view: object, value: unknown): unknown => {
    const number = typeof value === 'number' ? value : integer(value);
    const whole = !natives.isFinite(number) ? 0 : number >= WHOLE ? -1 : number <= -WHOLE ? 1 : number;
    if (!(view instanceof Clamped)) return whole;
    const word = whole | 0;
    return word < 0 ? 0 : word > 255 ? 255 : word;
  };

  // The object that programs see as the prototype of all views.
  const Views = { ArrayBufferView() {} }.ArrayBufferView as unknown as Kind;
  const viewsShown = create(prototype);
  define(viewsShown, 'constructor', Views);
  Views.prototype = viewsShown;
  define(globalThis, 'ArrayBufferView', Views);

  /** The elements at this moment, which take no memory of the board: its firmware goes over the view itself. */
  const copied = (view: ArrayLike<unknown>): unknown[] => {
    const made: unknown[] = [];
    for (let at = 0; at < view.length; at++) made[at] = view[at];
    return made;
  };

  const plain = {
    // For a string, its bytes. Items without room are dropped.
    set(this: View, items: ArrayLike<unknown> | string, offset?: unknown) {
      const start = integer(offset);
      const isText = typeof items === 'string';
      const values: ArrayLike<unknown> = isTypedArray(items) ? copied(items) : items;
      const number = isFloat(this) ? (value: unknown) => value : (value: unknown) => stored(this, value);
      for (let at = 0; at < values.length && start + at < this.length; at++)
        this[start + at] = (isText ? items.charCodeAt(at) : number(values[at])) as number;
    },
    join(this: View, between?: unknown) {
      return natives.apply(array.join, this, [between === undefined ? ',' : text(between)]);
    },
    toString(this: View) {
      return natives.apply(array.join, this, [',']);
    },
    sort(this: View, compare?: (a: number, b: number) => number) {
      const sorted = natives.apply(array.sort, natives.apply(array.slice, this, []), [
        compare ?? ((a: number, b: number) => a - b),
      ]) as number[];
      for (let at = 0; at < sorted.length; at++) this[at] = sorted[at];
      return this;
    },
  };
  for (const name of [
    'slice',
    'filter',
    'forEach',
    'some',
    'every',
    'find',
    'findIndex',
    'reduce',
    'indexOf',
    'includes',
  ] as const) {
    const ofArrays = array[name] as (...values: unknown[]) => unknown;
    extend(plain, {
      [name](this: View, ...values: unknown[]) {
        return natives.apply(ofArrays, this, values);
      },
    });
  }
  const names = [
    'Int8Array',
    'Uint8Array',
    'Uint8ClampedArray',
    'Int16Array',
    'Uint16Array',
    'Int32Array',
    'Uint32Array',
    'Float32Array',
    'Float64Array',
  ] as const;
  for (const name of names) {
    const Native = globalThis[name] as unknown as Uint8ArrayConstructor;
    const { BYTES_PER_ELEMENT: width } = Native;
    const isWhole = name !== 'Float32Array' && name !== 'Float64Array';
    const own = Native.prototype;
    const filled = (items: ArrayLike<unknown>) => {
      host.allocating(items.length * width);
      const made = new Native(items.length);
      for (let at = 0; at < items.length; at++) made[at] = (isWhole ? stored(made, items[at]) : items[at]) as number;
      return made;
    };
    // V8 has no view that starts between elements: the first bytes of another array are its elements while it is read and written.
    const unalignedView = (buffer: ArrayBuffer, start: number, count: number) => {
      if (start + count * width > buffer.byteLength) throw failure('Invalid length for ArrayBuffer');
      const bytes = new Bytes(buffer, start, count * width);
      const one = new Native(1);
      const bytesOfOne = new Bytes(one.buffer);
      const placeOf = (key: string | symbol) => {
        const at = typeof key === 'string' && key !== '' ? +key : -1;
        return at >= 0 && at % 1 === 0 && at < count ? at * width : -1;
      };
      const view = new natives.Proxy(new Native(count), {
        get(elements, key) {
          const place = placeOf(key);
          if (place < 0) return key === 'buffer' ? buffer : elements[key as never];
          for (let at = 0; at < width; at++) bytesOfOne[at] = bytes[place + at];
          return one[0];
        },
        set(_elements, key, value) {
          const place = placeOf(key);
          if (place < 0) return true;
          one[0] = value;
          for (let at = 0; at < width; at++) bytes[place + at] = bytesOfOne[at];
          return true;
        },
      });
      unaligned.add(view);
      host.viewing(view, buffer);
      return view;
    };
    const Constructor = constructible(([first, offset, length]) => {
      if (isBuffer(first)) {
        const start = integer(offset);
        checkOffset(start);
        const rest = Math.max(0, Math.floor((first.byteLength - start) / width));
        const count = length !== undefined && integer(length) > 0 ? integer(length) : rest;
        return start % width === 0 ? new Native(first, start, count) : unalignedView(first, start, count);
      }
      if (typeof first === 'number') {
        if (first < 0) throw failure('Invalid length for ArrayBuffer');
        host.allocating(first * width);
        return new Native(Math.floor(first));
      }
      if (isTypedArray(first) || isArray(first)) return filled(first as unknown as ArrayLike<unknown>);
      throw failure(`Unsupported first argument of type ${kindOf(first)}`);
    });
    // All methods are its own, so that none can be seen in a prototype.
    for (const member of getOwnPropertyNames(shared)) {
      const descriptor = getOwnPropertyDescriptor(shared, member)!;
      if (member !== 'constructor') Object.defineProperty(own, member, descriptor);
    }
    natives.copySymbols(shared, own);
    extend(own, plain);
    extend(own, {
      map(this: View, run: unknown, on?: unknown) {
        if (typeof run !== 'function') throw failure('First argument must be a function');
        return filled(natives.apply(array.map, this, [run as () => unknown, on]));
      },
    });
    setPrototypeOf(own, viewsShown);
    conceal(name, Constructor, own);
  }

  const BufferKind = constructible(([size]) => {
    const bytes = integer(size);
    if (bytes < 0) throw failure('Invalid length for ArrayBuffer');
    host.allocating(bytes);
    return new NativeBuffer(bytes);
  });
  // A buffer has its bytes as elements. It has no members of these names, so that it asks its prototypes.
  const bytesOf = new natives.WeakMap<ArrayBuffer, Uint8Array>();
  const viewOf = (buffer: ArrayBuffer) => {
    const known = bytesOf.get(buffer) ?? new Bytes(buffer);
    bytesOf.set(buffer, known);
    return known;
  };
  const INDEX = /^\d+$/;
  const isElement = (key: PropertyKey, buffer: unknown): buffer is ArrayBuffer =>
    typeof key === 'string' && natives.find(INDEX, key) !== null && isBuffer(buffer);
  const elements = new natives.Proxy(create(prototype), {
    get: (target, key, buffer) =>
      isElement(key, buffer) ? viewOf(buffer)[Number(key)] : natives.get(target, key, buffer),
    set(target, key, value, buffer) {
      if (!isElement(key, buffer)) return natives.set(target, key, value, buffer);
      const bytes = viewOf(buffer);
      bytes[Number(key)] = stored(bytes, value) as number;
      return true;
    },
  });
  setPrototypeOf(NativeBuffer.prototype, elements);
  extend(NativeBuffer.prototype, {
    toString(this: ArrayBuffer) {
      return natives.apply(array.join, new Bytes(this), [',']);
    },
  });
  Object.defineProperty(NativeBuffer.prototype, 'length', {
    get(this: ArrayBuffer) {
      return this.byteLength;
    },
    configurable: true,
  });
  conceal('ArrayBuffer', BufferKind, NativeBuffer.prototype);

  const View = constructible(([buffer, offset, length]) => {
    if (!isBuffer(buffer)) throw failure(`Expecting ArrayBuffer, got ${kindOf(buffer)}`);
    const start = integer(offset);
    checkOffset(start);
    return new NativeDataView(buffer, start, length === undefined ? undefined : integer(length));
  });
  const accessors = NativeDataView.prototype as unknown as Record<string, (...values: unknown[]) => unknown>;
  // Each access makes a view there.
  for (const name of getOwnPropertyNames(accessors)) {
    if (!natives.find(/^[gs]et./, name)) continue;
    const original = accessors[name];
    const isSet = name.charAt(0) === 's';
    extend(accessors, {
      [name](this: DataView, offset?: unknown, ...values: unknown[]) {
        const at = integer(offset);
        checkOffset(this.byteOffset + at);
        // Past the end, a read is 0 and a write does nothing, as of a typed array.
        if (at + widthOf(name) > this.byteLength) return isSet ? undefined : 0;
        return natives.apply(original, this, [at, ...values]);
      },
    });
  }
  conceal('DataView', View, NativeDataView.prototype);

  const BoardFloat32 = Float32Array;
  return {
    uint8Array(bytes) {
      const made = new Bytes(bytes.length);
      for (let at = 0; at < bytes.length; at++) made[at] = bytes[at];
      return made;
    },
    Float32Array: BoardFloat32,
    isTypedArray,
    isFloat,
    stored,
  };

  function widthOf(name: string): number {
    return name.includes('8') ? 1 : name.includes('16') ? 2 : name.includes('64') ? 8 : 4;
  }
}
