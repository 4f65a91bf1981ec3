// Object: what its functions take and show.

import type { RealmNatives } from '../membrane.js';
import type { Definitions } from './definitions.js';
import type { Errors } from './errors.js';
import type { KeyOrder } from './key-order.js';

type Members = Record<string, unknown>;

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function objectsLibrary(
  natives: RealmNatives,
  { extend, visible, isVisible, kindOf }: Definitions,
  { failure }: Errors,
  { note, keysOf }: KeyOrder,
): void {
  const {
    create,
    defineProperty,
    getOwnPropertyDescriptor,
    getOwnPropertyNames,
    getPrototypeOf,
    prototype,
    setPrototypeOf,
  } = Object;
  /** Objects that a program makes without a prototype have the methods of the library all the same. */
  const nothing = create(prototype);
  const shownOf = (object: object) => {
    const found = getPrototypeOf(object);
    return found === nothing ? null : visible(found);
  };
  /** `run` with each member, in order. */
  const over = (value: unknown, run: (name: string, member: unknown) => unknown): unknown[] => {
    const made: unknown[] = [];
    if (isNothing(value)) return made;
    for (const name of keysOf(value)) made[made.length] = run(name, (value as Members)[name]);
    return made;
  };
  /** Copies what is not computed. */
  const copy = (from: unknown, to: Members): Members => {
    over(from, (name, member) => {
      note(to, name);
      to[name] = member;
    });
    return to;
  };
  const isNothing = (value: unknown): value is null | undefined => value === undefined || value === null;
  extend(Object, {
    keys: (value?: unknown) => over(value, (name) => name),
    values: (value?: unknown) => over(value, (_, member) => member),
    entries: (value?: unknown) => over(value, (name, member) => [name, member]),
    assign(target?: unknown, ...sources: unknown[]) {
      for (const source of sources) copy(source, target as Members);
      return target;
    },
    fromEntries(pairs?: unknown) {
      const made: Members = {};
      for (const pair of pairs as [string, unknown][]) {
        note(made, `${pair[0]}`);
        made[`${pair[0]}`] = pair[1];
      }
      return made;
    },
    create(prototype?: unknown, members?: unknown) {
      if (members !== undefined) throw failure('propertiesObject is not supported yet');
      if (typeof prototype !== 'object' && typeof prototype !== 'function')
        throw failure('Object prototype may only be an Object or null: undefined', 'TypeError');
      return create(prototype ?? nothing);
    },
    getPrototypeOf: (value?: unknown) => (isNothing(value) ? undefined : shownOf(value)),
    getOwnPropertyNames(value?: unknown) {
      if (isNothing(value)) return [];
      const object = Object(value) as Members;
      const isLibrary = object === Object.prototype || isVisible(object);
      const named: string[] = keysOf(object);
      for (const name of getOwnPropertyNames(object)) if (!named.includes(name)) named[named.length] = name;
      // Members of the library are in no prototype.
      return named.filter((name) => {
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
    getOwnPropertyDescriptor(value?: unknown, name?: unknown) {
      const found = isNothing(value) ? undefined : getOwnPropertyDescriptor(value, `${name}`);
      if (found === undefined) return undefined;
      const { get, set, writable, enumerable, configurable } = found;
      if (get || set) return { writable: true, enumerable, configurable, get, set };
      return { writable, enumerable, configurable, value: found.value };
    },
    // Defined members are always enumerable.
    defineProperty(object?: unknown, name?: unknown, descriptor?: Members) {
      if (isNothing(object) || (typeof object !== 'object' && typeof object !== 'function'))
        throw failure(`First argument must be Object, Function or Array, got ${kindOf(object)}`);
      if (isNothing(descriptor) || typeof descriptor !== 'object')
        throw failure(`Property description must be Object, got ${kindOf(descriptor)}`);
      const { get, set, value } = descriptor;
      const made =
        get || set
          ? { get: get as () => unknown, set: set as () => void, enumerable: true, configurable: true }
          : { value, writable: true, enumerable: true, configurable: true };
      return defineProperty(object, `${name}`, made);
    },
  });
  const { hasOwnProperty: has } = prototype;
  extend(prototype, {
    hasOwnProperty(this: unknown, name?: unknown) {
      const key = `${name}`;
      // The length of an array or a text is computed.
      if (key === 'length' && (typeof this === 'string' || this instanceof String || Array.isArray(this))) return false;
      return natives.apply(has, this, [key]);
    },
    clone(this: object) {
      return Array.isArray(this) ? [...this] : copy(this, {});
    },
  });
  const { get, set } = {
    get(this: unknown) {
      return isNothing(this) ? undefined : shownOf(this);
    },
    set(this: object, prototype: object) {
      if (typeof this === 'object' || typeof this === 'function') setPrototypeOf(this, prototype);
    },
  };
  defineProperty(Object.prototype, '__proto__', { get, set, configurable: true, enumerable: false });
}
