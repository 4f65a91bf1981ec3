// The use of the C stack by calls. Espruino's interpreter recurses on it: the deeper a call is nested in its statement, the more it
// takes. Measured by recursion until "Too much recursion" with Espruino 2v29 for 32-bit ARM with soft doubles.
import type { AnyNode } from 'acorn';
import { children, type FunctionNode, isFunction } from '../language/scope.js';

/** A call as a statement of its own. */
const CALL = 352;
/** A function of the library that calls another one back. */
const CALLBACK = 604;
const ARGUMENT = 314;
const PARENTHESES = 120;
const BRACKETS = 145;
const RIGHT_OPERAND = 135;

const nesting: Partial<Record<AnyNode['type'], number>> = {
  BlockStatement: 40,
  IfStatement: 31,
  ForStatement: 281,
  ForInStatement: 281,
  ForOfStatement: 281,
  WhileStatement: 167,
  DoWhileStatement: 167,
  SwitchStatement: 56,
  TryStatement: 23,
  ReturnStatement: 16,
  AssignmentExpression: 24,
  VariableDeclaration: 31,
  ConditionalExpression: 15,
  ArrayExpression: 120,
  ObjectExpression: 191,
  UnaryExpression: 24,
};

const callers = new Set('forEach map filter reduce some every find findIndex sort replace apply call'.split(' '));

/** Bytes of a function that the board's compiler translates, and of each name in it. */
const JITTED = 364;
const NAME = 4;

/** Bytes of C stack of a function that is running. */
export interface CallStack {
  /** Bytes at its most deeply nested call, whatever it calls. */
  most: number;
  /** The maximum at calls of a function by name. */
  named: ReadonlyMap<string, number>;
  /** The maximum at calls of other expressions; 0 without any. */
  indirect: number;
}

export const NO_STACK: CallStack = { most: 0, named: new Map(), indirect: 0 };

/** Returns the stack of a function that the board's compiler translates; its calls do not matter. */
export function jittedStackOf(node: FunctionNode): CallStack {
  const names = new Set<string>();
  const visit = (inner: AnyNode) => {
    if (inner.type === 'Identifier') names.add(inner.name);
    for (const child of children(inner)) visit(child);
  };
  visit(node.body);
  return { ...NO_STACK, most: JITTED + NAME * names.size };
}

/**
 * Bytes that a function takes while one that it called runs: what else it calls has come back, or is not called yet. `name` is the
 * called function's own, and empty where it has none.
 */
export function stackAtCall({ most, named, indirect }: CallStack, name: string): number {
  return (name && Math.max(named.get(name) ?? 0, indirect)) || most;
}

export function callStackOf(node: FunctionNode, source: string): CallStack {
  let most = CALL;
  let indirect = 0;
  const named = new Map<string, number>();
  const variables = new Set(node.params.flatMap((each) => (each.type === 'Identifier' ? [each.name] : [])));
  const visit = (inner: AnyNode, parent: AnyNode, depth: number) => {
    if (isFunction(inner)) return;
    if (inner.type === 'VariableDeclarator' && inner.id.type === 'Identifier') variables.add(inner.id.name);
    let own = depth + (nesting[inner.type] ?? 0);
    if (inner.type === 'SequenceExpression' || source[inner.start - 1] === '(') {
      const isListed = /^(If|While|DoWhile|Switch|For)/.test(parent.type) || parent.type === 'CallExpression';
      if (!isListed) own += PARENTHESES;
    }
    if (inner.type === 'CallExpression' || inner.type === 'NewExpression') {
      const { callee } = inner;
      const name =
        callee.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : '';
      const callsBack = callers.has(name);
      const stack = CALL + own + (callsBack ? CALLBACK : 0);
      most = Math.max(most, stack);
      if (callee.type === 'Identifier') named.set(callee.name, Math.max(named.get(callee.name) ?? 0, stack));
      // A method of the library that calls nothing back is none of the program's functions.
      else if (callsBack || name === '') indirect = Math.max(indirect, stack);
      visit(callee, inner, own);
      for (const argument of inner.arguments) visit(argument, inner, own + ARGUMENT);
      return;
    }
    if (inner.type === 'BinaryExpression' || inner.type === 'LogicalExpression') {
      if (inner.left.type !== 'PrivateIdentifier') visit(inner.left, inner, own);
      visit(inner.right, inner, own + RIGHT_OPERAND);
      return;
    }
    if (inner.type === 'MemberExpression' && inner.computed) {
      visit(inner.object, inner, own);
      visit(inner.property, inner, own + BRACKETS);
      return;
    }
    for (const child of children(inner)) visit(child, inner, own);
  };
  if (node.body.type === 'BlockStatement') for (const statement of node.body.body) visit(statement, node.body, 0);
  else visit(node.body, node, nesting.ReturnStatement!);
  for (const variable of variables) {
    indirect = Math.max(indirect, named.get(variable) ?? 0);
    named.delete(variable);
  }
  return { most, named, indirect };
}
