// Text of modules and files as it may be shown to people: on a terminal, in a declaration, in a page.

import { withoutMangling } from './rust-names.js';

/**
 * What a terminal obeys, or what changes the order or the lines of the text around it: C0 but for tab and line feed, DEL, C1, marks and
 * overrides of direction, line and paragraph separators, zero-width characters (Unicode 15, general categories Cc, Zl, Zp, and Cf of UAX 9).
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

const escapeOf = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The text with such characters as `\u001b`: the same in a string of JSON or JavaScript. Tabs and line feeds stay. */
export const escaped = (text: string): string => text.replace(UNSEEN, escapeOf);

/** A name from a module or a file, as part of a line. */
export const escapedName = (name: string): string => escaped(name).replaceAll('\n', '\\u000a');

/** The name of a function as it is shown: without Rust's mangling, and escaped. */
export const shownName = (name: string): string => escapedName(withoutMangling(name));

/** Returns the escaped name, in quotes if it has characters other than visible ASCII. */
export function printable(name: string): string {
  return /^[!-~]+$/.test(name) ? name : escaped(JSON.stringify(name));
}
