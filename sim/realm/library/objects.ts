// Object: what its functions take and show.

import type { Definitions } from './definitions.js';
import type { Errors } from './errors.js';

type Members = Record<string, unknown>;

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function objectsLibrary({ extend, visible, isVisible }: Definitions, { failure }: Errors): void {
  const {
    create,
    defineProperty,
    getOwnPropertyDescriptor,
    getOwnPropertyNames,
    getPrototypeOf,
    keys,
    setPrototypeOf,
  } = Object;
  const { values, entries } = Object;
  const isNothing = (value: unknown): value is null | undefined => value === undefined || value === null;
  extend(Object, {
    keys: (value?: unknown) => (isNothing(value) ? [] : keys(value)),
    values: (value?: unknown) => (isNothing(value) ? [] : values(value)),
    entries: (value?: unknown) => (isNothing(value) ? [] : entries(value)),
    create(prototype?: unknown, members?: unknown) {
      if (members !== undefined) throw failure('propertiesObject is not supported yet');
      if (typeof prototype !== 'object' && typeof prototype !== 'function')
        throw failure('Object prototype may only be an Object or null: undefined', 'TypeError');
      return create(prototype);
    },
    getPrototypeOf: (value?: unknown) => (isNothing(value) ? undefined : visible(getPrototypeOf(value))),
    getOwnPropertyNames(value?: unknown) {
      if (isNothing(value)) return [];
      const object = Object(value) as Members;
      const isLibrary = object === Object.prototype || isVisible(object);
      // Members of the library are in no prototype.
      return getOwnPropertyNames(object).filter((name) => {
        if (isLibrary) return true;
        if (
          typeof object === 'function' &&
          (name === 'length' || name === 'name' || name === 'arguments' || name === 'caller')
        )
          return false;
        const { get, value, enumerable } = getOwnPropertyDescriptor(object, name)!;
        return get !== undefined || value !== undefined || enumerable === true;
      });
    },
    // What is defined can always be seen.
    defineProperty(object?: unknown, name?: unknown, descriptor?: Members) {
      if (isNothing(object) || (typeof object !== 'object' && typeof object !== 'function'))
        throw failure('First argument must be an object, got undefined');
      if (isNothing(descriptor) || typeof descriptor !== 'object')
        throw failure('Property description must be an object, got undefined');
      const { get, set, value } = descriptor;
      const made =
        get || set
          ? { get: get as () => unknown, set: set as () => void, enumerable: true, configurable: true }
          : { value, writable: true, enumerable: true, configurable: true };
      return defineProperty(object, `${name}`, made);
    },
  });
  extend(Object.prototype, {
    clone(this: object) {
      return Array.isArray(this) ? [...this] : { ...this };
    },
  });
  const { get, set } = {
    get(this: unknown) {
      return isNothing(this) ? undefined : visible(getPrototypeOf(this));
    },
    set(this: object, prototype: object) {
      if (typeof this === 'object' || typeof this === 'function') setPrototypeOf(this, prototype);
    },
  };
  defineProperty(Object.prototype, '__proto__', { get, set, configurable: true, enumerable: false });
}
