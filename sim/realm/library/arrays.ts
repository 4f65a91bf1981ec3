// Array. The board is asked before arrays are made or gone over that it may have no memory for: V8 makes far longer ones.

import type { RealmNatives } from '../membrane.js';
import type { Definitions } from './definitions.js';
import type { Errors } from './errors.js';
import type { Numbers } from './numbers.js';
import type { Sort } from './sorting.js';

export interface ArraysHost {
  /** Before an array of so many items, or a string of so many characters, is made or gone over. */
  growing: (count: number, isString: boolean) => void;
}

type Callback = (...values: unknown[]) => unknown;

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function arraysLibrary(
  host: ArraysHost,
  natives: RealmNatives,
  { define, extend, conceal, constructible, text, kindOf }: Definitions,
  { failure }: Errors,
  { integer }: Numbers,
  sort: Sort,
): ArrayConstructor {
  const NativeArray = Array;
  const own = Array.prototype;
  const { isArray } = Array;
  const MANY_ITEMS = 500;
  const LONG_ARRAY = 4000;
  const MOST_ITEMS = 20000;
  const LONG_STRING = 2048;
  const MOST_LENGTH = 4294967295;
  const Kind = constructible((items) => {
    const [length] = items;
    const isLength = items.length === 1 && typeof length === 'number';
    if (isLength && ((length as number) < 0 || (length as number) % 1 !== 0)) throw failure('Invalid array length');
    const isLong = isLength && (length as number) > LONG_ARRAY;
    // V8 makes room for all items, but for those of so long an array.
    const values = isLong ? [MOST_LENGTH] : items;
    const made = natives.construct(NativeArray, values, NativeArray) as unknown[];
    if (isLong) made.length = length as number;
    return made;
  }) as ArrayConstructor;
  define(Kind, 'isArray', { isArray: (value?: unknown) => isArray(value) }.isArray);

  const bound = (names: string) => {
    for (const name of names.split(' ')) {
      const original = own[name as 'slice'];
      const { bounded } = {
        bounded(this: unknown, ...all: unknown[]) {
          if (isArray(this) && this.length > MOST_ITEMS) host.growing(this.length, false);
          const result: unknown = natives.apply(original, this, all);
          if (typeof result === 'string') {
            if (result.length > LONG_STRING) host.growing(result.length, true);
          } else if (isArray(result) && result.length > MANY_ITEMS) host.growing(result.length, false);
          return result;
        },
      };
      define(own, name, bounded);
    }
  };
  const check = (run: unknown) => {
    if (typeof run !== 'function') throw failure('First argument must be a function');
  };
  const { slice, splice, concat, indexOf } = own;
  const { max } = Math;
  const joining: unknown[] = [];
  const join = (items: ArrayLike<unknown>, between: string): string => {
    // An array within itself ends there.
    if (joining.includes(items)) return '';
    joining.push(items);
    let made = '';
    for (let at = 0; at < items.length; at++) {
      if (at > 0) made += between;
      const item = items[at];
      if (item !== undefined && item !== null) made += text(item);
    }
    joining.pop();
    return made;
  };
  /** Visits items in Espruino's order: items that a callback adds are visited, too, and holes are not. */
  const over = (all: unknown, run: unknown, on: unknown, take: (result: unknown, at: number) => unknown) => {
    check(run);
    const items = Object(all) as ArrayLike<unknown>;
    for (let at = 0; at < items.length; at++) {
      if (!(at in items)) continue;
      if (take(natives.apply(run as Callback, on, [items[at], at, items]), at)) return true;
    }
    return false;
  };
  const called = (name: 'find' | 'findIndex') => {
    const original = own[name] as Callback;
    return {
      [name](this: unknown, run?: unknown, on?: unknown) {
        check(run);
        return natives.apply(original, this, [run, on]);
      },
    };
  };
  for (const name of ['find', 'findIndex'] as const) extend(own, called(name));
  const { reduce } = own;
  const compareTexts = (a: unknown, b: unknown) => {
    const [left, right] = [text(a), text(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  };
  extend(own, {
    forEach(this: unknown[], run?: unknown, on?: unknown) {
      over(this, run, on, () => false);
    },
    map(this: unknown[], run?: unknown, on?: unknown) {
      const made: unknown[] = [];
      over(this, run, on, (result, at) => {
        made[at] = result;
      });
      return made;
    },
    filter(this: unknown[], run?: unknown, on?: unknown) {
      const made: unknown[] = [];
      over(this, run, on, (result, at) => {
        if (result) made[made.length] = this[at];
      });
      return made;
    },
    some(this: unknown[], run?: unknown, on?: unknown) {
      return over(this, run, on, (result) => result);
    },
    every(this: unknown[], run?: unknown, on?: unknown) {
      return !over(this, run, on, (result) => !result);
    },
    indexOf(this: unknown, what?: unknown, from?: unknown) {
      return natives.apply(indexOf, this, [what, max(integer(from), 0)]);
    },
    // An argument that is not defined ends the list.
    concat(this: unknown[], ...items: unknown[]) {
      const end = items.indexOf(undefined);
      return natives.apply(concat, this, end < 0 ? items : items.slice(0, end));
    },
    join(this: unknown[], between?: unknown) {
      return join(this, between === undefined ? ',' : text(between));
    },
    toString(this: unknown[]) {
      return join(this, ',');
    },
    reduce(this: unknown[], ...values: unknown[]) {
      check(values[0]);
      if (this.length === 0 && values.length < 2) throw failure('Used on empty array with no initial value');
      return natives.apply(reduce, this, values as [never]);
    },
    splice(this: unknown[], start?: unknown, count?: unknown, ...items: unknown[]) {
      const from = integer(start);
      const left = count === undefined ? MOST_LENGTH : integer(count);
      const made = natives.apply(splice, this, [from, left, ...items] as unknown as [number]);
      // A negative count moves the following items back.
      if (left < 0 && items.length === 0)
        natives.apply(splice, this, [from, 0, ...new NativeArray(-left)] as unknown as [number]);
      return made;
    },
    slice(this: unknown, start?: unknown, end?: unknown) {
      return natives.apply(slice, this, [integer(start), end === undefined ? undefined : integer(end)]);
    },
    sort(this: unknown[], compare?: unknown) {
      if (compare !== undefined && typeof compare !== 'function')
        throw failure(`Expecting compare function, got ${kindOf(compare)}`);
      const ordered = compare as ((a: unknown, b: unknown) => unknown) | undefined;
      // Items that are not there are left out.
      const items: unknown[] = [];
      for (let at = 0; at < this.length; at++) if (at in this) items[items.length] = this[at];
      sort(items, (a, b) => {
        if (a === undefined) return 1;
        if (b === undefined) return -1;
        if (!ordered) return compareTexts(a, b);
        const order = Number(ordered(a, b));
        return order === 0 ? 0 : order < 0 ? -1 : 1;
      });
      for (let at = 0; at < this.length; at++)
        if (at < items.length) this[at] = items[at];
        else delete this[at];
      return this;
    },
    unshift(this: unknown[], ...items: unknown[]) {
      natives.apply(splice, this, [0, 0, ...items] as unknown as [number]);
      return this.length;
    },
  });
  bound(
    'fill join toString indexOf includes forEach map filter some every find findIndex reduce reverse sort slice splice concat ' +
      'unshift shift',
  );
  define(own, 'constructor', Kind);
  conceal('Array', Kind as unknown as { prototype: object }, own);
  return Kind;
}
