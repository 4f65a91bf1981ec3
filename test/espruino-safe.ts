// Finds what Espruino lacks, or does otherwise than ECMAScript, in the text of a program, as far as the text alone shows it.
// What depends on values at run time (a variable shift count, an index past the end) passes.
import { type AnyNode, type Identifier, type Pattern, parse } from 'acorn';

export interface Finding {
  /** In a word or two: `spread`, `Math.imul`, `inexact literal`. */
  what: string;
  line: number;
  column: number;
  /** The text found, cut short. */
  text: string;
}

type FunctionNode = Extract<AnyNode, { params: Pattern[] }>;
type ClassNode = Extract<AnyNode, { type: 'ClassDeclaration' | 'ClassExpression' }>;
/** Code that runs later than the text around it: null is the program itself, a class stands for its construction. */
type Owner = FunctionNode | ClassNode | null;

interface Declaration {
  name: string;
  start: number;
  /** Where it is declared: code of this owner sees it only after `start`, since Espruino does not hoist functions. */
  owner: Owner;
  hoisted: boolean;
  /** What a call of it runs, if that is known. */
  body: Owner;
}

interface Scope {
  parent: Scope | null;
  owner: Owner;
  names: Map<string, Declaration>;
}

interface Reference {
  node: Identifier;
  declaration: Declaration;
  owner: Owner;
  called: boolean;
}

const typedArrays =
  'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array';

const missingGlobals = new Set(
  'Map Set WeakMap Symbol Proxy RangeError TextDecoder BigInt BigInt64Array BigUint64Array'.split(' '),
);

const missingStatics: Record<string, string[]> = {
  Math: ['imul', 'fround', 'clz32', 'trunc', 'hypot', 'log2', 'log10', 'cbrt'],
  Number: ['isInteger', 'isFinite', 'EPSILON'],
  Object: ['freeze', 'is'],
  Array: ['from', 'of'],
  ArrayBuffer: ['isView'],
};
for (const name of typedArrays.split(' ')) missingStatics[name] = ['from', 'of'];

/** Members that no value has there, unless the program's own classes or objects define them. */
const missingMembers = new Set(['copyWithin', 'BYTES_PER_ELEMENT', 'flat', 'keys']);

const builtInErrors = new Set(
  'Error EvalError InternalError RangeError ReferenceError SyntaxError TypeError URIError'.split(' '),
);

