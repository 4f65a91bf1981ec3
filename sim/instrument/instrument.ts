// Instruments a program's text with checks for what Espruino does differently from ECMAScript and only values show. Where Espruino's
// behaviour can be reproduced, the text is changed to reproduce it: inexact literals, unary minus, variables of loops. Lines keep
// their numbers.
import type {
  AnyNode,
  AssignmentExpression,
  Identifier,
  MemberExpression,
  Program,
  Token,
  UnaryExpression,
} from 'acorn';
import { TextCost } from '../cost/cost.js';
import { JitCost } from '../cost/jit-cost.js';
import { nameDistances } from '../cost/name-distance.js';
import type { Loop, RunningCost } from '../cost/running-cost.js';
import { callsSuper } from '../language/grammar.js';
import { jitDifferences } from '../language/jit-differences.js';
import { isValue, parseProgram } from '../language/parser.js';
import {
  type ClassNode,
  children,
  closuresOverLoopVariables,
  type Declaration,
  declare,
  type FunctionNode,
  isFunction,
  lookUp,
  loopVariables,
  opensScope,
  ownerOf,
  type Scope,
} from '../language/scope.js';
import { assignToValue } from './assigned-value.js';
import { Body, bodyOfHidden } from './body.js';
import { CHECKS } from './checks-name.js';
import { printComparison } from './comparisons.js';
import { compileAs } from './compiled-function.js';
import { CostCounter } from './cost-counter.js';
import { joinDeclarations, lexicalNames } from './declarations.js';
import { isCount, printLiteral } from './literals.js';
import { fieldsOf, printField, printOrder } from './members.js';
import { type Access, accessOf, isFunctionName, isLength, isMethod, isReference, isTarget } from './role.js';
import { SiteList, type SiteOptions } from './site-list.js';
import { isWholeNumber, Sums } from './sums.js';
import { TextEdits } from './text-edits.js';
import { tokenBehind } from './token-behind.js';

const VALUE_KINDS = new Set(['Number', 'String', 'Boolean']);
/** A switch of as many is warned of where it runs often. */
const MANY_CASES = 8;

export interface InstrumentOptions extends SiteOptions {
  /** Whether variables of functions are to be counted as memory. */
  memory: boolean;
}

export type Instrumented = ReturnType<TextEdits['print']>;

/** Throws acorn's SyntaxError. */
export function instrument(source: string, options: InstrumentOptions): Instrumented {
  const tokens: Token[] = [];
  const program = parseProgram(source, tokens);
  const distances = nameDistances(program);
  const costs = { interpreted: new TextCost(tokens, distances, options), jitted: new JitCost(distances) };
  return new Instrumenter(source, program, costs, options).run();
}

class Instrumenter {
  private readonly edits: TextEdits;
  private readonly sites: SiteList;
  private readonly sums: Sums;
  private readonly counter = new CostCounter();
  private readonly closures: Set<AnyNode>;
  private readonly flags = new Map<Declaration, string>();
  /** The body that declares the flag of a declaration. */
  private readonly homes = new Map<Declaration, Body>();
  private bodies: Body[] = [];
  private names = 0;
  /** How many parameters the functions have that are around; null for arrow functions, which have no arguments of their own. */
  private readonly parameters: (number | null)[] = [];
  /** The superclasses of the enclosing classes: a name, or none. */
  private readonly classes: string[] = [];
  /** Whether the methods that are around are static. */
  private readonly inStatic: boolean[] = [];

  constructor(
    private readonly source: string,
    private readonly program: Program,
    private readonly models: Record<'interpreted' | 'jitted', RunningCost>,
    private readonly options: InstrumentOptions,
  ) {
    this.edits = new TextEdits(source);
    this.sites = new SiteList(source, options);
    this.sums = new Sums(source, this.edits);
    this.closures = new Set(closuresOverLoopVariables(program));
  }

