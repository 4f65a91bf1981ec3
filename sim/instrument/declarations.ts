// Names that `let`, `const` and classes declare.

import type { AnyNode, Program } from 'acorn';
import type { TextEdits } from './text-edits.js';

/** Names of the top level that are no members of the global object. */
export function lexicalNames({ body }: Program): string[] {
  return body.flatMap((node) => {
    if (node.type === 'ClassDeclaration') return [node.id!.name];
    return node.type === 'VariableDeclaration' && node.kind !== 'var' ? namesOf(node) : [];
  });
}

function namesOf(node: AnyNode & { type: 'VariableDeclaration' }): string[] {
  return node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
}

/** A name that is declared again by `let` or `const`, which V8 refuses: the second declaration assigns to the first variable. */
export function joinDeclarations(nodes: AnyNode[], edits: TextEdits): void {
  const declared = new Map<string, 'var' | 'let'>();
  for (const node of nodes) {
    if (node.type !== 'VariableDeclaration') continue;
    const names = namesOf(node);
    const isLexical = node.kind !== 'var';
    if (names.some((name) => declared.has(name) && (isLexical || declared.get(name) === 'let')))
      edits.replace(node.start, node.start + node.kind.length, ' '.repeat(node.kind.length));
    for (const name of names) if (!declared.has(name)) declared.set(name, isLexical ? 'let' : 'var');
  }
}