export function findUnsafe(source: string, forbiddenGlobals: string[] = []): Finding[] {
  const program = parse(source, { ecmaVersion: 'latest', sourceType: 'module', locations: true, allowHashBang: true });
  const findings: Finding[] = [];
  const references: Reference[] = [];
  const ownMembers = definedMembers(program);

  const report = (node: AnyNode, what: string) => {
    const { line, column } = node.loc!.start;
    const text = source.slice(node.start, node.end).replace(/\s+/g, ' ');
    findings.push({ what, line, column: column + 1, text: text.length > 60 ? `${text.slice(0, 57)}...` : text });
  };

  const globalName = (node: AnyNode, scope: Scope): string | null => {
    if (node.type === 'Identifier') return lookUp(scope, node.name) ? null : node.name;
    if (node.type === 'MemberExpression' && globalName(node.object, scope) === 'globalThis') return memberName(node);
    return null;
  };

  const checkGlobal = (node: AnyNode, scope: Scope) => {
    const name = globalName(node, scope);
    if (name !== null && (missingGlobals.has(name) || forbiddenGlobals.includes(name))) report(node, name);
  };

  const visit = (node: AnyNode, parent: AnyNode | null, outer: Scope) => {
    const owner = ownerOf(node, parent, outer.owner);
    const scope = opensScope(node) ? declare(node, owner, outer) : { ...outer, owner };
    switch (node.type) {
      case 'Identifier': {
        checkGlobal(node, scope);
        const declaration = lookUp(scope, node.name);
        if (declaration && parent?.type !== 'ExportSpecifier') {
          const called =
            (parent?.type === 'CallExpression' || parent?.type === 'NewExpression') && parent.callee === node;
          references.push({ node, declaration, owner, called });
        }
        break;
      }
      case 'Literal':
        if (typeof node.value === 'number' && isInexact(node.raw!)) report(node, 'inexact literal');
        if (node.bigint) report(node, 'BigInt');
        if (node.regex) for (const what of regexFeatures(node.regex.pattern)) report(node, what);
        break;
      case 'MemberExpression': {
        checkGlobal(node, scope);
        const name = memberName(node);
        const object = globalName(node.object, scope);
        if (name === null) break;
        if (object !== null && missingStatics[object]?.includes(name)) report(node, `${object}.${name}`);
        else if (missingMembers.has(name) && object !== 'Object' && !ownMembers.has(name)) report(node, `.${name}`);
        else if (name === 'slice' && isArrayBuffer(node.object, scope, globalName)) report(node, 'ArrayBuffer.slice');
        break;
      }
      case 'CallExpression':
      case 'NewExpression': {
        const pattern = node.arguments[0];
        if (globalName(node.callee, scope) === 'RegExp' && pattern?.type === 'Literal')
          for (const what of regexFeatures(String(pattern.value))) report(node, what);
        break;
      }
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        if (node.async) report(node, 'async');
        if (node.generator) report(node, 'generator');
        for (const parameter of node.params) {
          if (parameter.type === 'AssignmentPattern') report(parameter, 'default argument');
          if (parameter.type === 'RestElement') report(parameter, 'rest argument');
        }
        break;
      case 'AwaitExpression':
        report(node, 'async');
        break;
      case 'ForOfStatement':
        if (node.await) report(node, 'async');
        break;
      case 'ObjectPattern':
      case 'ArrayPattern':
        report(node, 'destructuring');
        break;
      case 'SpreadElement':
        report(node, 'spread');
        break;
      case 'LabeledStatement':
        report(node, 'label');
        break;
      case 'ChainExpression':
        report(node, '?.');
        break;
      case 'PrivateIdentifier':
        report(node, 'private name');
        break;
      case 'MetaProperty':
        report(node, `${node.meta.name}.${node.property.name}`);
        break;
      case 'ImportDeclaration':
      case 'ImportExpression':
        report(node, 'import');
        break;
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (node.computed) report(node, 'computed key');
        break;
      case 'SwitchStatement':
        if (node.cases.slice(0, -1).some(({ test }) => !test)) report(node, 'case after default');
        break;
      case 'UnaryExpression':
        if (node.operator === '-' && constant(node.argument) === 0) report(node, '-0');
        break;
      case 'BinaryExpression':
        checkOperator(node.operator, node, node.right);
        if (node.operator === 'instanceof' && builtInErrors.has(globalName(node.right, scope) ?? ''))
          report(node, 'instanceof Error');
        break;
      case 'AssignmentExpression':
        checkOperator(node.operator.slice(0, -1), node, node.right);
        if (['||=', '&&=', '??='].includes(node.operator)) report(node, 'logical assignment');
        // An own class may well have a `length`, but only through `this`.
        if (node.left.type === 'MemberExpression' && node.left.object.type !== 'ThisExpression')
          if (memberName(node.left) === 'length' && constant(node.right) === 0) report(node, '.length = 0');
        break;
    }
    for (const child of children(node)) visit(child, node, scope);
  };

  const checkOperator = (operator: string, node: AnyNode, right: AnyNode) => {
    if (operator === '**') report(node, '**');
    if (['<<', '>>', '>>>'].includes(operator)) {
      const count = constant(right);
      if (count !== null && !(count >= 0 && count <= 31)) report(node, 'shift count');
    }
  };

  visit(program, null, { parent: null, owner: null, names: new Map() });
  for (const node of usedBeforeDeclared(references)) report(node, 'no hoisting');
  return findings.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** One line a finding, as compilers print them. */
export function formatFindings(findings: Finding[], file: string): string {
  return findings.map(({ what, line, column, text }) => `${file}:${line}:${column} ${what}: ${text}`).join('\n');
}

/** Every child that is code; names that only select a member or label are left out. */
function children(node: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (key === 'label' || node.type === 'MetaProperty') continue;
    // A shorthand's key and value are one node; visiting the value is enough.
    if ((key === 'key' || key === 'property') && !('computed' in node && node.computed) && value.type === 'Identifier')
      continue;
    if (node.type === 'ImportSpecifier' && key === 'imported') continue;
    if (node.type === 'ExportSpecifier' && key === 'exported') continue;
    for (const child of Array.isArray(value) ? value : [value])
      if (child && typeof child === 'object' && typeof child.type === 'string') found.push(child);
  }
  return found;
}

function memberName(node: Extract<AnyNode, { type: 'MemberExpression' }>): string | null {
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : null;
  return node.property.type === 'Literal' ? String(node.property.value) : null;
}

function definedMembers(node: AnyNode, found = new Set<string>()): Set<string> {
  if ((node.type === 'MethodDefinition' || node.type === 'PropertyDefinition') && node.key.type === 'Identifier')
    found.add(node.key.name);
  for (const child of children(node)) definedMembers(child, found);
  return found;
}

