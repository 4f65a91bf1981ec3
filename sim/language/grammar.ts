// Differences between Espruino's parser and ECMAScript's grammar that are not a feature of their own: found node by node.
import type { AnyNode, Literal, TemplateLiteral } from 'acorn';
import { keywords } from './library.js';
import { children, isClass, isFunction } from './scope.js';

type Report = (node: AnyNode, what: string) => void;

/** Functions of the library, without a constructor that `super(...)` could call. */
const BUILT_IN_CLASSES = new Set(
  `Error SyntaxError TypeError ReferenceError InternalError Array Object String Number Boolean Function Date Promise RegExp
   ArrayBuffer DataView Uint8Array Int8Array Uint8ClampedArray Uint16Array Int16Array Uint32Array Int32Array Float32Array
   Float64Array`.split(/\s+/),
);

/** Whether a class, apart from classes in it, has a `super(...)`. */
export function callsSuper(node: AnyNode): boolean {
  if (node.type === 'CallExpression' && node.callee.type === 'Super') return true;
  return children(node).some((child) => !isClass(child) && callsSuper(child));
}

/** Methods that use `super.` of classes that another class of the program extends. */
export function supersInExtendedClasses(program: AnyNode): AnyNode[] {
  const extended = new Set<string>();
  const found: { name: string; node: AnyNode }[] = [];
  const visit = (node: AnyNode, name: string, inMethod: boolean): void => {
    if (isClass(node) && node.superClass?.type === 'Identifier') extended.add(node.superClass.name);
    if (inMethod && node.type === 'MemberExpression' && node.object.type === 'Super') found.push({ name, node });
    const own = isClass(node) ? (node.id?.name ?? '') : name;
    const isMethod = node.type === 'MethodDefinition' ? !node.static : inMethod;
    for (const child of children(node)) visit(child, own, isMethod);
  };
  visit(program, '', false);
  return found.filter(({ name }) => extended.has(name)).map(({ node }) => node);
}

/** Names for what is wrong with a node by itself; what is in it comes with its own call. */
export function checkGrammar(node: AnyNode, source: string, report: Report): void {
  const between = (from: number, to: number) => source.slice(from, to);
  switch (node.type) {
    case 'Program':
    case 'BlockStatement':
      checkLineStarts(node.body, source, report);
      break;
    case 'SwitchCase':
      checkLineStarts(node.consequent, source, report);
      if (node.test?.type === 'SequenceExpression' && !between(node.start, node.test.start).includes('('))
        report(node.test, 'comma without parentheses');
      break;
    case 'MemberExpression':
      if (node.property.type === 'SequenceExpression' && !between(node.object.end, node.property.start).includes('('))
        report(node.property, 'comma without parentheses');
      break;
    case 'ClassDeclaration':
    case 'ClassExpression':
      if (node.superClass && node.superClass.type !== 'Identifier') report(node.superClass, 'extends an expression');
      if (
        node.superClass?.type === 'Identifier' &&
        BUILT_IN_CLASSES.has(node.superClass.name) &&
        callsSuper(node.body)
      ) {
        report(node.superClass, 'super of a built-in class');
      }
      break;
    case 'Property':
      if (node.kind !== 'init' && !node.computed && !isPlainName(node.key)) report(node.key, 'name of an accessor');
      break;
    case 'PropertyDefinition':
      if (node.value && !node.static && !isShareable(node.value)) report(node, 'field shared by instances');
      break;
    case 'NewExpression':
      if (/^new\s+new\b/.test(source.slice(node.start))) report(node, 'new new');
      break;
    case 'UnaryExpression':
      if (node.operator === 'delete' && goesThroughCall(node.argument, source)) report(node, 'delete through a call');
      break;
    case 'DoWhileStatement':
      // Espruino expects the semicolon that the statement in it has consumed, or does not have.
      if (node.body.type !== 'BlockStatement' && !leavesSemicolon(node.body, source))
        report(node.body, 'do without {}');
      break;
    case 'ForStatement':
      if (node.init) findIn(node.init, report);
      break;
    case 'TemplateLiteral':
      checkTemplate(node, source, report);
      break;
    case 'Literal':
      checkLiteral(node, report);
      break;
  }
}

/** Switches that a loop runs again and again, in the function that the loop is in. */
export function switchesInLoops(program: AnyNode): Set<AnyNode> {
  const found = new Set<AnyNode>();
  const visit = (node: AnyNode, inLoop: boolean) => {
    if (inLoop && node.type === 'SwitchStatement') found.add(node);
    const isLoop = /^(For|ForIn|ForOf|While|DoWhile)Statement$/.test(node.type);
    for (const child of children(node)) visit(child, !isFunction(child) && !isClass(child) && (inLoop || isLoop));
  };
  visit(program, false);
  return found;
}

