// Members of object literals and of classes: what their texts tell of the order in which they are created, and where fields are kept.

import type { AnyNode, ClassBody, ObjectExpression, PropertyDefinition } from 'acorn';
import { CHECKS } from './checks-name.js';
import type { TextEdits } from './text-edits.js';

const INDEX = /^(0|[1-9]\d{0,9})$/;

/** Instruments an object of which V8 would put members in another order. */
export function printOrder(node: ObjectExpression, edits: TextEdits): void {
  const names: string[] = [];
  for (const each of node.properties) {
    if (each.type !== 'Property' || each.computed) return;
    const name = nameOf(each.key);
    if (name !== '__proto__' && !names.includes(name)) names.push(name);
  }
  const numbers = names.filter((name) => INDEX.test(name));
  const inOrder = [...numbers].sort((a, b) => Number(a) - Number(b));
  const isSorted = names.every((name, at) => name === (inOrder[at] ?? name));
  if (isSorted) return;
  edits.around(node.start, node.end, `${CHECKS}.K(`, `,${names.map((name) => JSON.stringify(name)).join()})`);
}

function nameOf(key: AnyNode): string {
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : '';
}

/** The names of the fields of a class, which are members of its prototype, made once with the class. */
export function fieldsOf(body: ClassBody): string[] {
  return body.body.flatMap((each) => (isField(each) ? [nameOf(each.key)] : []));
}

function isField(node: AnyNode): node is PropertyDefinition {
  return node.type === 'PropertyDefinition' && !node.static && !node.computed && node.value !== null;
}

/** Instruments a field: a method stands for it until the class is made. Its value is not that of a class's own `this`. */
export function printField(node: AnyNode, source: string, edits: TextEdits): void {
  if (!isField(node) || !node.value) return;
  edits.open(node.start, `[${CHECKS}.W(${JSON.stringify(nameOf(node.key))},(`);
  edits.replace(node.start, node.value.start, ' ');
  // A semicolon behind the value would become an empty member.
  const ending = source.charAt(node.end - 1) === ';' ? node.end - 1 : node.end;
  edits.close(ending, '))](){}');
}
