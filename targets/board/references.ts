// References of the host in machine code and in interpreted programs: words, which are places in a list. Written for Espruino: no
// hoisting, no rest arguments.

/** What the module has been given. */
let hostReferences: unknown[] = [];

/** null is 0; the same value, the same word. */
export function wordOfHostReference(value: unknown): number {
  if (value === null || value === undefined) return 0;
  const at = hostReferences.indexOf(value);
  return (at < 0 ? hostReferences.push(value) - 1 : at) + 1;
}

export function hostReferenceOf(word: number): unknown {
  return word ? hostReferences[word - 1] : null;
}

/** At the start of a call from outside, if the module keeps no references between calls. */
export function dropHostReferences(): void {
  hostReferences = [];
}
