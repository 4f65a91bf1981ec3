// Static analysis: finds what Espruino lacks, or does differently from ECMAScript, in the text of a program. What depends on values (a
// variable shift count, an index past the end) is only found when the program runs.
import type {
  AnyNode,
  Identifier,
  Literal,
  MemberExpression,
  MethodDefinition,
  NewExpression,
  Program,
  PropertyDefinition,
  Token,
} from 'acorn';
import { boardFeatures } from './board-features.js';
import { byPlace, type Finding, finding, shortText } from './finding.js';
import { checkGrammar, supersInExtendedClasses, switchesInLoops } from './grammar.js';
import { jitDifferences } from './jit-differences.js';
import { isJitted } from './jit-grammar.js';
import {
  builtInErrors,
  builtInFunctions,
  keywords,
  missingGlobals,
  missingMembers,
  missingStatics,
  reservedWords,
} from './library.js';
import { ignoredArgument, isPrototypeMethod } from './library-differences.js';
import { espruinoNumber, isInexact } from './number-literal.js';
import { type OwnNames, ownNames, testedNames } from './own-names.js';
import { isValue, parseProgram } from './parser.js';
import { regexFeatures } from './regular-expression.js';
import {
  children,
  closuresOverLoopVariables,
  declare,
  type FunctionNode,
  isFunction,
  lookUp,
  opensScope,
  ownerOf,
  type Reference,
  type Scope,
  usedBeforeDeclared,
} from './scope.js';
import { plainText } from './tokenised.js';
import { checkTokens } from './tokens.js';

export interface LintOptions {
  /** Globals that the program must not use. */
  forbiddenGlobals?: readonly string[];
  /** Whether `export` is fine: of a text that is still to become a script. */
  module?: boolean;
  /** Parts that the board's firmware leaves out. */
  missing?: readonly string[];
  /** Modules in the board's firmware. Without them, every module may be there. */
  modules?: readonly string[];
}

/** Returns the problems of a program's text, in the order of the text. */
export function lint(program: string, options: LintOptions = {}): Finding[] {
  const source = plainText(program);
  try {
    const tokens: Token[] = [];
    return new Linter(source, options).check(parseProgram(source, tokens), tokens);
  } catch (error) {
    const { loc, message } = error as SyntaxError & { loc?: { line: number; column: number } };
    if (!loc) throw error;
    const text = shortText(source.split('\n')[loc.line - 1] ?? '');
    const reason = message.replace(/ \(\d+:\d+\)$/, '');
    return [finding('syntax', { line: loc.line, column: loc.column + 1, text }, reason)];
  }
}

class Linter {
  private readonly findings: Finding[] = [];
  private readonly references: Reference[] = [];
  private readonly features;
  private own: OwnNames = { members: new Set(), globals: new Set() };
  private tested: ReadonlySet<string> = new Set();

  constructor(
    private readonly source: string,
    private readonly options: LintOptions,
  ) {
    this.features = boardFeatures(options.missing ?? []);
  }

  check(program: Program, tokens: readonly Token[]): Finding[] {
    this.own = ownNames(program);
    this.tested = testedNames(program);
    checkTokens(tokens, this.source, (token, what) => this.report(token, what));
    this.visit(program, null, { parent: null, owner: null, names: new Map() });
    for (const node of usedBeforeDeclared(this.references)) this.report(node, 'no hoisting');
    for (const node of closuresOverLoopVariables(program)) this.report(node, 'closure over a loop variable');
    for (const node of switchesInLoops(program)) this.report(node, 'switch in a loop');
    for (const node of supersInExtendedClasses(program)) this.report(node, 'super in an extended class');
    return this.findings.sort(byPlace);
  }

  private report(node: AnyNode | Token, what: string): void {
    const { line, column } = node.loc!.start;
    const text = shortText(this.source.slice(node.start, node.end));
    this.findings.push(finding(what, { line, column: column + 1, text }));
  }

