// Finds constructs that Espruino's compiler on the board executes differently from its interpreter, in functions that it supports. Tried
// with Espruino 2v29 for ARM.

import type { AnyNode, Literal, VariableDeclaration } from 'acorn';
import { children, type FunctionNode } from './scope.js';

export type JitDifference =
  /** `for (;;)`, without an update either: its body does not run. */
  | { what: 'endless for in "jit"'; node: AnyNode & { type: 'ForStatement' } }
  /** A literal from 2^31 to 2^32 - 1, which has 32 bits with a sign. */
  | { what: 'large literal in "jit"'; node: Literal }
  /** A declaration in a block, of a variable that the function has already: it is the same variable. */
  | { what: 'variable of a block in "jit"'; node: VariableDeclaration };

const LEAST = 2 ** 31;
const MOST = 2 ** 32 - 1;

/** With a point or an exponent, a literal is a float, which keeps its sign. */
function isLargeInteger(node: AnyNode): node is Literal & AnyNode {
  if (node.type !== 'Literal' || typeof node.value !== 'number' || node.value < LEAST || node.value > MOST)
    return false;
  return /^(?:0[xob].*|\d+)$/i.test(node.raw!);
}

export function jitDifferences({ params, body }: FunctionNode): JitDifference[] {
  const found: JitDifference[] = [];
  const names = new Set(params.flatMap((each) => (each.type === 'Identifier' ? [each.name] : [])));
  const visit = (node: AnyNode, isNested: boolean) => {
    if (node.type === 'ForStatement' && !node.test && !node.update) found.push({ what: 'endless for in "jit"', node });
    if (isLargeInteger(node)) found.push({ what: 'large literal in "jit"', node });
    if (node.type === 'VariableDeclaration') {
      const own = node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
      if (node.kind !== 'var' && isNested && own.some((name) => names.has(name)))
        found.push({ what: 'variable of a block in "jit"', node });
      for (const name of own) names.add(name);
    }
    const opens = node.type === 'BlockStatement' || node.type === 'ForStatement';
    for (const child of children(node)) visit(child, isNested || (opens && node !== body));
  };
  visit(body, false);
  return found;
}
