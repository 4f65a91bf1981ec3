// The top level of a program before it is printed: parts of a runtime and of a module. The variables of a part may be declared before
// they are initialised.

/** A variable of the top level. */
export interface Declaration {
  kind: 'const' | 'let';
  name: string;
  /** An expression. */
  value: string;
}

export const constant = (name: string, value: string): Declaration => ({ kind: 'const', name, value });
export const variable = (name: string, value: string | number | null): Declaration => ({
  kind: 'let',
  name,
  value: String(value),
});

/** Text with a place for an expression that only the build knows. */
export interface Template {
  before: string;
  hole: string;
  behind: string;
}

/** A string is any other statements. */
export type ProgramPart = Declaration | Template | string;

export interface ProgramContext {
  /** Variables that have been declared before, and are assigned here. */
  declared?: ReadonlySet<string>;
  /** Texts for the holes of templates, by name. */
  filled?: Readonly<Record<string, string>>;
}

/** The text of parts, in order. */
export function printParts(parts: readonly ProgramPart[], { declared, filled = {} }: ProgramContext = {}): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      if ('hole' in part) return part.before + filled[part.hole] + part.behind;
      const { kind, name, value } = part;
      return declared?.has(name) ? `${name} = ${value};` : `${kind} ${name} = ${value};`;
    })
    .join('\n');
}

/** Names of those variables of the parts that are used, the most used first. */
export function usedVariables(parts: readonly ProgramPart[], uses: ReadonlyMap<string, number>): string[] {
  const found: string[] = [];
  for (const part of parts)
    if (typeof part !== 'string' && 'name' in part && uses.has(part.name)) found.push(part.name);
  return found.sort((one, other) => uses.get(other)! - uses.get(one)!);
}
