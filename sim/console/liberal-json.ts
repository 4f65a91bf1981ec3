// JSON as Espruino reads it from packets: names without quotes and strings with single quotes are allowed. Nothing is executed.

import { type AnyNode, parseExpressionAt } from 'acorn';
import type { Realm } from '../realm/realm.js';

/** The value, with objects of the realm; undefined for text that is something else. */
export function liberalJSON(text: string, realm: Realm): unknown {
  try {
    const source = `(${text}\n)`;
    const node = parseExpressionAt(source, 0, { ecmaVersion: 2020 });
    return source.slice(node.end).trim() === ')' ? literalValue(node, realm) : undefined;
  } catch {
    // The text cannot be parsed, is nested too deep, or is no literal.
    return undefined;
  }
}

/** Throws for what is no literal. */
function literalValue(node: AnyNode, realm: Realm): unknown {
  switch (node.type) {
    case 'Literal':
      if (typeof node.value === 'object' && node.value !== null) throw new SyntaxError('not a literal of JSON');
      return node.value;
    case 'ArrayExpression':
      return realm.parts.array(node.elements.map((each) => literalValue(each!, realm)));
    case 'ObjectExpression':
      return realm.parts.object(
        node.properties.map((each) => {
          if (each.type !== 'Property' || each.computed || each.kind !== 'init') throw new SyntaxError('not a member');
          const name = each.key.type === 'Identifier' ? each.key.name : String((each.key as { value?: unknown }).value);
          return [name, literalValue(each.value, realm)];
        }),
      );
    case 'UnaryExpression':
      if (node.operator === '-') return -(literalValue(node.argument, realm) as number);
      break;
    case 'ParenthesizedExpression':
      return literalValue(node.expression, realm);
  }
  throw new SyntaxError('not a literal of JSON');
}
