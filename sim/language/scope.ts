// Resolves names to declarations, and finds code that runs before a function is declared: Espruino does not hoist.
import type { AnyNode, CallExpression, Identifier, Pattern } from 'acorn';

export type FunctionNode = Extract<AnyNode, { params: Pattern[] }>;
export type ClassNode = Extract<AnyNode, { type: 'ClassDeclaration' | 'ClassExpression' }>;
/** Code that runs later than the text around it: null is the program itself, a class stands for its construction. */
export type Owner = FunctionNode | ClassNode | null;

export interface Declaration {
  name: string;
  start: number;
  /** The declaring body. Its code sees the function only after `start`, since Espruino does not hoist functions. */
  owner: Owner;
  hoisted: boolean;
  /** Whether `var` declares it: ECMAScript has it from the start of the function, and Espruino from there on. */
  isVar: boolean;
  /** The body that a call runs, if it is known. */
  body: Owner;
}

export interface Scope {
  parent: Scope | null;
  owner: Owner;
  names: Map<string, Declaration>;
}

export interface Reference {
  node: Identifier;
  declaration: Declaration;
  owner: Owner;
  called: boolean;
}

/** Every child that is code; names that only select a member or label are left out. */
export function children(node: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  for (const key in node) {
    const value = (node as unknown as Record<string, AnyNode>)[key];
    if (value === null || typeof value !== 'object') continue;
    if (key === 'label' || node.type === 'MetaProperty') continue;
    // A shorthand's key and value are one node; visiting the value is enough.
    if ((key === 'key' || key === 'property') && !('computed' in node && node.computed) && value.type === 'Identifier')
      continue;
    if (node.type === 'ImportSpecifier' && key === 'imported') continue;
    if (node.type === 'ExportSpecifier' && key === 'exported') continue;
    if (!Array.isArray(value)) {
      if (typeof value.type === 'string') found.push(value);
      continue;
    }
    for (const child of value)
      if (child && typeof child === 'object' && typeof child.type === 'string') found.push(child);
  }
  return found;
}

export function isFunction(node: AnyNode): node is FunctionNode {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

export function isClass(node: AnyNode): node is ClassNode {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

export function opensScope(node: AnyNode): boolean {
  return (
    isFunction(node) ||
    isClass(node) ||
    /^(Program|BlockStatement|StaticBlock|For.*|SwitchStatement|CatchClause)$/.test(node.type)
  );
}

/** Classes by the nodes in their bodies that run when an instance is made. */
const constructions = new WeakMap<AnyNode, ClassNode>();

export function ownerOf(node: AnyNode, parent: AnyNode | null, outer: Owner): Owner {
  if (isClass(node)) {
    for (const member of node.body.body) {
      if (member.type === 'MethodDefinition' && member.kind === 'constructor') constructions.set(member.value, node);
      if (member.type === 'PropertyDefinition' && !member.static && member.value && !isFunction(member.value))
        constructions.set(member.value, node);
    }
  }
  const construction = constructions.get(node);
  if (construction) return construction;
  // A function called where it stands runs with the text around it.
  if (isFunction(node) && !(parent?.type === 'CallExpression' && parent.callee === node)) return node;
  return outer;
}

export function declare(node: AnyNode, owner: Owner, parent: Scope): Scope {
  const names = new Map<string, Declaration>();
  const add = (name: string, start: number, hoisted: boolean, body: Owner, isVar = false) => {
    // Declared twice, it exists from the first one on.
    const first = Math.min(start, names.get(name)?.start ?? start);
    const known = names.get(name);
    names.set(name, { name, start: first, owner, hoisted, body, isVar: isVar && (known?.isVar ?? true) });
  };
  const addPattern = (pattern: Pattern, isVar = false) => {
    for (const { name, start } of patternNames(pattern)) add(name, start, false, null, isVar);
  };
  const addVariables = (declaration: Extract<AnyNode, { type: 'VariableDeclaration' }>) => {
    const isVar = declaration.kind === 'var';
    for (const { id, init } of declaration.declarations) {
      addPattern(id, isVar);
      if (id.type === 'Identifier' && init && (isFunction(init) || isClass(init)))
        add(id.name, id.start, false, init, isVar);
    }
  };
  const addVars = (inner: AnyNode) => {
    if (inner.type === 'VariableDeclaration' && inner.kind === 'var') addVariables(inner);
    for (const child of children(inner)) if (!isFunction(child) && child.type !== 'StaticBlock') addVars(child);
  };
  const addStatement = (statement: AnyNode | null | undefined) => {
    if (!statement) return;
    if (statement.type === 'VariableDeclaration' && statement.kind !== 'var') addVariables(statement);
    else if (statement.type === 'FunctionDeclaration' && statement.id)
      add(statement.id.name, statement.start, true, statement);
    else if (statement.type === 'ClassDeclaration' && statement.id)
      add(statement.id.name, statement.start, false, statement);
    else if (statement.type === 'ImportDeclaration') for (const { local } of statement.specifiers) addPattern(local);
    else if (statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration')
      addStatement(statement.declaration as AnyNode);
  };
  if (isFunction(node)) {
    if (node.type !== 'ArrowFunctionExpression') add('arguments', node.start, false, null);
    if (node.id && node.type === 'FunctionExpression') add(node.id.name, node.start, false, node);
    for (const parameter of node.params) addPattern(parameter);
    addVars(node.body);
  } else if (isClass(node)) {
    if (node.id) add(node.id.name, node.start, false, node);
  } else if (node.type === 'Program') {
    addVars(node);
    node.body.forEach(addStatement);
  } else if (node.type === 'BlockStatement') {
    node.body.forEach(addStatement);
  } else if (node.type === 'StaticBlock') {
    addVars(node);
    node.body.forEach(addStatement);
  } else if (node.type === 'SwitchStatement') {
    for (const { consequent } of node.cases) consequent.forEach(addStatement);
  } else if (node.type === 'CatchClause') {
    if (node.param) addPattern(node.param);
  } else if (node.type === 'ForStatement') {
    addStatement(node.init);
  } else if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
    addStatement(node.left);
  }
  return { parent, owner, names };
}

export function lookUp(scope: Scope | null, name: string): Declaration | undefined {
  for (let at = scope; at; at = at.parent) {
    const found = at.names.get(name);
    if (found) return found;
  }
}

export function patternNames(pattern: Pattern): Identifier[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        patternNames(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? patternNames(element) : []));
    case 'RestElement':
      return patternNames(pattern.argument);
    case 'AssignmentPattern':
      return patternNames(pattern.left);
    default:
      return [];
  }
}

