// The role of an expression in its parent: whether it is read, written, called or kept.

import type { AnyNode, Identifier, MemberExpression } from 'acorn';
import { isClass, isFunction } from '../language/scope.js';

/** `probe`: read to learn whether it is there. */
export type Access = 'read' | 'write' | 'both' | 'callee' | 'probe' | 'other';

/** The access that an expression makes. Members that are assigned are visited with their assignment. */
export function accessOf(node: AnyNode, parent: AnyNode | null): Access {
  if (parent?.type === 'LogicalExpression' && parent.operator === '??' && parent.left === node) return 'probe';
  if (parent?.type === 'CallExpression' && parent.callee === node) return 'callee';
  if (parent?.type === 'NewExpression' && parent.callee === node) return 'callee';
  if (parent?.type === 'UpdateExpression') return 'both';
  if (parent?.type === 'UnaryExpression' && parent.operator === 'delete') return 'other';
  if ((parent?.type === 'ForInStatement' || parent?.type === 'ForOfStatement') && parent.left === node) return 'write';
  return 'read';
}

/** Whether the expression is a name or member that its parent assigns or declares. */
export function isTarget(node: AnyNode, parent: AnyNode | null): boolean {
  if (parent?.type === 'AssignmentExpression') return parent.left === node;
  if (parent?.type === 'ForInStatement' || parent?.type === 'ForOfStatement') return parent.left === node;
  if (parent && isFunction(parent)) return parent.id === node || parent.params.some((each) => each === node);
  if (parent && isClass(parent)) return parent.id === node;
  if (parent?.type === 'VariableDeclarator') return parent.id === node;
  if (parent?.type === 'CatchClause') return parent.param === node;
  return parent?.type === 'UpdateExpression';
}

/** Whether an expression is a variable or a member. */
export function isReference(node: AnyNode): node is Identifier | MemberExpression {
  return node.type === 'Identifier' || node.type === 'MemberExpression';
}

/** Whether a function with this parent is a method, a getter or a setter. */
export function isMethod(parent: AnyNode | null): boolean {
  if (parent?.type === 'MethodDefinition') return true;
  return parent?.type === 'Property' && (parent.method || parent.kind !== 'init');
}

/** `f.name`, which functions do not have there. */
export function isFunctionName(node: MemberExpression, access: Access): boolean {
  return !node.computed && access === 'read' && node.property.type === 'Identifier' && node.property.name === 'name';
}

/** `a.length`, `a["length"]`. */
export function isLength({ property, computed }: MemberExpression): boolean {
  return computed
    ? property.type === 'Literal' && property.value === 'length'
    : property.type === 'Identifier' && property.name === 'length';
}

/** Whether the value of a sum is kept, or handed on: only then can a text grow from step to step. */
export function isKept(node: AnyNode, parent: AnyNode | null): boolean {
  switch (parent?.type) {
    case 'VariableDeclarator':
    case 'ReturnStatement':
    case 'Property':
    case 'ArrayExpression':
    case 'CallExpression':
    case 'NewExpression':
    case 'ConditionalExpression':
    case 'LogicalExpression':
    case 'ArrowFunctionExpression':
    case 'SequenceExpression':
    case 'PropertyDefinition':
      return true;
    case 'AssignmentExpression':
      return parent.right === node;
    default:
      return false;
  }
}
