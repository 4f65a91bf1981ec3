// Stands for a DataView of linear memory where it is larger than 64 KB: no view of Espruino's starts behind byte 65,535.
// Written for Espruino: no hoisting, no rest arguments.

declare const bytes: Uint8Array;

/** Little-endian, whatever the last argument of a DataView's would be. Throws where memory is not. */
export function largeMemory(): DataView {
  const single = new Float32Array(1);
  const singleWord = new Int32Array(single.buffer);
  const double = new Float64Array(1);
  const doubleWords = new Int32Array(double.buffer);
  const inside = (at: number, width: number) => {
    if (at < 0 || at + width > bytes.length) throw new Error('out of bounds memory access');
    return at;
  };
  const getUint8 = (at: number) => bytes[inside(at, 1)];
  const getUint16 = (at: number) => bytes[inside(at, 2)] | (bytes[at + 1] << 8);
  const getInt32 = (at: number) => getUint16(inside(at, 4)) | (getUint16(at + 2) << 16);
  const setUint8 = (at: number, value: number) => {
    bytes[inside(at, 1)] = value;
  };
  const setUint16 = (at: number, value: number) => {
    bytes[inside(at, 2)] = value;
    bytes[at + 1] = value >> 8;
  };
  const setInt32 = (at: number, value: number) => {
    setUint16(inside(at, 4), value);
    setUint16(at + 2, value >> 16);
  };
  const view = {
    getUint8,
    getUint16,
    getInt32,
    setUint8,
    setUint16,
    setInt32,
    setInt8: setUint8,
    setInt16: setUint16,
    setUint32: setInt32,
    getInt8: (at: number) => (getUint8(at) << 24) >> 24,
    getInt16: (at: number) => (getUint16(at) << 16) >> 16,
    getUint32: (at: number) => getInt32(at) >>> 0,
    getFloat32: (at: number) => {
      singleWord[0] = getInt32(at);
      return single[0];
    },
    setFloat32: (at: number, value: number) => {
      single[0] = value;
      setInt32(at, singleWord[0]);
    },
    getFloat64: (at: number) => {
      doubleWords[0] = getInt32(inside(at, 8));
      doubleWords[1] = getInt32(at + 4);
      return double[0];
    },
    setFloat64: (at: number, value: number) => {
      double[0] = value;
      setInt32(inside(at, 8), doubleWords[0]);
      setInt32(at + 4, doubleWords[1]);
    },
  };
  return view as unknown as DataView;
}