  run(): Instrumented {
    const { program, edits } = this;
    const scope = declare(program, null, { parent: null, owner: null, names: new Map() });
    const body = new Body(scope, `${CHECKS}.g`, program.end, this.models.interpreted);
    this.bodies.push(body);
    this.counter.enter(body);
    this.list(program.body, program, scope);
    const start = directivesEnd(program.body) ?? program.start;
    edits.close(start, body.declarations() + this.accessor(body.frame, lexicalNames(program)));
    return edits.print();
  }

  private fresh(kind: string, body = this.bodies.at(-1)!, value = ''): string {
    // Programs of one realm share their top level: the number of sites so far keeps them apart.
    return body.add(`${CHECKS}${kind}${this.options.sites.length}_${this.names++}`, value);
  }

  private accessor(frame: string, names: string[]): string {
    if (!this.options.memory || names.length === 0) return '';
    const cases = names.map((name, index) => `case ${index}:return ${name};`).join('');
    return `;${CHECKS}.a(${frame},${names.length},${CHECKS}n=>{switch(${CHECKS}n){${cases}}});`;
  }

  /** The statements of a list: directives stay in front. */
  private list(nodes: AnyNode[], parent: AnyNode, scope: Scope): void {
    for (const node of nodes) {
      const declaration = node.type === 'FunctionDeclaration' ? scope.names.get(node.id!.name) : undefined;
      if (declaration) this.homes.set(declaration, this.bodies.at(-1)!);
    }
    joinDeclarations(nodes, this.edits);
    for (const node of nodes) {
      if (node.type === 'ExpressionStatement' && node.directive) {
        // Espruino knows no other mode.
        if (node.directive === 'use strict') this.edits.replace(node.expression.start, node.expression.end, '""');
        continue;
      }
      if (node.type !== 'ImportDeclaration') this.edits.open(node.start, this.counter.statement(node));
      this.visit(node, parent, scope);
      if (node.type === 'ClassDeclaration') this.edits.close(node.end, `;${this.classMade(node, node.id!.name)};`);
      if (node.type === 'FunctionDeclaration') {
        // Last, so that it is the value of a text that ends with it.
        if (this.options.memory)
          this.edits.close(
            node.end,
            `;${CHECKS}.f(${node.id!.name},${this.bodies.at(-1)!.frame},${this.sites.ofFunction(node)});`,
          );
        const flag = this.flagOf(scope.names.get(node.id!.name));
        if (flag) this.edits.close(node.end, `;${flag}=1;`);
      }
    }
  }

  /** An expression that need not run; `after` is where what stands before it ends. */
  private arm(node: AnyNode, after: number): void {
    this.edits.around(node.start, node.end, `(${this.counter.arm(node, after)},`, ')');
  }

  /** A statement that need not be a block, in a block of its own. */
  private single(node: AnyNode, parent: AnyNode, scope: Scope, before = ''): void {
    if (node.type === 'BlockStatement') {
      this.edits.close(node.start + 1, this.counter.add(this.counter.costs.statement(node), 0) + before);
      this.visit(node, parent, scope);
    } else if (node.type === 'FunctionDeclaration') this.visit(node, parent, scope);
    else {
      const counted = node.type === 'EmptyStatement' ? '' : this.counter.statement(node);
      this.edits.around(node.start, node.end, `{${before}${counted}`, '}');
      this.visit(node, parent, scope);
    }
  }

