// Calls of the library whose text shows that Espruino does something else.

import type { AnyNode, CallExpression, MemberExpression } from 'acorn';

/** Built-in classes whose prototypes are empty: methods are found by the kind of the value. */
const classes = new Set('Array String Function Number Object Date RegExp Promise'.split(' '));
const methods = new Set(
  (
    'slice splice map filter forEach reduce some every concat join push pop shift unshift indexOf includes find findIndex sort reverse fill ' +
    'call apply bind trim split replace substr substring charAt charCodeAt toUpperCase toLowerCase startsWith endsWith'
  ).split(' '),
);

function nameOf(node: AnyNode): string | undefined {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression' || node.computed) return undefined;
  return node.property.type === 'Identifier' ? node.property.name : undefined;
}

/** `Array.prototype.slice`, read. `isGlobal` tells whether a name is that of a global of the library. */
export function isPrototypeMethod(
  node: MemberExpression,
  parent: AnyNode | null,
  isGlobal: (name: AnyNode) => boolean,
): boolean {
  const { object } = node;
  if (object.type !== 'MemberExpression' || nameOf(object) !== 'prototype' || !methods.has(nameOf(node) ?? ''))
    return false;
  if (object.object.type !== 'Identifier' || !classes.has(object.object.name) || !isGlobal(object.object)) return false;
  return parent?.type !== 'AssignmentExpression' || parent.left !== node;
}

const isText = (node: AnyNode | undefined) => node?.type === 'Literal' && typeof node.value === 'string';
const isFunction = (node: AnyNode | undefined) => /^(Arrow)?FunctionExpression$/.test(node?.type ?? '');

/** Returns the argument that a call of the library ignores. */
export function ignoredArgument({ callee, arguments: given }: CallExpression): string | undefined {
  if (callee.type !== 'MemberExpression') return undefined;
  const [first, second] = given;
  const object = nameOf(callee.object as AnyNode);
  switch (nameOf(callee)) {
    case 'split':
      return second && (isText(first) || (first.type === 'Literal' && 'regex' in first)) ? 'limit of split' : undefined;
    case 'replace':
      return isText(first) && isFunction(second) ? 'text replaced by a function' : undefined;
    case 'stringify':
      return object === 'JSON' && (isFunction(second) || second?.type === 'ArrayExpression') ? 'replacer' : undefined;
    case 'parse':
      return object === 'JSON' && isFunction(second) ? 'reviver' : undefined;
  }
  return undefined;
}
