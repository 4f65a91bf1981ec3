// Names and texts in C: identifiers for what a module calls what it likes, types for value types, literals.

/** A value type's letter (see FunctionType) as a type of C. A reference is a word: of a function, the address of its code. */
export const C_TYPES: Readonly<Record<string, string>> = {
  i: 'int32_t',
  I: 'int64_t',
  f: 'float',
  F: 'double',
  r: 'uint32_t',
  R: 'uint32_t',
};

/** Part of an identifier. */
const identifierPart = (name: string) => name.replace(/\W/g, '_');

/** Returns the prefix of all names of a program. */
export const prefixOf = (program: string) => identifierPart(program).replace(/^(?=\d)/, '_');

/** Gives each name an identifier part of its own. */
export class IdentifierParts {
  private readonly taken: Set<string>;

  /** `taken` are parts that nothing gets. */
  constructor(taken: readonly string[]) {
    this.taken = new Set(taken);
  }

  of(name: string): string {
    const part = identifierPart(name);
    let found = part;
    for (let number = 2; this.taken.has(found); number++) found = `${part}_${number}`;
    this.taken.add(found);
    return found;
  }
}

/** A name in quotes, for literals and comments: neither ends in it, and no trigraph begins there. */
export function quoted(name: string): string {
  const plain = (byte: number) => byte >= 0x20 && byte < 0x7f && !'"\\?*'.includes(String.fromCharCode(byte));
  const characters = Array.from(new TextEncoder().encode(name), (byte) =>
    plain(byte) ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`,
  );
  return `"${characters.join('')}"`;
}

/** A word as an unsigned literal. */
export const word = (value: number) => `0x${(value >>> 0).toString(16)}u`;

/** Values of an array's initialiser, in lines. */
export function valueLines(values: readonly string[], perLine: number): string[] {
  const lines: string[] = [];
  for (let at = 0; at < values.length; at += perLine) lines.push(`  ${values.slice(at, at + perLine).join(', ')},`);
  return lines;
}
