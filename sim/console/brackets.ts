// Whether what was typed is a whole: open brackets, strings and comments, as Espruino's console counts them.

/** More than are ever open: in the middle of a comment or a template. */
const UNFINISHED = 1000;

/** After these, a slash begins a regular expression. */
const BEFORE_REGEX = /(^|[=(,:[!&|?{};+\-*%<>^~]|\b(return|typeof|case|in|of|new|delete|void|throw))\s*$/;

/** Open brackets; at most zero if the text is to be run. Source: `jsiCountBracketsInInput`, src/jsinteractive.c. */
export function openBrackets(text: string): number {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if ('{[('.includes(character)) open++;
    else if ('}])'.includes(character)) {
      if (--open < 0) return open;
    } else if (character === '/' && text[at + 1] === '/') {
      const end = text.indexOf('\n', at);
      if (end < 0) break;
      at = end;
    } else if (character === '/' && text[at + 1] === '*') {
      const end = text.indexOf('*/', at + 2);
      if (end < 0) return UNFINISHED;
      at = end + 1;
    } else if (`"'\``.includes(character)) {
      const end = endOfString(text, at);
      // A string that is not closed runs, so that there is an error.
      if (end < 0) return character === '`' ? UNFINISHED : 0;
      at = end;
    } else if (character === '/' && BEFORE_REGEX.test(text.slice(0, at))) {
      const end = endOfString(text, at);
      if (end < 0) return 0;
      at = end;
    }
  }
  return open;
}

/** Of a string, template or regular expression: where its last character is, or -1. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === text[start]) return at;
    else if (text[at] === '\n' && text[start] !== '`') return -1;
  }
  return -1;
}
