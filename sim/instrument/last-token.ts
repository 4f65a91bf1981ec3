// The token of a program's text that Espruino has read last when an error is thrown, or a function is called, at a node. Espruino
// evaluates while it parses: it looks a variable up only once the token behind it is known to need its value.

import type { AnyNode, CallExpression, NewExpression, Token } from 'acorn';
import { parseProgram } from '../language/parser.js';
import { children } from '../language/scope.js';

/** The cause of a stop. */
export type Stop =
  | { kind: 'call' }
  /** A callee that is no function. */
  | { kind: 'callee' }
  /** A variable that does not exist. */
  | { kind: 'variable'; name: string }
  | { kind: 'other' };

export class TokenList {
  private readonly tokens: Token[] = [];
  private readonly program: AnyNode;

  /** Throws acorn's SyntaxError. */
  constructor(source: string) {
    this.program = parseProgram(source, this.tokens);
  }

  /** The nodes around a position, from the program to the innermost one. */
  pathTo(position: number): AnyNode[] {
    const path = [this.program];
    for (let node: AnyNode | undefined = this.program; node; ) {
      node = children(node).find(({ start, end }) => start <= position && position < end);
      if (node) path.push(node);
    }
    return path;
  }

  /** Returns the positions of a name's tokens, starting at a position. */
  named(name: string, position: number): number[] {
    const isName = (each: Token) => (each as Token & { value?: unknown }).value === name;
    return this.tokens.filter((each) => each.start >= position && isName(each)).map((each) => each.start);
  }

  /** Returns the start of the last token before `end`. */
  before(end: number): number {
    const { tokens } = this;
    let low = 0;
    let high = tokens.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (tokens[middle].start < end) low = middle;
      else high = middle;
    }
    return tokens[low]?.start ?? 0;
  }

  /** Returns the start of the first token from `start` on, except closing parentheses. */
  from(start: number): number {
    return this.tokens.find((each) => each.start >= start && each.type.label !== ')')?.start ?? start;
  }
}

/** The first reference to a variable from a position on. V8 knows only what it has evaluated before. */
function reference(list: TokenList, name: string, position: number): readonly AnyNode[] | undefined {
  for (const start of list.named(name, position)) {
    const path = list.pathTo(start);
    if (path.at(-1)?.type === 'Identifier') return path;
  }
  return undefined;
}

/** The call in which a position stands, arguments excluded. */
export function callAt(path: readonly AnyNode[], position: number): CallExpression | NewExpression | undefined {
  for (let index = path.length - 1; index >= 0; index--) {
    const node = path[index];
    if (node.type !== 'CallExpression' && node.type !== 'NewExpression') continue;
    return node.arguments.some(({ start, end }) => start <= position && position < end) ? undefined : node;
  }
  return undefined;
}

/**
 * Returns the start of the token that is read last. `isAdded`: instrumentation at this position has stopped, and not the program's text.
 */
export function lastToken(
  list: TokenList,
  path: readonly AnyNode[],
  position: number,
  stop: Stop,
  isAdded: boolean,
): number {
  const call = callAt(path, position);
  if (stop.kind === 'call' && call && !isAdded) return list.before(call.end);
  if (stop.kind === 'callee' && call) return list.before(call.callee.end);
  const found = stop.kind === 'variable' && reference(list, stop.name, position);
  if (found) return variableToken(list, found[found.length - 1], found[found.length - 2]);
  const node = path[path.length - 1];
  const parent = path[path.length - 2];
  if (!parent) return list.before(position + 1);
  if (isAdded) {
    const checked = checkedToken(list, path, position);
    if (checked !== undefined) return checked;
  }
  // A call at a place without a call expression is a getter or a setter.
  if (stop.kind === 'call') return list.before(node.end);
  if (node.type === 'MemberExpression') return memberToken(list, node);
  if (node.type === 'NewExpression') return list.before(node.callee.end);
  if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression')
    return memberToken(list, node.left);
  return list.before(node.end);
}

/** Finds the token of a part that a check before it refuses: an index, or the object of a loop. */
function checkedToken(list: TokenList, path: readonly AnyNode[], position: number): number | undefined {
  const last = path[path.length - 1];
  // Espruino looks it up before it reads on.
  if (last.type === 'Identifier' && last.name === 'arguments') return list.before(last.start);
  if (last.type === 'UnaryExpression' && last.argument.type === 'MemberExpression')
    return memberToken(list, last.argument);
  for (let index = path.length - 1; index > 0 && path[index].start === position; index--) {
    const node = path[index];
    const parent = path[index - 1];
    if (parent.type === 'MemberExpression' && parent.property === node) return memberToken(list, parent);
    // A comparison is known to be one once its right side is read.
    if (parent.type === 'BinaryExpression' && parent.left === node) return list.before(parent.end);
    if ((parent.type === 'ForInStatement' || parent.type === 'ForOfStatement') && parent.right === node) {
      // Espruino has read the body, without the semicolon at its end.
      const { body } = parent;
      return list.before(body.type === 'ExpressionStatement' ? body.expression.end : body.end);
    }
  }
  return undefined;
}

function memberToken(list: TokenList, node: AnyNode & { type: 'MemberExpression' }): number {
  return list.before(node.computed ? node.end : node.property.start);
}

/** Finds the token of a variable that does not exist. */
function variableToken(list: TokenList, node: AnyNode, parent: AnyNode): number {
  switch (parent.type) {
    case 'MemberExpression':
      return parent.object === node ? memberToken(list, parent) : node.start;
    case 'BinaryExpression':
    case 'LogicalExpression':
      return parent.left === node ? list.from(node.end) : node.start;
    case 'ConditionalExpression':
      return parent.test === node ? list.from(node.end) : node.start;
    case 'UpdateExpression':
      return parent.prefix ? node.start : list.from(node.end);
    case 'AssignmentExpression':
      return list.before(parent.end);
    case 'IfStatement':
      return list.before(parent.consequent.start);
    case 'SwitchStatement': {
      const [first] = parent.cases;
      return first?.test ? list.from(first.test.end) : node.start;
    }
    case 'TemplateLiteral':
      return parent.start;
    default:
      return node.start;
  }
}
