// Stands for a DataView where memory is larger than 64 KB: no view of Espruino's starts behind byte 65,535, and a DataView makes
// one for each access.

interface View {
  getInt16(at: number): number;
  getUint16(at: number): number;
  getInt32(at: number): number;
  getFloat64(at: number): number;
  setInt16(at: number, value: number): void;
  setInt32(at: number, value: number): void;
  setFloat64(at: number, value: number): void;
}

/** Little-endian, whatever the last argument of a DataView's would be. */
export function largeView(bytes: Uint8Array): View {
  const double = new Float64Array(1);
  const words = new Int32Array(double.buffer);
  const getUint16 = (at: number) => bytes[at] | (bytes[at + 1] << 8);
  const getInt32 = (at: number) => getUint16(at) | (getUint16(at + 2) << 16);
  const setInt16 = (at: number, value: number) => {
    bytes[at] = value;
    bytes[at + 1] = value >> 8;
  };
  const setInt32 = (at: number, value: number) => {
    setInt16(at, value);
    setInt16(at + 2, value >> 16);
  };
  return {
    getUint16,
    getInt32,
    setInt16,
    setInt32,
    getInt16: (at) => (getUint16(at) << 16) >> 16,
    getFloat64: (at) => {
      words[0] = getInt32(at);
      words[1] = getInt32(at + 4);
      return double[0];
    },
    setFloat64: (at, value) => {
      double[0] = value;
      setInt32(at, words[0]);
      setInt32(at + 4, words[1]);
    },
  };
}
