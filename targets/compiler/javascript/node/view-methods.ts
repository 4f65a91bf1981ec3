// Short names that the runtime of translated modules gives the methods of DataView: a fifth of a module's text would be their own names.

/** Short names by the method of DataView. */
export const viewMethods = {
  getInt32: 'i32',
  getInt8: 'i8',
  getUint8: 'u8',
  getInt16: 'i16',
  getUint16: 'u16',
  getFloat32: 'f32',
  getFloat64: 'f64',
  setInt32: 's32',
  setInt8: 's8',
  setInt16: 's16',
  setFloat32: 'sf32',
  setFloat64: 'sf64',
} as const satisfies Partial<Record<keyof DataView, string>>;
