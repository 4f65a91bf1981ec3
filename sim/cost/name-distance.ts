// How many names Espruino compares to look up a name: in the scopes from the innermost outwards, and in each scope from the first
// declaration. `jspeiFindInScopes`, src/jsparse.c of Espruino 2v29.

import type { AnyNode, Program } from 'acorn';
import { children, type FunctionNode, isFunction, patternNames } from '../language/scope.js';

export interface Distance {
  /** Names that are passed. */
  names: number;
  /** Scopes that have not got it. */
  scopes: number;
}

interface NameScope {
  names: Map<string, number>;
  /** Names in it, with its own ones. */
  size: number;
}

/** Names that the firmware has among the globals before a program's. */
const GLOBALS = 10;

/**
 * Returns the distance of each name that is read or written, and of each `return`, which writes its value into a variable. A `return` that
 * Espruino leaves out when it stores the function has none.
 */
export function nameDistances(program: Program): Map<AnyNode, Distance> {
  const found = new Map<AnyNode, Distance>();
  const visit = (node: AnyNode, scopes: NameScope[]): void => {
    if (node.type === 'Identifier') found.set(node, distance(node.name, scopes));
    if (node.type === 'ReturnStatement' && !implicit.has(node)) found.set(node, distance(RETURN, scopes));
    const own = scopeOf(node);
    const inner = own ? [own, ...scopes] : scopes;
    for (const child of children(node)) visit(child, inner);
  };
  visit(program, []);
  return found;
}

/** Espruino's name for the variable with the result of a function. */
const RETURN = 'return';

function distance(name: string, scopes: NameScope[]): Distance {
  let names = 0;
  for (const [index, scope] of scopes.entries()) {
    const at = scope.names.get(name);
    if (at !== undefined) return { names: names + at, scopes: index };
    names += scope.size;
  }
  return { names, scopes: scopes.length };
}

function scopeOf(node: AnyNode): NameScope | undefined {
  const names: string[] = [];
  if (node.type === 'Program') {
    collect(node, names, true);
    return made(names, GLOBALS);
  }
  if (isFunction(node)) {
    names.push(...node.params.flatMap(patternNames).map(({ name }) => name));
    if (node.type === 'FunctionExpression' && node.id) names.push(node.id.name);
    if (!isExpressionBody(node)) names.push(RETURN);
    if (node.body.type === 'BlockStatement') collect(node.body, names, true);
    return made(names);
  }
  // A block has a scope for its let and const. The block of a function has been collected already.
  if (node.type === 'BlockStatement' && !bodies.has(node)) collect(node, names, false);
  else if (node.type === 'ForStatement' && node.init) collectLexical(node.init, names);
  else if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') collectLexical(node.left, names);
  return names.length > 0 ? made(names) : undefined;
}

/** Blocks of functions, and each `return` that is left out. */
const bodies = new WeakSet<AnyNode>();
const implicit = new WeakSet<AnyNode>();

/** Whether Espruino keeps the function as one expression: an arrow, or text that begins with `return`. */
export function isExpressionBody({ body }: FunctionNode): boolean {
  if (body.type !== 'BlockStatement') return true;
  bodies.add(body);
  const first = body.body.find((each) => each.type !== 'ExpressionStatement' || !each.directive);
  if (first?.type !== 'ReturnStatement') return false;
  implicit.add(first);
  return true;
}

function made(names: string[], before = 0): NameScope {
  const unique = [...new Set(names)];
  return { names: new Map(unique.map((name, index) => [name, index + before])), size: unique.length + before };
}

/** Names in the order of the text; those of a function or program with the `var`s of its blocks. */
function collect(block: AnyNode, names: string[], isWhole: boolean): void {
  const visit = (node: AnyNode, isTop: boolean): void => {
    if (node.type === 'VariableDeclaration' && (node.kind === 'var' ? isWhole : isTop)) {
      for (const { id } of node.declarations) names.push(...patternNames(id).map(({ name }) => name));
    } else if ((node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') && isWhole)
      names.push(node.id!.name);
    if (isFunction(node)) return;
    for (const child of children(node)) visit(child, false);
  };
  for (const child of children(block)) visit(child, true);
}

function collectLexical(node: AnyNode, names: string[]): void {
  if (node.type !== 'VariableDeclaration' || node.kind === 'var') return;
  for (const { id } of node.declarations) names.push(...patternNames(id).map(({ name }) => name));
}
