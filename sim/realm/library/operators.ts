// Operators and loops whose results Espruino finds in another way than ECMAScript. Instrumented text calls them.

import type { RealmNatives } from '../membrane.js';
import type { Definitions } from './definitions.js';
import type { Errors } from './errors.js';
import type { KeyOrder } from './key-order.js';
import type { Numbers } from './numbers.js';

export interface Operators {
  /** Returns the primitive value of an object with a `valueOf` of its own, such as a date; other values unchanged. */
  primitiveOf: (value: unknown) => unknown;
  /** `==` of two values that are not the same. */
  isEqual: (left: unknown, right: unknown) => boolean;
  /** `===` of two values that are not the same. */
  isSame: (left: unknown, right: unknown) => boolean;
  /** `in`. */
  isIn: (name: unknown, object: unknown) => boolean;
  /** `instanceof`. */
  isInstance: (value: unknown, kind: object) => boolean;
  /** Returns the names that `for (... in ...)` visits. */
  namesOf: (object: object) => Iterable<string>;
  /** Returns what `new` calls for a value: Espruino constructs objects with any function. */
  constructorOf: (value: unknown) => unknown;
}

type Call = (...values: unknown[]) => unknown;

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function makeOperators(
  natives: RealmNatives,
  { define, text, kindOf }: Definitions,
  { number }: Numbers,
  { keysOf, isIndex }: KeyOrder,
  { failure }: Errors,
): Operators {
  const { isArray } = Array;
  const { getOwnPropertyDescriptor } = Object;
  const { isView } = natives;
  const { valueOf: objectValue } = Object.prototype;
  /** Constructors whose instances are values. */
  const valueKinds: Record<string, unknown> = { string: String, number: Number };
  const primitiveOf = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || isArray(value)) return value;
    const own: unknown = (value as { valueOf?: unknown }).valueOf;
    return typeof own !== 'function' || own === objectValue ? value : natives.apply(own as () => unknown, value, []);
  };
  const isNumber = (value: unknown) => typeof value === 'number' || typeof value === 'boolean';
  const isNothing = (value: unknown) => value === undefined || value === null;
  const isBytes = (value: unknown) => isView(value) || value instanceof ArrayBuffer;
  const isPlain = (value: unknown) =>
    typeof value === 'function' || (typeof value === 'object' && value !== null && !isArray(value) && !isBytes(value));

  /** A constructor that calls a function which V8 has no objects constructed by: of the library, bound, or an arrow function. */
  const constructing = (called: Call) => {
    const kind = function (this: object, ...values: unknown[]) {
      const result = natives.apply(called, this, values);
      if (result === undefined || (typeof result === 'object' && result !== null) || typeof result === 'function')
        return result;
      throw failure('new of a function that returns a number or text is not simulated');
    };
    kind.prototype = Object.prototype;
    return kind;
  };

  /** The names of an object: those that are created in the loop come, too. */
  class Names {
    private readonly names: string[] = [];
    private at = 0;

    constructor(private readonly object: object) {
      this.collect();
      const own = new natives.Set(this.names);
      for (const name in object) if (!own.has(name)) this.names[this.names.length] = name;
    }

    private collect(): void {
      const { object, names } = this;
      if (typeof object !== 'object' && typeof object !== 'function') return;
      const known = new natives.Set(names);
      for (const name of keysOf(object)) if (!known.has(name)) names[names.length] = name;
    }

    [natives.iterator](): this {
      return this;
    }

    next(): IteratorResult<string> {
      const { object, names } = this;
      if (this.at === names.length) this.collect();
      while (this.at < names.length) {
        const value = names[this.at++];
        if (typeof object !== 'object' || value in object) return { value, done: false };
      }
      return { value: undefined, done: true };
    }
  }

  return {
    primitiveOf,
    // Source of the rules: `jsvMathsOp`, src/jsvar.c of Espruino 2v29.
    isEqual(left, right) {
      const [a, b] = [primitiveOf(left), primitiveOf(right)];
      if (isNumber(a) && (isNumber(b) || typeof b === 'string')) return number(a) === number(b);
      if (isNumber(b) && typeof a === 'string') return number(a) === number(b);
      if ((isNumber(a) || isNothing(a)) && (isNumber(b) || isNothing(b))) return isNothing(a) && isNothing(b);
      if ((isPlain(a) || isPlain(b) || isArray(a) || isArray(b)) && isArray(a) === isArray(b)) return a === b;
      return text(a) === text(b);
    },
    isSame(left, right) {
      const [a, b] = [primitiveOf(left), primitiveOf(right)];
      return !isPlain(a) && a === b;
    },
    isIn(name, object) {
      if (isNothing(object)) return false;
      if (typeof object === 'string' && isIndex(`${name as string}`)) return false;
      return (name as string) in Object(object);
    },
    isInstance: (value, kind) => value instanceof (kind as () => void) || valueKinds[typeof value] === kind,
    namesOf: (object) => new Names(object) as unknown as Iterable<string>,
    // Source of the rules: `jspeConstruct` and `jspEnsureIsPrototype`, src/jsparse.c of Espruino 2v29.
    constructorOf(value) {
      if (typeof value !== 'function') throw failure(`Constructor should be a function, but is ${kindOf(value)}`);
      const made = value as { prototype: object | undefined };
      const own = getOwnPropertyDescriptor(made, 'prototype');
      if (own === undefined) return constructing(value as Call);
      // That of a class stays as it is.
      if (own.writable !== true) return value;
      if (own.value === undefined) made.prototype = {};
      const { prototype } = made;
      if ((typeof prototype !== 'object' && typeof prototype !== 'function') || prototype === null)
        throw failure(`Prototype should be an object, got ${kindOf(prototype)}`, 'TypeError');
      define(prototype, 'constructor', value);
      return value;
    },
  };
}