  private visit(node: AnyNode, parent: AnyNode | null, outer: Scope): void {
    if (isFunction(node)) {
      this.visitFunction(node, parent, outer);
      return;
    }
    const owner = ownerOf(node, parent, outer.owner);
    const scope = opensScope(node) ? declare(node, owner, outer) : { ...outer, owner };
    const { edits } = this;
    switch (node.type) {
      case 'BlockStatement':
        this.list(node.body, node, scope);
        return;
      case 'IfStatement': {
        const { consequent, alternate } = node;
        const { costs } = this.counter;
        edits.around(node.test.start, node.test.end, '(', `)||(${this.counter.increase(costs.passed(consequent))},0)`);
        this.visit(node.test, node, scope);
        this.single(consequent, node, scope, alternate ? this.counter.add(costs.passed(alternate), 0) : '');
        if (alternate) this.single(alternate, node, scope);
        return;
      }
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        this.visitLoop(node, scope);
        return;
      case 'SwitchStatement':
        if (node.cases.length >= MANY_CASES)
          edits.around(
            node.discriminant.start,
            node.discriminant.end,
            `${CHECKS}.w((`,
            `),${this.sites.add(node)},${node.cases.length})`,
          );
        this.visit(node.discriminant, node, scope);
        this.counter.enterLoop(node);
        for (const each of node.cases) {
          if (each.test) this.visit(each.test, each, scope);
          this.list(each.consequent, each, scope);
        }
        this.counter.leaveLoop();
        return;
      case 'ClassDeclaration':
      case 'ClassExpression': {
        const { superClass } = node;
        if (superClass) {
          const check = callsSuper(node.body) ? `,${this.sites.add(superClass)}` : '';
          edits.around(superClass.start, superClass.end, `(${CHECKS}.p(`, `${check}))`);
        }
        if (node.type === 'ClassExpression')
          edits.around(node.start, node.end, `${CHECKS}.C(`, `,${this.classFacts(node)})`);
        this.classes.push(superClass?.type === 'Identifier' ? superClass.name : '');
        for (const child of children(node)) this.visit(child, node, scope);
        this.classes.pop();
        return;
      }
      case 'CatchClause': {
        const name = node.param?.type === 'Identifier' ? node.param.name : `${CHECKS}e`;
        edits.close(node.body.start + 1, `${CHECKS}.z(${name});`);
        if (!node.param) edits.open(node.body.start, `(${name})`);
        break;
      }
      case 'Identifier':
        this.visitIdentifier(node, parent, scope);
        return;
      case 'Literal':
        printLiteral(node, edits);
        return;
      case 'UnaryExpression':
        if (node.operator === '-' && !(node.argument.type === 'Literal' && node.argument.value !== 0)) {
          edits.replace(node.start, node.start + 1, '(0-');
          edits.close(node.end, ')');
        } else if (node.operator === '+' && !isWholeNumber(node.argument)) {
          edits.replace(node.start, node.start + 1, `${CHECKS}.P(`);
          edits.close(node.end, ')');
        } else if (node.operator === 'delete' && this.visitDelete(node, scope)) return;
        break;
      case 'LogicalExpression':
        this.arm(node.right, node.left.end);
        break;
      case 'ConditionalExpression':
        // Here Espruino takes the primitive value of an object, unlike in other conditions.
        if (isReference(node.test)) edits.around(node.test.start, node.test.end, `${CHECKS}.V(`, ')');
        this.arm(node.consequent, node.test.end);
        this.arm(node.alternate, node.consequent.end);
        break;
      case 'ObjectExpression':
        printOrder(node, edits);
        break;
      case 'PropertyDefinition':
        printField(node, this.source, edits);
        if (node.value) this.visit(node.value, node, scope);
        return;
      case 'NewExpression':
        // An instance of these is a value.
        if (node.callee.type === 'Identifier' && VALUE_KINDS.has(node.callee.name) && !lookUp(scope, node.callee.name))
          edits.replace(node.start, node.callee.start, this.source.charAt(node.end - 1) === ')' ? '' : 'new ');
        else edits.around(node.callee.start, node.callee.end, `(${CHECKS}.U(`, '))');
        break;
      case 'ArrayExpression':
        if (node.elements.length === 0) edits.around(node.start, node.end, `${CHECKS}.L(`, ')');
        break;
      case 'TemplateLiteral':
        if (node.expressions.length > 1) this.watchText(node);
        for (const each of node.expressions)
          if (each.type !== 'Literal') edits.around(each.start, each.end, `${CHECKS}.T(`, ')');
        break;
      case 'BinaryExpression':
        if (node.operator === '+' && this.sums.isText(node, parent)) this.sums.print(node);
        else printComparison(node, this.source, edits);
        this.checkShift(node.operator, node, node.right);
        break;
      case 'AssignmentExpression':
        if (isValue(node.left)) {
          this.assignToValue(node, node.left as AnyNode, scope);
          return;
        }
        if (this.sums.isCompound(node)) this.sums.printCompound(node, () => this.fresh('t'));
        this.checkShift(node.operator.slice(0, -1), node, node.right);
        if (node.left.type === 'MemberExpression') {
          const isPlain = node.operator === '=' && parent?.type === 'ExpressionStatement';
          this.visitMember(
            node.left,
            scope,
            node.operator === '=' ? 'write' : 'both',
            isPlain ? undefined : node,
            node.right,
          );
          this.visit(node.right, node, scope);
          return;
        }
        // V8 is strict within classes, and would throw.
        if (this.classes.length > 0 && node.left.type === 'Identifier' && !lookUp(scope, node.left.name))
          edits.replace(node.left.start, node.left.end, `globalThis.${node.left.name}`);
        break;
      case 'MemberExpression':
        this.visitMember(node, scope, accessOf(node, parent));
        return;
      case 'CallExpression':
        if (node.callee.type === 'ArrowFunctionExpression') edits.around(node.callee.start, node.callee.end, '(', ')');
        if (node.callee.type === 'MemberExpression' && node.callee.object.type === 'Super' && !this.inStatic.at(-1)) {
          const at = tokenBehind(node.callee.end, '(', this.source);
          edits.replace(at, at + 1, `.call(this${node.arguments.length > 0 ? ',' : ''}`);
        }
        if (node.callee.type === 'Identifier' && node.callee.name === 'eval' && node.arguments.length > 0)
          edits.around(node.arguments[0].start, node.arguments[0].end, `${CHECKS}.t(`, ')');
        break;
    }
    for (const child of children(node)) this.visit(child, node, scope);
  }

