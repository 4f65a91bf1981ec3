// Results of one module that its builds share, whatever the board: made once, and kept as long as the module.

const made = new WeakMap<object, Map<string, unknown>>();

/** Returns the result of `make`. `key` names the result and everything it depends on, besides `module`. */
export function once<T>(module: object, key: string, make: () => T): T {
  let known = made.get(module);
  if (!known) {
    known = new Map();
    made.set(module, known);
  }
  if (!known.has(key)) known.set(key, make());
  return known.get(key) as T;
}