function constant(node: AnyNode): number | null {
  if (node.type === 'Literal') return typeof node.value === 'number' ? node.value : null;
  if (node.type !== 'UnaryExpression' || node.operator !== '-') return null;
  const value = constant(node.argument);
  return value === null ? null : -value;
}

function isArrayBuffer(node: AnyNode, scope: Scope, globalName: (node: AnyNode, scope: Scope) => string | null) {
  if (node.type === 'MemberExpression') return memberName(node) === 'buffer';
  return node.type === 'NewExpression' && globalName(node.callee, scope) === 'ArrayBuffer';
}

/**
 * Whether Espruino reads another number than was written. It sums decimal digits times powers of a tenth in doubles,
 * so even a literal that is exactly k/2^n can go wrong; whole numbers wrap at 2^63.
 */
export function isInexact(literal: string): boolean {
  const raw = literal.replace(/_/g, '');
  const decimal = /^(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(raw);
  if (!decimal || /^\d+$/.test(raw)) return BigInt(raw) >= 2n ** 63n;
  if (Number(raw) >= 2 ** 63) return true;
  const [whole, fraction, exponent] = [decimal[1], decimal[2] ?? '', Number(decimal[3] ?? 0)];
  const places = fraction.length - exponent;
  if (places > 0) {
    const fives = 5n ** BigInt(places);
    const digits = BigInt(whole + fraction);
    if (digits % fives !== 0n || digits / fives > 2n ** 53n) return true;
  }
  let value = 0;
  for (const digit of whole) value = value * 10 + Number(digit);
  let scale = 0.1;
  for (const digit of fraction) {
    value += scale * Number(digit);
    scale /= 10;
  }
  for (let i = 0; i < exponent; i++) value *= 10;
  for (let i = 0; i > exponent; i--) value /= 10;
  return value !== Number(raw);
}

function regexFeatures(pattern: string): Set<string> {
  const found = new Set<string>();
  // Escapes and classes first, so that what stands in them is not taken for an operator.
  const token = /\\(.)|\[(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|\((?:\?[:=!<])?|[*+?]/g;
  let quantified = false;
  let end = 0;
  for (const match of pattern.matchAll(token)) {
    const text = match[0];
    const follows = quantified && match.index === end;
    end = match.index + text.length;
    quantified = false;
    if (match[1] === 'b' || match[1] === 'B') found.add('regex \\b');
    else if (match[1] && /[1-9k]/.test(match[1])) found.add('regex backreference');
    else if (text.startsWith('{')) found.add('regex {n}');
    else if (text === '(?:') found.add('regex (?:)');
    else if (text.startsWith('(?')) found.add('regex lookaround');
    if (text === '?' && follows) found.add('regex lazy quantifier');
    else quantified = /^[*+?{]/.test(text);
  }
  return found;
}

function isFunction(node: AnyNode): node is FunctionNode {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

function isClass(node: AnyNode): node is ClassNode {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

function opensScope(node: AnyNode): boolean {
  return (
    isFunction(node) ||
    isClass(node) ||
    /^(Program|BlockStatement|StaticBlock|For.*|SwitchStatement|CatchClause)$/.test(node.type)
  );
}

/** Classes by the nodes in their bodies that run when an instance is made. */
const constructions = new WeakMap<AnyNode, ClassNode>();

function ownerOf(node: AnyNode, parent: AnyNode | null, outer: Owner): Owner {
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

function declare(node: AnyNode, owner: Owner, parent: Scope): Scope {
  const names = new Map<string, Declaration>();
  const add = (name: string, start: number, hoisted: boolean, body: Owner) =>
    names.set(name, { name, start, owner, hoisted, body });
  const addPattern = (pattern: Pattern) => {
    for (const { name, start } of patternNames(pattern)) add(name, start, false, null);
  };
  const addVariables = (declaration: Extract<AnyNode, { type: 'VariableDeclaration' }>) => {
    for (const { id, init } of declaration.declarations) {
      addPattern(id);
      if (id.type === 'Identifier' && init && (isFunction(init) || isClass(init))) add(id.name, id.start, false, init);
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
    node.params.forEach(addPattern);
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

function lookUp(scope: Scope | null, name: string): Declaration | undefined {
  for (let at = scope; at; at = at.parent) {
    const found = at.names.get(name);
    if (found) return found;
  }
}

function patternNames(pattern: Pattern): Identifier[] {
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
function usedBeforeDeclared(references: Reference[]): Set<AnyNode> {
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
