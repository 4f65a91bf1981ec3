// RegExp: expressions are V8's objects, so that literals make them; what they match is found by Espruino's rules.

import type { RealmNatives } from '../membrane.js';
import type { Definitions } from './definitions.js';
import type { Errors } from './errors.js';
import type { Matcher } from './matcher.js';

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function regularExpressionsLibrary(
  natives: RealmNatives,
  { define, extend, conceal, constructible, text, kindOf }: Definitions,
  { failure }: Errors,
  matcher: Matcher,
): void {
  /** Characters that Espruino keeps of an ending, with the sign behind it. */
  const LONGEST_ENDING = 31;
  const Native = RegExp;
  const own = Native.prototype;
  /** Espruino keeps the text as it was given, where V8 escapes slashes and line ends. */
  const sources = new natives.WeakMap<RegExp, string>();
  const sourceOf = (expression: RegExp) => sources.get(expression) ?? expression.source;
  const CONTROL = '.[]()|^*+$';
  /** Returns the text that an expression requires at the end, if it requires nothing else. */
  const plainEnding = (pattern: string): string | undefined => {
    const last = pattern.length - 1;
    if (pattern.charAt(last) !== '$') return undefined;
    let made = '';
    for (let at = 0; at < last; at++) {
      const character = pattern.charAt(at);
      const isEscape = character === '\\';
      const taken = isEscape ? pattern.charAt(++at) : character;
      if (isEscape ? at >= last || !'.\\'.includes(taken) : CONTROL.includes(character)) return undefined;
      made += taken;
    }
    return made.length < LONGEST_ENDING ? made : undefined;
  };
  const result = (texts: string[], index: number, input: string) => {
    const made = texts as unknown as RegExpExecArray;
    made.index = index;
    made.input = input;
    return made;
  };
  /** Espruino finds faults only where it matches. V8 refuses such an expression, which is matched by its text anyway. */
  const compiled = (pattern: string, flags: string) => {
    try {
      return new Native(pattern, flags);
    } catch {
      const made = new Native('', flags.replace(/[^gim]|(.)(?=.*\1)/g, ''));
      define(made, 'source', pattern);
      return made;
    }
  };
  const Kind = constructible(([pattern, flags]) => {
    if (typeof pattern !== 'string') {
      throw failure(`Expecting String as first argument, got ${kindOf(pattern)}`, 'TypeError');
    }
    const made = compiled(pattern, flags === undefined ? '' : text(flags));
    sources.set(made, pattern);
    return made;
  });
  extend(own, {
    exec(this: RegExp, subject?: unknown) {
      const searched = text(subject);
      // Plain characters in front of the end are looked for there alone, and `lastIndex` stays.
      const ending = plainEnding(sourceOf(this));
      const at = ending === undefined ? -1 : searched.length - ending.length;
      if (at >= 0 && this.lastIndex <= at && searched.slice(at) === ending) return result([ending], at, searched);
      const found =
        this.lastIndex > searched.length
          ? undefined
          : matcher(sourceOf(this), searched, this.lastIndex, natives.ignoresCase(this));
      this.lastIndex = found && natives.isGlobal(this) ? found.end : 0;
      if (!found) return null;
      const texts = [searched.slice(found.start, found.end)];
      for (const { start, end } of found.groups) texts[texts.length] = searched.slice(start, end);
      return result(texts, found.start, searched);
    },
    toString() {
      return '[object Object]';
    },
    test(this: RegExp, subject?: unknown) {
      return this.exec(text(subject)) !== null;
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
