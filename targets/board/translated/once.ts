// What builds of one module have in common, whatever the board: made once, and kept as long as the module is.

const made = new WeakMap<object, Map<string, unknown>>();

/** What `make` makes. `key` tells apart all that is made for `module`, and says all that it depends on. */
export function once<T>(module: object, key: string, make: () => T): T {
  let known = made.get(module);
  if (!known) {
    known = new Map();
    made.set(module, known);
  }
  if (!known.has(key)) known.set(key, make());
  return known.get(key) as T;
}