  /** Reports a missing part of the library. A program that tests whether it exists may do without. */
  private reportMissing(node: AnyNode, name: string): void {
    if (this.own.globals.has(name)) return;
    this.report(node, name);
    if (this.tested.has(name)) this.findings[this.findings.length - 1].severity = 'warning';
  }

  private visit(node: AnyNode, parent: AnyNode | null, outer: Scope): void {
    const owner = ownerOf(node, parent, outer.owner);
    const scope = opensScope(node) ? declare(node, owner, outer) : { ...outer, owner };
    const absent = this.features.syntax(node);
    if (absent !== null) this.report(node, `missing on this board: ${absent}`);
    checkGrammar(node, this.source, (found, what) => this.report(found, what));
    if (isFunction(node)) this.checkFunction(node, outer);
    else this.checkNode(node, parent, scope);
    for (const child of children(node)) this.visit(child, node, scope);
  }

  private checkNode(node: AnyNode, parent: AnyNode | null, scope: Scope): void {
    switch (node.type) {
      case 'Identifier':
        this.checkIdentifier(node, parent, scope);
        break;
      case 'Literal':
        this.checkLiteral(node);
        break;
      case 'MemberExpression':
        this.checkMember(node, parent, scope);
        break;
      case 'NewExpression':
      case 'CallExpression': {
        if (node.type === 'NewExpression') this.checkView(node, scope);
        else {
          if (node.callee.type === 'ArrowFunctionExpression' && this.source[node.callee.end] !== ')')
            this.report(node, 'call of an arrow function');
          const ignored = ignoredArgument(node);
          if (ignored !== undefined) this.report(node, ignored);
          if (globalName(node.callee, scope) === 'require') this.checkRequired(node.arguments[0]);
        }
        const pattern = node.arguments[0];
        if (globalName(node.callee, scope) === 'RegExp' && pattern?.type === 'Literal')
          for (const what of regexFeatures(String(pattern.value))) this.report(node, what);
        break;
      }
      case 'ForOfStatement':
        if (node.await) this.report(node, 'async');
        break;
      case 'SpreadElement':
      case 'ObjectPattern':
      case 'ArrayPattern':
      case 'AwaitExpression':
      case 'LabeledStatement':
      case 'ChainExpression':
      case 'PrivateIdentifier':
      case 'ImportDeclaration':
      case 'ImportExpression':
      case 'WithStatement':
      case 'DebuggerStatement':
      case 'TaggedTemplateExpression':
      case 'StaticBlock':
        this.report(node, unparsable[node.type]);
        break;
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration':
      case 'ExportAllDeclaration':
        if (!this.options.module) this.report(node, 'export');
        break;
      case 'MetaProperty':
        this.report(node, `${node.meta.name}.${node.property.name}`);
        break;
      case 'TemplateElement':
        if (/\\u\{/.test(node.value.raw)) this.report(node, 'unicode escape');
        break;
      case 'ReturnStatement':
        if (!node.argument) this.checkReturn(node);
        break;
      case 'Property':
        if (node.computed) this.report(node, 'computed key');
        break;
      case 'MethodDefinition':
      case 'PropertyDefinition':
        this.checkClassMember(node);
        break;
      case 'SwitchStatement':
        if (node.cases.slice(0, -1).some(({ test }) => !test)) this.report(node, 'case after default');
        break;
      case 'UnaryExpression':
        if (node.operator === '-' && constant(node.argument) === 0) this.report(node, '-0');
        break;
      case 'BinaryExpression':
        this.checkOperator(node.operator, node, node.right);
        if (node.operator === 'instanceof' && builtInErrors.has(globalName(node.right, scope) ?? ''))
          this.report(node, 'instanceof Error');
        break;
      case 'AssignmentExpression':
        this.checkOperator(node.operator.slice(0, -1), node, node.right);
        if (['||=', '&&=', '??='].includes(node.operator)) this.report(node, 'logical assignment');
        if (isValue(node.left)) this.report(node, 'assignment to a value');
        // An own class may well have a `length`, but only through `this`.
        if (node.left.type === 'MemberExpression' && node.left.object.type !== 'ThisExpression')
          if (memberName(node.left) === 'length' && constant(node.right) === 0) this.report(node, '.length = 0');
        break;
    }
  }

  /** Names of files are those of modules that `build` takes along. */
  private checkRequired(argument: AnyNode | undefined): void {
    if (this.options.modules === undefined || argument?.type !== 'Literal') return;
    const { value } = argument;
    if (typeof value === 'string' && /^[\w-]+$/.test(value) && !this.options.modules.includes(value))
      this.report(argument, 'module that is not in the firmware');
  }

  private checkIdentifier(node: Identifier, parent: AnyNode | null, scope: Scope): void {
    if (reservedWords.has(node.name) && node.name !== 'undefined') this.report(node, 'reserved word');
    this.checkGlobal(node, scope);
    const declaration = lookUp(scope, node.name);
    if (!declaration || parent?.type === 'ExportSpecifier') return;
    if (parent?.type === 'AssignmentExpression' && parent.left === node && parent.operator === '=') {
      if (scope.owner === declaration.owner) declaration.start = Math.min(declaration.start, node.start);
      return;
    }
    const isCall = parent?.type === 'CallExpression' || parent?.type === 'NewExpression';
    this.references.push({ node, declaration, owner: scope.owner, called: isCall && parent.callee === node });
  }

  private checkGlobal(node: AnyNode, scope: Scope): void {
    const name = globalName(node, scope);
    if (name === null) return;
    if (this.options.forbiddenGlobals?.includes(name)) this.report(node, name);
    else if (missingGlobals.has(name)) this.reportMissing(node, name);
    else if (this.features.globals.has(name)) this.report(node, `missing on this board: ${name}`);
  }

  private checkLiteral(node: Literal): void {
    if (typeof node.value === 'number' && this.isOther(node.value, node.raw!)) this.report(node, 'inexact literal');
    if (node.bigint) this.report(node, 'BigInt');
    if (typeof node.value === 'string' && /(?<!\\)(\\\\)*\\u\{/.test(node.raw!)) this.report(node, 'unicode escape');
    if (!node.regex) return;
    for (const what of regexFeatures(node.regex.pattern)) this.report(node, what);
    if (/\[[^\]\\/]*\//.test(node.regex.pattern)) this.report(node, 'regex / in a class');
  }

  /** Whether Espruino reads another number. Minifying may change the digits, so only exact numbers are safe before it. */
  private isOther(value: number, raw: string): boolean {
    return this.options.module ? isInexact(raw) : espruinoNumber(raw) !== value;
  }

  private checkMember(node: MemberExpression, parent: AnyNode | null, scope: Scope): void {
    this.checkGlobal(node, scope);
    const index = node.computed ? constant(node.property) : null;
    if (index !== null && !(index >= 0 && Number.isInteger(index))) this.report(node, 'constant index');
    const name = memberName(node);
    if (name === null) return;
    const object = globalName(node.object, scope);
    if (object !== null && missingStatics[object]?.includes(name)) this.reportMissing(node, `${object}.${name}`);
    else if (object !== null && this.features.statics[object]?.includes(name))
      this.report(node, `missing on this board: ${object}.${name}`);
    else if (isPrototypeMethod(node, parent, (each) => globalName(each, scope) !== null))
      this.report(node, 'method of a prototype');
    else if (missingMembers.has(name) && object !== 'Object' && !this.own.members.has(name))
      this.report(node, `.${name}`);
    else if (object === 'String' && name === 'fromCharCode') this.checkCharacters(parent);
    else if (name === 'slice' && isArrayBuffer(node.object, scope)) this.report(node, 'ArrayBuffer.slice');
  }

  private checkView(node: NewExpression, scope: Scope): void {
    const isView = /^(\w+Array|DataView)$/.test(globalName(node.callee, scope) ?? '');
    const [, offset] = node.arguments;
    if (isView && offset && (constant(offset) ?? 0) > 65535) this.report(offset, 'byteOffset above 65535');
  }

  private checkCharacters(call: AnyNode | null): void {
    if (call?.type !== 'CallExpression') return;
    for (const argument of call.arguments)
      if ((constant(argument) ?? 0) > 255) this.report(argument, 'character above 255');
  }

  private checkFunction(node: FunctionNode, outer: Scope): void {
    if (isJitted(node) && !this.options.missing?.includes('"jit"'))
      for (const { what, node: place } of jitDifferences(node)) this.report(place, what);
    if (node.async) this.report(node, 'async');
    if (node.generator) this.report(node, 'generator');
    for (const parameter of node.params) {
      if (parameter.type === 'AssignmentPattern') this.report(parameter, 'default argument');
      if (parameter.type === 'RestElement') this.report(parameter, 'rest argument');
      if (parameter.type === 'Identifier' && parameter.name === 'undefined') this.report(parameter, 'reserved word');
      else if (node.type === 'ArrowFunctionExpression' && parameter.type === 'Identifier')
        if (builtInFunctions.has(parameter.name) && !lookUp(outer, parameter.name))
          this.report(parameter, 'parameter named like a built-in');
    }
  }

  private checkClassMember(node: MethodDefinition | PropertyDefinition): void {
    if (node.computed) this.report(node, 'computed key');
    else if (node.key.type === 'Literal') this.report(node, 'quoted member');
    else if (node.key.type === 'Identifier' && keywords.has(node.key.name)) this.report(node, 'keyword as member');
    if (node.type === 'PropertyDefinition' && !node.value) this.report(node, 'field without value');
  }

  /** ECMAScript ends the statement with the line; Espruino goes on. */
  private checkReturn(node: AnyNode): void {
    const rest = this.source.slice(node.start + 'return'.length);
    const [, between, next] = /^((?:\s|\/\*[\s\S]*?\*\/|\/\/.*)*)(.?)/.exec(rest)!;
    if (between.includes('\n') && next !== '}' && next !== ';' && next !== '')
      this.report(node, 'return before a line end');
  }

  private checkOperator(operator: string, node: AnyNode, right: AnyNode): void {
    if (operator === '**') this.report(node, '**');
    if (['<<', '>>', '>>>'].includes(operator)) {
      const count = constant(right);
      if (count !== null && !(count >= 0 && count <= 31)) this.report(node, 'shift count');
    }
  }
}

const unparsable = {
  SpreadElement: 'spread',
  ObjectPattern: 'destructuring',
  ArrayPattern: 'destructuring',
  AwaitExpression: 'async',
  LabeledStatement: 'label',
  ChainExpression: '?.',
  PrivateIdentifier: 'private name',
  ImportDeclaration: 'import',
  ImportExpression: 'import',
  WithStatement: 'with',
  DebuggerStatement: 'debugger',
  TaggedTemplateExpression: 'tagged template',
  StaticBlock: 'static block',
};

function memberName(node: MemberExpression): string | null {
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : null;
  return node.property.type === 'Literal' ? String(node.property.value) : null;
}

function constant(node: AnyNode): number | null {
  if (node.type === 'Literal') return typeof node.value === 'number' ? node.value : null;
  if (node.type !== 'UnaryExpression' || node.operator !== '-') return null;
  const value = constant(node.argument);
  return value === null ? null : -value;
}

function globalName(node: AnyNode, scope: Scope): string | null {
  if (node.type === 'Identifier') return lookUp(scope, node.name) ? null : node.name;
  if (node.type === 'MemberExpression' && globalName(node.object, scope) === 'globalThis') return memberName(node);
  return null;
}

function isArrayBuffer(node: AnyNode, scope: Scope): boolean {
  if (node.type === 'MemberExpression') return memberName(node) === 'buffer';
  return node.type === 'NewExpression' && globalName(node.callee, scope) === 'ArrayBuffer';
}
