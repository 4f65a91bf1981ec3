// Splits a source into its top-level declarations, from which a program for a board is assembled. Imports and lists of exports are
// omitted, and declarations keep their names.

import { type Node, parse, type Statement } from 'acorn';

export interface Declaration {
  kind: 'function' | 'variable' | 'other';
  /** Name of the function or variable; '' for other statements. */
  name: string;
  /** Without `export`. */
  text: string;
  /** Text after a function's name, or the value of a variable. */
  behindName: string;
}

/** Splits JavaScript into declarations; `names` are the names in its export list. */
export function declarationsOf(code: string): { declarations: Declaration[]; names: string[] } {
  const declarations: Declaration[] = [];
  const names: string[] = [];
  for (const statement of parse(code, { ecmaVersion: 'latest', sourceType: 'module' }).body) {
    if (statement.type === 'ImportDeclaration') continue;
    if (statement.type !== 'ExportNamedDeclaration') declarations.push(declarationOf(statement as Statement, code));
    else if (statement.declaration) declarations.push(declarationOf(statement.declaration, code));
    else {
      for (const { exported } of statement.specifiers) if (exported.type === 'Identifier') names.push(exported.name);
    }
  }
  return { declarations, names };
}

function declarationOf(node: Statement, code: string): Declaration {
  const textOf = ({ start, end }: Node) => code.slice(start, end);
  const text = textOf(node);
  if (node.type === 'FunctionDeclaration') {
    return { kind: 'function', name: node.id.name, text, behindName: code.slice(node.id.end, node.end) };
  }
  if (node.type === 'VariableDeclaration' && node.declarations.length === 1) {
    const [{ id, init }] = node.declarations;
    return { kind: 'variable', name: textOf(id), text, behindName: init ? textOf(init) : '' };
  }
  return { kind: 'other', name: '', text, behindName: '' };
}

export const textOf = (declarations: readonly Declaration[]) => declarations.map(({ text }) => `${text}\n`).join('');