/** References that run before the function they name is declared, directly or through what a top-level call runs. */
export function usedBeforeDeclared(references: Reference[]): Set<AnyNode> {
  const byOwner = new Map<Owner, Reference[]>();
  for (const reference of references) {
    const list = byOwner.get(reference.owner);
    if (list) list.push(reference);
    else byOwner.set(reference.owner, [reference]);
  }
  const early = new Set<AnyNode>();
  for (const { node, declaration, owner } of references)
    if (declaration.hoisted && declaration.owner === owner && node.start < declaration.start) early.add(node);
  for (const { node, declaration, called } of byOwner.get(null) ?? []) {
    if (!called) continue;
    const seen = new Set<Owner>([null]);
    const running = [declaration.body];
    for (let body = running.pop(); body !== undefined; body = running.pop()) {
      if (seen.has(body)) continue;
      seen.add(body);
      for (const inner of byOwner.get(body) ?? []) {
        const { hoisted, owner, start } = inner.declaration;
        if (hoisted && owner === null && node.start < start) early.add(node);
        if (inner.called) running.push(inner.declaration.body);
      }
    }
  }
  return early;
}

/** Functions in the body of a loop that use the variable its head declares with let or const. */
export function closuresOverLoopVariables(program: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  const visit = (node: AnyNode) => {
    const names = loopVariables(node);
    if (names.length > 0) for (const child of children(node)) findClosures(child, new Set(names), found);
    for (const child of children(node)) visit(child);
  };
  visit(program);
  return found;
}

/** The names that a loop's head declares with let or const. */
export function loopVariables(node: AnyNode): string[] {
  const head = node.type === 'ForStatement' ? node.init : /^For(In|Of)Statement$/.test(node.type) ? headOf(node) : null;
  if (head?.type !== 'VariableDeclaration' || head.kind === 'var') return [];
  return head.declarations.flatMap(({ id }) => patternNames(id)).map(({ name }) => name);
}

function headOf(node: AnyNode): AnyNode | null {
  return node.type === 'ForInStatement' || node.type === 'ForOfStatement' ? node.left : null;
}

/** A function that is called where it stands sees the value of its round. */
function findClosures(node: AnyNode, names: Set<string>, found: AnyNode[]): void {
  if (isFunction(node)) {
    if (mentions(node, names)) found.push(node);
    return;
  }
  for (const child of children(node)) {
    if (node.type === 'CallExpression' && isFunction(child) && runsAtOnce(child, node))
      findClosures(child.body, names, found);
    else findClosures(child, names, found);
  }
}

const iterations = /^(every|filter|find|findIndex|forEach|map|reduce|replace|some|sort)$/;

/** Whether a call runs a function that stands in it, and does not keep it. */
function runsAtOnce(found: FunctionNode, { callee }: CallExpression): boolean {
  if (callee === found) return true;
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
    ? !callee.computed && iterations.test(callee.property.name)
    : false;
}

function mentions(node: AnyNode, names: Set<string>): boolean {
  if (node.type === 'Identifier') return names.has(node.name);
  const own = isFunction(node) ? node.params.flatMap(patternNames).map(({ name }) => name) : [];
  const left = own.length > 0 ? new Set([...names].filter((name) => !own.includes(name))) : names;
  return left.size > 0 && children(node).some((child) => mentions(child, left));
}
