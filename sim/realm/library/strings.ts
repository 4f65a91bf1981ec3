// String: texts are bytes, and some methods read their arguments differently from ECMAScript.

import type { RealmNatives } from '../membrane.js';
import type { Definitions } from './definitions.js';
import type { Errors } from './errors.js';
import type { Numbers } from './numbers.js';

export interface StringsHost {
  /** Before a string of so many characters is made. */
  growing: (count: number, isString: boolean) => void;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function stringsLibrary(
  host: StringsHost,
  natives: RealmNatives,
  { define, extend, conceal, constructible, concealed, text }: Definitions,
  { failure }: Errors,
  { integer }: Numbers,
): void {
  const NativeString = String;
  const own = String.prototype;
  const {
    indexOf,
    lastIndexOf,
    slice,
    substring,
    repeat,
    includes,
    startsWith,
    endsWith,
    toLowerCase: lower,
    toUpperCase: upper,
  } = own;
  const { fromCharCode } = String;
  const { exec } = concealed.RegExp as typeof RegExp.prototype;
  const { map } = concealed.Array as typeof Array.prototype;
  const LONG = 2048;
  const isExpression = (value: unknown): value is RegExp => natives.isRegExp(value);
  const call = natives.apply as unknown as (run: unknown, on: unknown, values: unknown[]) => never;
  const watched = (made: string): string => {
    if (made.length > LONG) host.growing(made.length, true);
    return made;
  };
  const search = (expression: RegExp, within: string, from: number): RegExpExecArray | null => {
    expression.lastIndex = from;
    return call(exec, expression, [within]);
  };
  /** Espruino knows `$1` to `$9`, and nothing else. */
  const filled = (pattern: string, groups: readonly (string | undefined)[]) => {
    let made = '';
    for (let at = 0; at < pattern.length; at++) {
      const digit = pattern.charAt(at) === '$' ? pattern.charCodeAt(at + 1) - 48 : 0;
      if (digit >= 1 && digit <= 9 && digit < groups.length) {
        made += groups[digit] ?? '';
        at++;
      } else made += pattern.charAt(at);
    }
    return made;
  };
  const replaceExpression = (subject: string, expression: RegExp, by: unknown): string => {
    const isGlobal = natives.isGlobal(expression);
    let made = '';
    let from = 0;
    let next = 0;
    while (next <= subject.length) {
      const found = search(expression, subject, next);
      if (!found) break;
      const [match] = found;
      made += call(slice, subject, [from, found.index]);
      if (typeof by === 'function') made += text(call(by, undefined, [...found, found.index, subject]));
      else made += filled(text(by), found);
      from = found.index + match.length;
      next = match === '' ? from + 1 : from;
      if (!isGlobal) break;
    }
    expression.lastIndex = 0;
    return made + (call(slice, subject, [from]) as string);
  };
  const replaceText = (subject: string, what: unknown, by: unknown, isAll: boolean): string => {
    const wanted = text(what);
    const instead = text(by);
    let made = '';
    let from = 0;
    do {
      const at = call(indexOf, subject, [wanted, from]) as number;
      if (at < 0) break;
      made += call(slice, subject, [from, at]) + instead;
      from = at + wanted.length;
    } while (isAll && wanted !== '');
    return made + (call(slice, subject, [from]) as string);
  };
  const split = (subject: string, by: unknown): string[] => {
    if (by === undefined) return [subject];
    const parts: string[] = [];
    if (!isExpression(by)) {
      const between = text(by);
      if (between === '') {
        for (let at = 0; at < subject.length; at++) parts[at] = subject.charAt(at);
        return parts;
      }
      // A part may begin behind the place where the next one is found: places that overlap count.
      let from = 0;
      for (let at = 0; at <= subject.length - between.length; at++)
        if (call(startsWith, subject, [between, at])) {
          parts[parts.length] = call(slice, subject, from <= at ? [from, at] : [from]);
          from = at + between.length;
        }
      parts[parts.length] = call(slice, subject, [from]);
      return parts;
    }
    let from = 0;
    let start = 0;
    while (from <= subject.length) {
      const found = search(by, subject, from);
      if (!found) break;
      const [match] = found;
      if (match === '') {
        from++;
        if (from > subject.length) break;
        parts[parts.length] = call(substring, subject, [start, from]);
        start = from;
        continue;
      }
      parts[parts.length] = call(substring, subject, [start, found.index]);
      start = found.index + match.length;
      from = start;
    }
    parts[parts.length] = call(substring, subject, [start]);
    return parts;
  };
  const padding = (subject: string, length: unknown, by: unknown) => {
    const missing = integer(length) - subject.length;
    const unit = by === undefined ? ' ' : text(by);
    if (missing <= 0 || unit === '') return '';
    host.growing(missing, true);
    return call(slice, call(repeat, unit, [missing / unit.length + 1]), [0, missing]);
  };
  const match = (subject: string, what: unknown): unknown => {
    if (!isExpression(what)) {
      const wanted = text(what);
      const index = call(indexOf, subject, [wanted]) as number;
      if (index < 0) return null;
      const found: unknown[] & { index?: number; input?: string } = [wanted];
      found.index = index;
      found.input = wanted;
      return found;
    }
    if (!natives.isGlobal(what)) return what.exec(subject);
    const all: string[] = [];
    for (let from = 0; from <= subject.length; ) {
      const found = search(what, subject, from);
      if (!found) break;
      all[all.length] = found[0];
      from = found.index + (found[0].length || 1);
    }
    what.lastIndex = 0;
    return all;
  };
  const methods = {
    indexOf(this: unknown, what?: unknown, from?: unknown) {
      const subject = text(this);
      const start = integer(from);
      const wanted = text(what);
      // The last place where it could begin, as Espruino counts it.
      if (start > 0 && start + wanted.length > subject.length - (wanted === '' ? 1 : 0)) return -1;
      return call(indexOf, subject, [wanted, start]);
    },
    lastIndexOf(this: unknown, what?: unknown, from?: unknown) {
      const values = from === undefined ? [text(what)] : [text(what), integer(from)];
      return call(lastIndexOf, text(this), values);
    },
    includes(this: unknown, what?: unknown, from?: unknown) {
      return call(includes, text(this), [text(what), integer(from)]);
    },
    startsWith(this: unknown, what?: unknown, from?: unknown) {
      return call(startsWith, text(this), [text(what), integer(from)]);
    },
    endsWith(this: unknown, what?: unknown, end?: unknown) {
      return call(endsWith, text(this), end === undefined ? [text(what)] : [text(what), integer(end)]);
    },
    match(this: unknown, what?: unknown) {
      return match(text(this), what);
    },
    replace(this: unknown, what?: unknown, by?: unknown) {
      const subject = text(this);
      return watched(isExpression(what) ? replaceExpression(subject, what, by) : replaceText(subject, what, by, false));
    },
    replaceAll(this: unknown, what?: unknown, by?: unknown) {
      const subject = text(this);
      return watched(isExpression(what) ? replaceExpression(subject, what, by) : replaceText(subject, what, by, true));
    },
    split(this: unknown, by?: unknown) {
      const parts = split(text(this), by);
      host.growing(parts.length, false);
      return parts;
    },
    concat(this: unknown, ...values: unknown[]) {
      let made = text(this);
      for (const each of values) made += text(each);
      return watched(made);
    },
    repeat(this: unknown, count?: unknown) {
      const times = integer(count);
      if (times < 0) throw failure('Invalid count value');
      const unit = text(this);
      host.growing(unit.length * times, true);
      return call(repeat, unit, [times]);
    },
    padStart(this: unknown, length?: unknown, by?: unknown) {
      return padding(text(this), length, by) + text(this);
    },
    padEnd(this: unknown, length?: unknown, by?: unknown) {
      return text(this) + padding(text(this), length, by);
    },
  };
  /** Letters of ISO 8859-1 from `first` to `last` have another case in it; the sign between them has none. */
  const inCase = (subject: string, change: typeof lower, first: number, last: number): string => {
    let made = '';
    for (let at = 0; at < subject.length; at++) {
      const character = subject.charAt(at);
      const code = subject.charCodeAt(at);
      const changes = code < 128 || (code >= first && code <= last && (code & 0x1f) !== 0x17);
      made += changes ? call(change, character, []) : character;
    }
    return made;
  };
  const cases = {
    toLowerCase(this: unknown) {
      return inCase(text(this), lower, 0xc0, 0xde);
    },
    toUpperCase(this: unknown) {
      return inCase(text(this), upper, 0xe0, 0xfe);
    },
    removeAccents(this: unknown) {
      return text(this);
    },
  };
  const Kind = constructible((values, isNew) => {
    const made = values.length === 0 ? '' : text(values[0]);
    return isNew ? new NativeString(made) : made;
  });
  extend(Kind, {
    fromCharCode(...codes: unknown[]) {
      return natives.apply(
        fromCharCode,
        NativeString,
        natives.apply(map, codes, [(code: unknown) => integer(code) & 255]),
      );
    },
  });
  extend(own, methods);
  extend(own, cases);
  define(own, 'constructor', Kind);
  conceal('String', Kind, own);
}
