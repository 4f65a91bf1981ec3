// Number, the functions that read numbers, and Math.

import type { RealmNatives } from '../membrane.js';
import type { Definitions } from './definitions.js';

export interface NumbersHost {
  numberText: (value: number, radix: number) => string;
  fixedText: (value: number, digits: number) => string;
  /** The number that a text is, as a whole; NaN if it is none. */
  numberOf: (text: string) => number;
  /** The number that a text begins with. */
  numberAt: (text: string) => number;
  integerAt: (text: string, radix: number) => number;
}

export interface Numbers {
  /** A value as a number, where Espruino converts it. */
  number: (value: unknown) => number;
  /** A value as Espruino's functions take a whole number. */
  integer: (value: unknown) => number;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function numbersLibrary(
  host: NumbersHost,
  natives: RealmNatives,
  { define, extend, conceal, constructible, text }: Definitions,
): Numbers {
  const NativeNumber = Number;
  const NativeMath = Math;
  const { trunc, floor, ceil, exp, log, min, max, random } = Math;
  const number = (value: unknown): number => (typeof value === 'string' ? host.numberOf(value) : NativeNumber(value));
  const integer = (value: unknown) => {
    const converted = trunc(number(value));
    return natives.isFinite(converted) ? converted : 0;
  };
  const Kind = constructible((values, isNew) => {
    const [value] = values;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const made = values.length === 0 ? 0 : isObject ? NaN : number(value);
    return isNew ? new NativeNumber(made) : made;
  });
  // The smallest normal number.
  define(Kind, 'MIN_VALUE', 2 ** -1022);
  for (const name of ['NaN', 'MAX_VALUE', 'NEGATIVE_INFINITY', 'POSITIVE_INFINITY'] as const)
    define(Kind, name, NativeNumber[name]);
  for (const name of ['toPrecision', 'toExponential', 'toLocaleString'])
    natives.deleteProperty(NativeNumber.prototype, name);
  extend(NativeNumber.prototype, {
    toString(this: number, radix?: number) {
      return host.numberText(NativeNumber(this), radix === undefined || radix < 2 || radix > 36 ? 10 : radix);
    },
    toFixed(this: number, digits?: unknown) {
      return host.fixedText(NativeNumber(this), min(max(integer(digits), 0), 20));
    },
  });
  conceal('Number', Kind, NativeNumber.prototype);
  const NativeBoolean = Boolean;
  const BooleanKind = constructible(([value], isNew) => (isNew ? new NativeBoolean(value) : NativeBoolean(value)));
  conceal('Boolean', BooleanKind, NativeBoolean.prototype);
  const readers = {
    parseInt: (value?: unknown, radix?: unknown) => host.integerAt(text(value), integer(radix)),
    parseFloat: (value?: unknown) => host.numberAt(text(value)),
    isNaN(value?: unknown) {
      // A text of spaces counts as none here.
      const isBlank = typeof value === 'string' && natives.find(/^[ \t\r\n]*$/, value) !== null;
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      const converted = isBlank ? 0 : isObject ? NaN : number(value);
      return converted !== converted;
    },
    isFinite: (value?: unknown) => natives.isFinite(number(value)),
  };
  extend(globalThis, readers);

  // Espruino multiplies for small exponents, and takes logarithms for all others.
  const pow = (base: number, exponent: number): number => {
    if (exponent >= 0 && exponent < 10 && trunc(exponent) === exponent) {
      let product = exponent === 0 ? 1 : base;
      for (let left = exponent; left > 1; left--) product *= base;
      return product;
    }
    if (base < 0 && exponent % 1 === 0) {
      const power = exp(log(-base) * exponent);
      return exponent % 2 === 0 ? power : -power;
    }
    return exp(log(base) * exponent);
  };
  const own = {
    sqrt: (value?: unknown) => {
      const x = number(value);
      return x === 0 ? 0 : x > 0 ? exp(log(x) * 0.5) : NaN;
    },
    round(value?: unknown) {
      const x = number(value);
      return x < 0 ? ceil(x - 0.5) : floor(x + 0.5);
    },
    min(...all: unknown[]) {
      return all.length === 2 && all[0] === all[1] ? all[0] : natives.apply(min, NativeMath, all);
    },
    max(...all: unknown[]) {
      return all.length === 2 && all[0] === all[1] ? all[0] : natives.apply(max, NativeMath, all);
    },
    pow: (base?: unknown, exponent?: unknown) => pow(number(base), number(exponent)),
    sign(value?: unknown) {
      const x = number(value);
      return x > 0 ? 1 : x === 0 ? 0 : -1;
    },
    clip: (x: number, low: number, high: number) => (x < low ? low : x > high ? high : x),
    wrap: (x: number, size: number) => (size < 0 ? 0 : x % size),
    randInt: (range?: number) => floor(random() * (range || 4294967296)),
  };
  // `Math` is a function in Espruino, like all objects of the library.
  const { Math: BoardMath } = { Math() {} };
  for (const name of Object.getOwnPropertyNames(NativeMath)) define(BoardMath, name, NativeMath[name as 'PI']);
  extend(BoardMath, own);
  for (const name of ['name', 'length']) natives.deleteProperty(BoardMath, name);
  define(globalThis, 'Math', BoardMath);
  return { number, integer };
}