function isPlainName(key: AnyNode): boolean {
  return key.type === 'Identifier' && !keywords.has(key.name);
}

/** A statement that begins with ++ or -- is the end of the line before, unless that has a semicolon. */
function checkLineStarts(statements: readonly AnyNode[], source: string, report: Report): void {
  for (let i = 1; i < statements.length; i++) {
    const [before, statement] = [statements[i - 1], statements[i]];
    const isOpen = /^(ExpressionStatement|VariableDeclaration|ReturnStatement|ThrowStatement)$/.test(before.type);
    if (isOpen && source[before.end - 1] !== ';' && /^(\+\+|--)/.test(source.slice(statement.start)))
      report(statement, 'line that begins with ++ or --');
  }
}

/** Whether a member is reached through a call without parentheses around it: `a.b().c`. */
function goesThroughCall(node: AnyNode, source: string): boolean {
  let at = node;
  while (at.type === 'MemberExpression') {
    const { object, property } = at;
    if (source.slice(object.end, property.start).includes(')')) return false;
    if (object.type === 'CallExpression' || object.type === 'NewExpression') return true;
    at = object;
  }
  return false;
}

function leavesSemicolon(body: AnyNode, source: string): boolean {
  if (/^(For|ForIn|ForOf|While)Statement$/.test(body.type)) {
    const inner = (body as Extract<AnyNode, { type: 'ForStatement' }>).body;
    return inner.type !== 'BlockStatement' && inner.type !== 'EmptyStatement' && leavesSemicolon(inner, source);
  }
  const isSimple = /^(Expression|Break|Continue|Return|Throw)Statement$/.test(body.type);
  return isSimple && source[body.end - 1] === ';';
}

/** `in` ends the head of a for, in parentheses too; only a function's own body is read anew. */
function findIn(node: AnyNode, report: Report): void {
  if (isFunction(node)) return;
  if (node.type === 'BinaryExpression' && node.operator === 'in') report(node, 'in within the head of a for');
  for (const child of children(node)) findIn(child, report);
}

/** A template's parts are found by counting braces, in strings, comments and escapes as well. */
function checkTemplate(node: TemplateLiteral, source: string, report: Report): void {
  node.expressions.forEach((expression, i) => {
    const text = source.slice(node.quasis[i].end, node.quasis[i + 1].start);
    let depth = 0;
    let closed = 0;
    for (const character of text) {
      if (character === '{') depth++;
      if (character === '}' && --depth === 0) closed++;
    }
    if (depth !== 0 || closed !== 1) report(expression, 'brace within a template');
  });
  for (const quasi of node.quasis) {
    const raw = quasi.value.raw.replace(/\\\\/g, '');
    const isTaken = raw.includes('\\${') || (raw.includes('$\\{') && node.expressions.length > 0);
    if (isTaken) report(quasi, 'escaped ${');
    if (/\\\r?\n/.test(raw)) report(quasi, 'line continuation');
  }
}

function checkLiteral(node: Literal, report: Report): void {
  if (typeof node.value === 'string' && /\\\r?\n/.test(node.raw!.replace(/\\\\/g, '')))
    report(node, 'line continuation');
  if (!node.regex) return;
  const { pattern, flags } = node.regex;
  if (/[dsvy]/.test(flags)) report(node, 'regex flag');
  if (flags.includes('m') && /\^|\$/.test(pattern.replace(/\\.|\[\^/g, ''))) report(node, 'regex flag m');
}

/** Fields are on the prototype, made once with the class: fine for what nobody can change, and does not know `this`. */
function isShareable(value: AnyNode): boolean {
  if (value.type === 'FunctionExpression') return true;
  if (value.type === 'ArrowFunctionExpression') return !mentionsThis(value);
  if (value.type === 'Literal') return !value.regex;
  if (/^(ThisExpression|ArrayExpression|ObjectExpression|NewExpression|CallExpression)$/.test(value.type)) return false;
  return children(value).every((child) => isShareable(child));
}

function mentionsThis(node: AnyNode): boolean {
  if (node.type === 'ThisExpression') return true;
  return children(node).some(
    (child) => child.type !== 'FunctionExpression' && child.type !== 'FunctionDeclaration' && mentionsThis(child),
  );
}
