// Decides which functions Espruino's compiler on the board supports. It reports the others on the console, and they are interpreted.
// Source: src/jsjit.c of Espruino 2v29.
import type { AnyNode } from 'acorn';
import { children, type FunctionNode } from './scope.js';

const accepted = new Set<AnyNode['type']>([
  'Identifier',
  'Literal',
  'ThisExpression',
  'SequenceExpression',
  'BinaryExpression',
  'LogicalExpression',
  'ConditionalExpression',
  'UnaryExpression',
  'UpdateExpression',
  'AssignmentExpression',
  'MemberExpression',
  'CallExpression',
  'NewExpression',
  'ArrayExpression',
  'ObjectExpression',
  'Property',
  'ExpressionStatement',
  'VariableDeclaration',
  'VariableDeclarator',
  'BlockStatement',
  'EmptyStatement',
  'IfStatement',
  'ReturnStatement',
  'WhileStatement',
  'DoWhileStatement',
  'ForStatement',
]);
const refusedOperators = /^(\*\*=?|\?\?=?|&&=|\|\|=|in|typeof|void|delete)$/;
/** Functions of one number that the compiler cannot call in the firmware. */
const ofOneNumber = /^(abs|acos|asin|atan|ceil|cos|exp|floor|log|round|sin|sqrt|tan)$/;

/** Whether the function begins with "jit", and the compiler takes it. */
export function isJitted({ body }: FunctionNode): boolean {
  if (body.type !== 'BlockStatement') return false;
  const [first] = body.body;
  return first?.type === 'ExpressionStatement' && first.directive === 'jit' && isAccepted(body);
}

function isAccepted(node: AnyNode): boolean {
  if (!accepted.has(node.type) || ('operator' in node && refusedOperators.test(node.operator))) return false;
  if (node.type === 'Literal' && 'regex' in node && node.regex) return false;
  if (node.type === 'Property' && (node.computed || node.shorthand || node.method || node.kind !== 'init'))
    return false;
  if (node.type === 'CallExpression' && givesOneNumber(node.callee)) return false;
  return children(node).every(isAccepted);
}

function givesOneNumber(callee: AnyNode): boolean {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false;
  const { object, property } = callee;
  return object.name === 'Math' && property.type === 'Identifier' && ofOneNumber.test(property.name);
}
