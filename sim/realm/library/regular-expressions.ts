// RegExp: results without groups by name, and empty texts for groups that did not take part.

import type { RealmNatives } from '../membrane.js';
import type { Definitions } from './definitions.js';
import type { Errors } from './errors.js';

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function regularExpressionsLibrary(
  natives: RealmNatives,
  { define, extend, conceal, constructible, text }: Definitions,
  { failure }: Errors,
): void {
  const Native = RegExp;
  const own = Native.prototype;
  const { exec } = own;
  const Kind = constructible(([pattern, flags]) => {
    if (typeof pattern !== 'string') {
      const kind = pattern === undefined || pattern === null ? `${pattern}` : 'Object';
      throw failure(`Expecting String as first argument, got ${kind}`, 'TypeError');
    }
    return new Native(pattern, flags === undefined ? '' : text(flags));
  });
  extend(own, {
    exec(this: RegExp, subject?: unknown) {
      const found = natives.apply(exec, this, [text(subject)]);
      if (!found) return null;
      natives.deleteProperty(found, 'groups');
      for (let at = 1; at < found.length; at++) if (found[at] === undefined) found[at] = '';
      return found;
    },
    toString() {
      return '[object Object]';
    },
    test(this: RegExp, subject?: unknown) {
      return natives.apply(exec, this, [text(subject)]) !== null;
    },
  });
  Object.defineProperty(own, 'flags', {
    get(this: RegExp) {
      return natives.flagsOf(this);
    },
    configurable: true,
  });
  define(own, 'constructor', Kind);
  conceal('RegExp', Kind, own);
}
