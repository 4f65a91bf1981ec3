// Arrays for lists whose length is not known before.

/** A copy that has room for twice as many numbers. */
export function extended(array: Int32Array): Int32Array {
  const made = new Int32Array(2 * array.length);
  made.set(array);
  return made;
}
