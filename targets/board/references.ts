// References of the host in machine code and in interpreted programs: words, which are places in a list. Written for Espruino: no
// hoisting, no rest arguments.

/** What the module has been given. */
let references: unknown[] = [];

/** null is 0; the same value, the same word. */
export function wordOfReference(value: unknown): number {
  if (value === null || value === undefined) return 0;
  const at = references.indexOf(value);
  return (at < 0 ? references.push(value) - 1 : at) + 1;
}

export function referenceOf(word: number): unknown {
  return word ? references[word - 1] : null;
}

/** At the start of a call from outside, if the module keeps no references between calls. */
export function dropReferences(): void {
  references = [];
}
