// The text of a function as its program wrote it. Instrumented text calls a check with the number of a site where each function is
// entered; the site knows the text.

import { CHECKS } from './checks-name.js';
import type { Site } from './site.js';

export const NATIVE = 'function () { [native code] }';

/** The site of a function of the program; undefined for a function of the library. */
export function siteOfFunction(made: unknown, sites: readonly Site[]): Site | undefined {
  const text = Function.prototype.toString.call(made);
  for (const entry of [`${CHECKS}.E(`, `${CHECKS}.e(`]) {
    const at = text.indexOf(entry);
    // The first check in it is its own.
    if (at >= 0) return sites[Number.parseInt(text.slice(at + entry.length), 10)];
  }
  return undefined;
}

/** In Espruino's form; with `isShort`, without the body. */
export function functionText({ parameters, body }: Pick<Site, 'parameters' | 'body'>, isShort: boolean): string {
  const head = `function (${parameters.join()}) `;
  if (isShort) return body === '' ? `${head}{}` : `${head}{ ... }`;
  return body.includes('\n') ? `${head}{\n  ${body}\n}` : `${head}{${body}}`;
}

/** Returns the part of a body that is kept: without the directive that asks for it, and without the `return` at its start. */
export function codeOf(body: string): string {
  const code = body.replace(/^(['"])(?:ram|jit|compiled)\1;?\s*/, '');
  return code.replace(/^return\b\s*/, '');
}
