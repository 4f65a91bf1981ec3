// The tools with which a realm's library becomes Espruino's. They run in the realm, by their text.

import type { RealmNatives } from '../membrane.js';

export interface Kind {
  prototype: object;
}

export interface Definitions {
  /** Gives an object a member that no loop finds. */
  define(object: object, name: PropertyKey, value: unknown): void;
  /** Defines each of the methods. They are no constructors, since they are written as methods. */
  extend(object: object, methods: object): void;
  /** A function that a program can call with `new`, and without. */
  constructible(make: (values: unknown[], isNew: boolean) => unknown): Kind;
  /**
   * Makes a constructor of the library global. Its instances have the methods of `instances`; its `prototype` does not show them, as
   * Espruino looks up methods of the library by the kind of the value, after the prototypes that a program can see.
   */
  conceal(name: string, kind: Kind, instances: object): void;
  /** Returns the object that a program sees in place of a concealed prototype. */
  visible(prototype: object | null): object | null;
  /** Whether an object is seen in place of a concealed prototype. */
  isVisible(object: object): boolean;
  /** The text of a value: numbers in Espruino's digits. */
  text(value: unknown): string;
  /** Returns the name in Espruino's messages for the kind of a value; a boolean is a number there. */
  kindOf(value: unknown): string;
  /** The concealed prototypes, by the name of their constructor. */
  readonly concealed: Record<string, object>;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function makeDefinitions(natives: RealmNatives, numberText: (value: number) => string): Definitions {
  const { create, defineProperty, getOwnPropertyNames, getPrototypeOf, setPrototypeOf } = Object;
  const { isArray } = Array;
  const toText = String;
  const kinds: Record<string, string> = { number: 'Number', boolean: 'Number', string: 'String', function: 'Function' };
  const seen = new natives.WeakMap<object, object>();
  const shownOnes = new natives.WeakSet<object>();
  const concealed: Record<string, object> = create(null);
  const define = (object: object, name: PropertyKey, value: unknown) =>
    defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false });
  return {
    define,
    extend(object, methods) {
      for (const name of getOwnPropertyNames(methods)) {
        const made = (methods as Record<string, unknown>)[name];
        define(object, name, made);
      }
    },
    constructible(make) {
      const kind = function (this: unknown, ...values: unknown[]) {
        return make(values, new.target !== undefined);
      };
      return kind as unknown as Kind;
    },
    conceal(name, kind, instances) {
      const shown = create(getPrototypeOf(instances));
      for (const key of getOwnPropertyNames(instances)) {
        if (key === 'constructor') continue;
        defineProperty(shown, key, {
          configurable: true,
          enumerable: false,
          // A member that a program sets replaces the library's.
          set(value) {
            if (this === shown) delete (instances as Record<string, unknown>)[key];
            defineProperty(this, key, { value, writable: true, configurable: true, enumerable: true });
          },
        });
      }
      define(shown, 'constructor', kind);
      define(instances, 'constructor', kind);
      setPrototypeOf(instances, shown);
      seen.set(instances, shown);
      shownOnes.add(shown);
      kind.prototype = shown;
      concealed[name] = instances;
      define(globalThis, name, kind);
    },
    visible: (prototype) => (prototype === null ? null : (seen.get(prototype) ?? prototype)),
    isVisible: (object) => shownOnes.has(object),
    text: (value) =>
      typeof value === 'number' ? ((value | 0) === value ? `${value}` : numberText(value)) : toText(value),
    kindOf(value) {
      if (value === undefined || value === null) return `${value}`;
      if (isArray(value)) return 'Array';
      return kinds[typeof value] ?? 'Object';
    },
    concealed,
  };
}
