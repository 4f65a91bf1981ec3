// Typed arrays that may start at any byte of a buffer, as Espruino's may, for programs for boards that run in Node.

type Kind = typeof Int16Array | typeof Uint16Array | typeof Int32Array | typeof Float32Array | typeof Float64Array;

const KINDS: readonly Kind[] = [Int16Array, Uint16Array, Int32Array, Float32Array, Float64Array];

function unaligned(Elements: Kind, buffer: ArrayBuffer, start: number, count: number): object {
  const width = Elements.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(buffer, start, count * width);
  const one = new Elements(1);
  const bytesOfOne = new Uint8Array(one.buffer);
  const placeOf = (key: string | symbol) => (typeof key === 'string' && Number(key) < count ? Number(key) * width : -1);
  return new Proxy([], {
    get(_, key) {
      const place = placeOf(key);
      if (place < 0) return undefined;
      bytesOfOne.set(bytes.subarray(place, place + width));
      return one[0];
    },
    set(_, key, value) {
      const place = placeOf(key);
      one[0] = value;
      if (place >= 0) bytes.set(bytesOfOne, place);
      return true;
    },
  });
}

/** The names of the constructors, and the constructors in the same order: parameters of a program. */
export const viewNames: readonly string[] = KINDS.map(({ name }) => name);
export const viewKinds: readonly object[] = KINDS.map(
  (Elements) =>
    new Proxy(Elements, {
      construct(_, given: [ArrayBuffer, number, number]) {
        const [buffer, start = 0, count] = given;
        if (start % Elements.BYTES_PER_ELEMENT !== 0) return unaligned(Elements, buffer, start, count);
        return Reflect.construct(Elements, given);
      },
    }),
);
