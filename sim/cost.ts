// What statements cost on a board, in S: the cost of one `a=a+1;` inside a function, from the tree of the program.
import type { AnyNode } from 'acorn';
import { statementSeconds } from '../boards/slice.js';
import { children, isClass, isFunction } from './scope.js';

/** The estimated time of `cost` S on a processor of `clock` Hz, in seconds. */
export function secondsOf(cost: number, clock: number): number {
  return cost * statementSeconds(clock);
}

/** A character of text that is skipped: of a branch not taken, of a loop left. */
export const SKIPPED_CHARACTER = 0.02;
/** An iteration, besides its condition and body. */
export const ITERATION = 0.45;
/** A case of a switch, whichever is taken. */
export const CASE = 0.93;

/**
 * Fitted to measured statements: `a=b` 0.65, `a=a+1` 1, `a=b+c` 1.1, `a=b+c|0` 1.4, `a=o.x` 0.75, `a=t[i]` 1.15,
 * `t[i]=a` 1.5, `f()` 0.74, `f(a,b,c,d)` 2.7, `var a=1` 0.65.
 */
const weights: Partial<Record<AnyNode['type'], number>> = {
  Identifier: 0.2,
  ThisExpression: 0.2,
  Literal: 0.15,
  TemplateLiteral: 0.3,
  AssignmentExpression: 0.25,
  VariableDeclarator: 0.25,
  BinaryExpression: 0.25,
  LogicalExpression: 0.25,
  UnaryExpression: 0.15,
  UpdateExpression: 0.4,
  ConditionalExpression: 0.3,
  MemberExpression: 0.1,
  CallExpression: 0.54,
  NewExpression: 1.5,
  ObjectExpression: 0.5,
  Property: 0.4,
  ArrayExpression: 0.5,
  FunctionExpression: 0.8,
  ArrowFunctionExpression: 0.8,
  FunctionDeclaration: 0.8,
  ClassDeclaration: 2,
  ClassExpression: 2,
  ReturnStatement: 0.2,
  ThrowStatement: 0.2,
  BreakStatement: 0.2,
  ContinueStatement: 0.2,
  IfStatement: 0.3,
  SwitchStatement: 0.5,
  ForStatement: 0.3,
  WhileStatement: 0.3,
  DoWhileStatement: 0.3,
  TryStatement: 0.3,
};

const ARGUMENT = 0.29;
const COMPUTED = 0.2;
const COMPUTED_WRITE = 0.3;

/** Of an expression, or of a statement without the statements in it. Functions in it are made, not run. */
export function costOf(node: AnyNode): number {
  let cost = weights[node.type] ?? 0;
  if (isFunction(node)) return cost + SKIPPED_CHARACTER * (node.end - node.start);
  if (isClass(node)) return cost + SKIPPED_CHARACTER * (node.end - node.start);
  if (node.type === 'MemberExpression' && node.computed) cost += COMPUTED;
  if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression' && node.left.computed)
    cost += COMPUTED_WRITE;
  if (node.type === 'CallExpression' || node.type === 'NewExpression') cost += ARGUMENT * node.arguments.length;
  for (const child of children(node)) if (!isStatement(child)) cost += costOf(child);
  return cost;
}

export function isStatement(node: AnyNode): boolean {
  return /(Statement|^SwitchCase|^CatchClause)$/.test(node.type) && node.type !== 'ExpressionStatement';
}
