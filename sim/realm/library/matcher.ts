// Matches texts against regular expressions as Espruino does, which knows few of their features and takes the others for plain characters. An
// alternative begins at the start of the match, wherever its bar stands. Source of the rules: src/jswrap_regexp.c of Espruino 2v29.

import type { Errors } from './errors.js';

/** A match: where it begins and ends, and where each group does. */
export interface Match {
  start: number;
  end: number;
  groups: readonly Group[];
}

interface Group {
  start: number;
  end: number;
}

/** The first match from a place on. */
export type Matcher = (pattern: string, text: string, from: number, ignoresCase: boolean) => Match | undefined;

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function makeMatcher({ failure }: Pick<Errors, 'failure'>): Matcher {
  const MOST_GROUPS = 9;
  const CODES: Record<string, string> = { f: '\f', b: '\b', n: '\n', r: '\r', t: '\t', v: '\v', '0': '\0' };
  const { toLowerCase } = String.prototype;
  const isDigit = (character: string) => character >= '0' && character <= '9';
  const isLetter = (character: string) =>
    (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
  const isWord = (character: string) => isDigit(character) || isLetter(character) || character === '_';
  const isSpace = (character: string) => character !== '' && ' \t\n\v\f\r'.includes(character);
  const KINDS: Record<string, (character: string) => boolean> = {
    d: isDigit,
    D: (character) => !isDigit(character),
    s: isSpace,
    S: (character) => !isSpace(character),
    w: isWord,
    W: (character) => !isWord(character),
  };

  return (pattern, text, from, ignoresCase) => {
    const folded = (character: string) => (ignoresCase ? toLowerCase.call(character) : character);
    /** At the end of the text, the character is 0. */
    const at = (place: number) => text.charAt(place) || '\0';
    let start = from;
    /** The position after the element that was read last. */
    let next = 0;
    /** The start of a range, within a class. */
    let first: string | undefined;

    /** Whether an element of the pattern is this character. */
    const accepts = (element: number, character: string, inClass: boolean): boolean => {
      let wanted = pattern.charAt(element);
      next = element + 1;
      if (wanted === '.' && !inClass) return true;
      if (wanted === '[' && !inClass) return acceptsClass(element, character);
      if (wanted === '\\') {
        const escaped = pattern.charAt(element + 1);
        next = element + 2;
        const kind = KINDS[escaped];
        if (kind !== undefined) return kind(character);
        if (escaped >= '1' && escaped <= '9') throw failure('Backreferences not supported');
        wanted = CODES[escaped] ?? escaped;
        if (escaped === 'x' && pattern.length > element + 3) {
          next = element + 4;
          wanted = String.fromCharCode(parseInt(pattern.slice(element + 2, element + 4), 16));
        }
      }
      if (inClass && pattern.charAt(next) === '-' && pattern.charAt(next + 1) !== ']') {
        first = wanted;
        return accepts(next + 1, character, true);
      }
      const [own, last] = [folded(character), folded(wanted)];
      if (first === undefined) return own === last;
      const low = folded(first);
      first = undefined;
      return own >= low && own <= last && low < last;
    };
    const acceptsClass = (element: number, character: string): boolean => {
      const isInverted = pattern.charAt(element + 1) === '^';
      let place = element + (isInverted ? 2 : 1);
      let isIn = false;
      while (place < pattern.length && pattern.charAt(place) !== ']') {
        isIn = accepts(place, character, true) || isIn;
        place = next;
      }
      if (place >= pattern.length) throw failure('Unfinished character set in RegEx');
      next = place + 1;
      return isIn !== isInverted;
    };
    /** After a failure: what is behind the next bar. */
    const alternative = (element: number, groups: readonly Group[]): Match | undefined => {
      for (let place = element; place < pattern.length; place++) {
        if (pattern.charAt(place) === '|') return match(place + 1, start, groups);
        if (pattern.charAt(place) === '\\') place++;
      }
      return undefined;
    };
    const repeated = (
      element: number,
      place: number,
      groups: readonly Group[],
      isFirst: boolean,
    ): Match | undefined => {
      const rest = next + 1;
      if (!isFirst && pattern.charAt(next) === '+') return alternative(rest, groups);
      let found = match(rest, place, groups);
      for (let isNext = isFirst, end = place; isNext && end < text.length; ) {
        end++;
        isNext = accepts(element, at(end), false);
        found = match(rest, end, groups) ?? found;
      }
      return found;
    };
    /** The rest of the pattern, from an element on. */
    const match = (element: number, place: number, groups: readonly Group[]): Match | undefined => {
      const wanted = pattern.charAt(element);
      if (wanted === '' || wanted === '|') return { start, end: place, groups };
      if (wanted === '^') return place === 0 ? match(element + 1, place, groups) : undefined;
      if (wanted === '$')
        return place >= text.length ? match(element + 1, place, groups) : alternative(element + 1, groups);
      if (wanted === '(')
        return match(
          element + 1,
          place,
          groups.length < MOST_GROUPS ? [...groups, { start: place, end: place }] : groups,
        );
      if (wanted === ')') {
        const last = groups[groups.length - 1];
        const others = groups.slice(0, groups.length - 1);
        return match(element + 1, place, last ? [...others, { start: last.start, end: place }] : groups);
      }
      const isAccepted = accepts(element, at(place), false);
      if (pattern.charAt(next) === '*' || pattern.charAt(next) === '+')
        return repeated(element, place, groups, isAccepted);
      return isAccepted && place < text.length ? match(next, place + 1, groups) : alternative(next, groups);
    };

    // The end of a text that is not empty is no place to begin at, but where the search begins there.
    do {
      const found = match(0, start, []);
      if (found) return found;
    } while (++start < text.length);
    return undefined;
  };
}