  private assignToValue(node: AssignmentExpression, left: AnyNode, scope: Scope): void {
    const target = assignToValue(this.edits, this.source, node, left, () => this.fresh('t'));
    this.visit(target && left.type === 'LogicalExpression' ? left.left : left, node, scope);
    if (target?.type === 'MemberExpression') this.visitMember(target, scope, 'write', undefined, node.right);
    this.visit(node.right, node, scope);
  }

  /** A value that may be a longer text than there was before. */
  private watchText(node: AnyNode): void {
    this.edits.around(node.start, node.end, `${CHECKS}.q(`, ')');
  }

  private visitLoop(node: Loop, scope: Scope): void {
    const { edits } = this;
    const { body } = node;
    const shared = loopVariables(node);
    const isShared =
      shared.length > 0 && [...this.closures].some((each) => each.start >= node.start && each.end <= node.end);
    if (isShared && node.type === 'ForStatement') {
      edits.replace(node.start, node.init!.start, '{');
      edits.close(node.init!.end, ';for(');
      edits.close(node.end, '}');
    } else if (isShared && (node.type === 'ForInStatement' || node.type === 'ForOfStatement')) {
      edits.open(node.start, `{let ${shared.join()};`);
      edits.close(node.end, '}');
      edits.replace(node.left.start, node.left.end, shared[0]);
    }
    if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
      const kind = node.type === 'ForOfStatement' ? 'G' : 'F';
      edits.around(node.right.start, node.right.end, `${CHECKS}.${kind}((`, '))');
      const { left } = node;
      // V8 would not stop at what is created meanwhile, and has an order of its own.
      if (kind === 'F') {
        const at = tokenBehind(left.end, 'in', this.source);
        edits.replace(at, at + 2, 'of');
      }
    }
    if (node.type === 'ForStatement') {
      for (const part of [node.init, node.test, node.update]) if (part) this.visit(part, node, scope);
    } else if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
      if (!isShared) this.visit(node.left, node, scope);
      this.visit(node.right, node, scope);
    } else if (node.type === 'WhileStatement' || node.type === 'DoWhileStatement') {
      this.visit(node.test, node, scope);
    }
    const cost = this.counter.add(this.counter.costs.iteration(node), 0);
    this.counter.enterLoop(node);
    this.single(body, node, scope, `${cost}if(${CHECKS}.c>${CHECKS}.m)${CHECKS}.o(${this.sites.add(node)});`);
    this.counter.leaveLoop();
  }

  private visitIdentifier(node: Identifier, parent: AnyNode | null, scope: Scope): void {
    const declaration = lookUp(scope, node.name);
    if (node.name === 'eval' && !declaration && !isTarget(node, parent) && accessOf(node, parent) !== 'callee') {
      const key = parent?.type === 'Property' && parent.shorthand ? 'eval:' : '';
      this.edits.replace(node.start, node.end, `${key}${CHECKS}.v8`);
      return;
    }
    if (node.name === 'arguments' && this.visitArguments(node, parent, declaration)) return;
    if (declaration?.isVar && this.visitEarly(node, parent, scope, declaration)) return;
    if (!declaration?.hoisted || !declaration.body) return;
    const { body } = declaration;
    const isInside = node.start >= body.start && node.end <= body.end;
    if (isInside || (declaration.owner === scope.owner && node.start > declaration.start)) return;
    if (isTarget(node, parent)) return;
    const flag = this.flagOf(declaration);
    if (!flag) return;
    const key = parent?.type === 'Property' && parent.shorthand ? `${node.name}:` : '';
    this.edits.around(node.start, node.end, `${key}(${flag}?`, `:${CHECKS}.h(${this.sites.add(node)}))`);
  }

  /** The variable that says whether a function's declaration has run. */
  private flagOf(declaration: Declaration | undefined): string | undefined {
    if (!declaration?.hoisted || !declaration.body) return;
    const known = this.flags.get(declaration);
    if (known) return known;
    const home = this.homes.get(declaration);
    // Without a list of statements around it, it is not checked.
    if (!home) return;
    const name = this.fresh('h', home);
    this.flags.set(declaration, name);
    return name;
  }

  /** `assignment`: the one to the member, if the element has to be looked at afterwards; `value`: its right side. */
  private visitMember(
    node: MemberExpression,
    scope: Scope,
    access: Access,
    assignment?: AnyNode,
    value?: AnyNode,
  ): void {
    const { edits } = this;
    const { object, property } = node;
    const isName = property.type === 'Literal' && typeof property.value === 'string' && !/^\d/.test(property.value);
    if (node.computed && !isName && object.type !== 'Super' && access !== 'other') {
      const site = this.sites.add(node);
      const isPlain = object.type === 'Identifier' || object.type === 'ThisExpression';
      const text = isPlain ? this.source.slice(object.start, object.end) : this.fresh('t');
      // Espruino reads what was assigned again: of a typed array, the element as it is now.
      const isCompound = access === 'both' && value !== undefined;
      const index = assignment ? this.fresh('t') : '';
      if (assignment) edits.around(assignment.start, assignment.end, '(', `,${CHECKS}.b(${text},${index}))`);
      // The temporary goes around the whole object, its parentheses included.
      if (!isPlain) edits.around(node.start, this.bracketOf(node), `(${text}=`, ')');
      const check = access === 'write' || access === 'probe' || isCompound ? 'j' : 'i';
      edits.around(
        property.start,
        property.end,
        `${CHECKS}.${check}(${text},(${index === '' ? '' : `${index}=`}`,
        `),${site})`,
      );
      // `+=` reads its target after its right side, which may have thrown.
      if (isCompound) edits.around(value.start, value.end, `${CHECKS}.u(${text},${index},(`, `),${site})`);
      else if (value) edits.around(value.start, value.end, `${CHECKS}.v(${text},(`, '))');
    } else if (isFunctionName(node, access) && object.type !== 'Super') {
      edits.open(node.start, `${CHECKS}.N(`);
      edits.replace(this.source.lastIndexOf('.', property.start), property.end, ')');
    } else if (value && isLength(node) && object.type !== 'Super') {
      const isPlain = object.type === 'Identifier' || object.type === 'ThisExpression';
      const text = isPlain ? this.source.slice(object.start, object.end) : this.fresh('t');
      if (!isPlain) edits.around(object.start, object.end, `(${text}=`, ')');
      edits.around(value.start, value.end, `${CHECKS}.y(${text},(`, '))');
    }
    // The parent's own members are not those of the class.
    if (object.type === 'Super')
      edits.replace(object.start, object.end, this.inStatic.at(-1) ? this.classes.at(-1)! : `${CHECKS}.Y(this)`);
    this.visit(object, node, scope);
    if (node.computed) this.visit(property, node, scope);
  }

  /** Returns the position of a computed member's bracket. */
  private bracketOf(node: MemberExpression): number {
    let at = node.property.start - 1;
    while (this.source[at] !== '[') at--;
    return at;
  }

  private checkShift(operator: string, node: AnyNode, right: AnyNode): void {
    if (!['<<', '>>', '>>>'].includes(operator) || isCount(right)) return;
    this.edits.around(right.start, right.end, `${CHECKS}.s((`, `),${this.sites.add(node)})`);
  }

  private visitFunction(node: FunctionNode, parent: AnyNode | null, outer: Scope): void {
    const { edits } = this;
    const site = this.sites.ofFunction(node);
    const isValue = node.type !== 'FunctionDeclaration' && !isMethod(parent);
    const outerFrame = this.bodies.at(-1)!.frame;
    if (this.options.memory && isValue) edits.around(node.start, node.end, `${CHECKS}.f(`, `,${outerFrame},${site})`);
    const owner = ownerOf(node, parent, outer.owner);
    const scope = declare(node, owner, outer);
    const frame = `${CHECKS}F${this.options.sites.length}_${this.names++}`;
    const costs = this.models[this.sites.isJitted(node) ? 'jitted' : 'interpreted'];
    const body = new Body(scope, frame, node.end, costs);
    this.bodies.push(body);
    this.counter.enter(body);
    const enter = this.options.memory
      ? `const ${frame}=${CHECKS}.E(${site},${outerFrame});try{`
      : `${CHECKS}.e(${site});try{`;
    const leave = this.options.memory ? `}finally{${CHECKS}.X(${frame})}` : `}finally{${CHECKS}.x()}`;
    if (this.sites.isJitted(node)) compileAs(edits, this.source, jitDifferences(node));
    const names = [...scope.names.keys()].filter((name) => name !== 'arguments');
    // Of two parameters with one name, Espruino uses the first.
    const seen = new Set<string>();
    for (const parameter of node.params) {
      if (parameter.type !== 'Identifier') continue;
      if (seen.has(parameter.name)) edits.replace(parameter.start, parameter.end, `${CHECKS}d${this.names++}`);
      seen.add(parameter.name);
    }
    if (parent?.type === 'MethodDefinition') this.inStatic.push(parent.static);
    this.parameters.push(node.type === 'ArrowFunctionExpression' ? null : node.params.length);
    if (node.body.type === 'BlockStatement') {
      const inner = declare(node.body, owner, scope);
      body.declared.push(inner.names);
      for (const name of inner.names.keys()) if (!names.includes(name)) names.push(name);
      edits.open(node.body.end - 1, leave);
      this.list(node.body.body, node.body, inner);
      const start = directivesEnd(node.body.body) ?? node.body.start + 1;
      const entered = this.counter.add(this.counter.costs.entry(node), 0);
      edits.close(start, `;${enter}${entered}${body.declarations()}${this.accessor(frame, names)}`);
    } else {
      const arrow = this.source.lastIndexOf('=>', node.body.start) + 2;
      edits.close(node.end, `)${leave}}`);
      this.visit(node.body, node, scope);
      const counted = this.counter.add(this.counter.costs.entry(node), 1);
      edits.close(arrow, `{${enter}${body.declarations()}${this.accessor(frame, names)}${counted}return(`);
    }
    this.parameters.pop();
    if (parent?.type === 'MethodDefinition') this.inStatic.pop();
    this.counter.leave();
    this.bodies.pop();
  }

  /** Espruino makes an array of them, with an item for each parameter at least. */
  private visitArguments(node: Identifier, parent: AnyNode | null, declaration: Declaration | undefined): boolean {
    if (isTarget(node, parent) || (declaration && declaration.start === node.start)) return false;
    const key = parent?.type === 'Property' && parent.shorthand ? 'arguments:' : '';
    const count = this.parameters.filter((each) => each !== null).at(-1);
    if (declaration && count === undefined) return false;
    const body = this.bodies.at(-1)!;
    if (declaration) body.arguments ??= this.fresh('a');
    const made = `(${body.arguments}??=${CHECKS}.r(arguments,${count}))`;
    this.edits.replace(node.start, node.end, key + (declaration ? made : `${CHECKS}.l()`));
    return true;
  }

  /** A variable that is read before its declaration has run: it is not there yet, and what it hides is read. */
  private visitEarly(node: Identifier, parent: AnyNode | null, scope: Scope, declaration: Declaration): boolean {
    if (declaration.owner !== scope.owner || node.start >= declaration.start) return false;
    if (isTarget(node, parent)) {
      declaration.start = node.start;
      return false;
    }
    // In a loop, it may have run the time before.
    if (this.counter.isInLoop(declaration.start)) return false;
    const key = parent?.type === 'Property' && parent.shorthand ? `${node.name}:` : '';
    const isType = parent?.type === 'UnaryExpression' && parent.operator === 'typeof';
    const body = bodyOfHidden(this.bodies, declaration, scope);
    const hidden = body ? `,${this.fresh('g', body, `=()=>${node.name}`)}` : '';
    this.edits.replace(node.start, node.end, `${key}${CHECKS}.H(${JSON.stringify(node.name)},${isType}${hidden})`);
    return true;
  }

  /** Espruino tells whether there was something to delete. */
  private visitDelete(node: UnaryExpression, scope: Scope): boolean {
    const { argument } = node;
    if (argument.type === 'Identifier') {
      if (lookUp(scope, argument.name)) this.edits.replace(node.start, node.end, 'false');
      else this.edits.around(node.start, node.end, `(typeof ${argument.name}!=='undefined'&&`, ')');
      return true;
    }
    if (argument.type !== 'MemberExpression' || argument.object.type === 'Super') return false;
    const { object, property } = argument;
    if (!/^delete\s+$/.test(this.source.slice(node.start, argument.start)) || argument.end !== node.end) return false;
    this.edits.replace(node.start, argument.start, `${CHECKS}.d(`);
    this.visit(object, argument, scope);
    if (argument.computed) {
      const bracket = this.bracketOf(argument);
      this.edits.replace(bracket, bracket + 1, ',');
      this.edits.replace(argument.end - 1, argument.end, ')');
      this.visit(property, argument, scope);
    } else {
      const dot = this.source.lastIndexOf('.', property.start);
      this.edits.replace(dot, argument.end, `,${JSON.stringify((property as Identifier).name)})`);
    }
    return true;
  }

  private classMade(node: ClassNode, made: string): string {
    return `${CHECKS}.C(${made},${this.classFacts(node)})`;
  }

  private classFacts(node: ClassNode): string {
    const isGlobal = this.program.body.some((each) => each === node);
    return [this.sites.ofClass(node, isGlobal), ...fieldsOf(node.body).map((name) => JSON.stringify(name))].join();
  }
}

function directivesEnd(nodes: AnyNode[]): number | undefined {
  let end: number | undefined;
  for (const node of nodes) {
    if (node.type !== 'ExpressionStatement' || !node.directive) break;
    end = node.end;
  }
  return end;
}
