// The attributes that Web IDL gives the properties of classes (Web IDL, 3.7), and the reading of imports.

import type { External } from '../../module/description.js';

interface Constructor {
  readonly prototype: object;
}

/** Methods and attributes of an interface, besides those that only this package uses. */
type Members = readonly string[];

/**
 * Gives a class the properties that Web IDL asks for. `members` become enumerable; `length` of the constructor is the
 * number of required arguments, and `name` is set because bundlers rename classes.
 */
export function defineInterface(made: Constructor, name: string, members: Members): void {
  Object.defineProperty(made, 'name', { value: name, configurable: true });
  Object.defineProperty(made, 'length', { value: 1, configurable: true });
  for (const member of members) Object.defineProperty(made.prototype, member, { enumerable: true });
  Object.defineProperty(made.prototype, Symbol.toStringTag, { value: `WebAssembly.${name}`, configurable: true });
}

export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Imports by module name, then by name. */
export type Imports = Record<string, Record<string, unknown>>;

/** Returns the value for an import. Throws a TypeError if the imports lack the module. */
export function importedValue({ module, name }: External, imports: Imports): unknown {
  const found: unknown = imports[module];
  if (!isObject(found)) throw new TypeError(`the imports have no module "${module}"`);
  return (found as Record<string, unknown>)[name];
}
