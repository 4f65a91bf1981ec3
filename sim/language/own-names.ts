// Names that a program adds to the library itself, and those of them that the program tests before it uses them.
import type { AnyNode } from 'acorn';
import { children } from './scope.js';

export interface OwnNames {
  /** Members of classes and literals, and assigned members, of any object. */
  members: ReadonlySet<string>;
  /** Assigned: `Map`, `Math.imul`. */
  globals: ReadonlySet<string>;
}

export function ownNames(program: AnyNode): OwnNames {
  const members = new Set<string>();
  const globals = new Set<string>();
  const visit = (node: AnyNode) => {
    if (node.type === 'MethodDefinition' || node.type === 'PropertyDefinition' || node.type === 'Property') {
      if (node.key.type === 'Identifier') members.add(node.key.name);
    } else if (node.type === 'AssignmentExpression') {
      const name = dottedName(node.left);
      if (name !== null) globals.add(name);
      if (node.left.type === 'MemberExpression' && node.left.property.type === 'Identifier' && !node.left.computed)
        members.add(node.left.property.name);
    }
    for (const child of children(node)) visit(child);
  };
  visit(program);
  return { members, globals };
}

/** Names under `typeof` or `!`, in front of `&&` `||` `??`, or as the condition of an if or `?:`. */
export function testedNames(program: AnyNode): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (node: AnyNode) => {
    const name = dottedName(node);
    if (name !== null) found.add(name);
  };
  const visit = (node: AnyNode) => {
    if (node.type === 'UnaryExpression' && (node.operator === 'typeof' || node.operator === '!')) add(node.argument);
    else if (node.type === 'LogicalExpression') add(node.left);
    else if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') add(node.test);
    for (const child of children(node)) visit(child);
  };
  visit(program);
  return found;
}

/** `a` or `a.b`, where `global.a` and `globalThis.a` are `a`; null for all else. */
function dottedName(node: AnyNode): string | null {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier') return null;
  const object = dottedName(node.object);
  if (object === 'global' || object === 'globalThis') return node.property.name;
  return object === null || object.includes('.') ? null : `${object}.${node.property.name}`;
}
