// The cost of the parts of a function that Espruino's compiler on the board compiles. Each operation calls a routine of the
// interpreter, text is not read again, and names are looked up when the function begins. Source: src/jsjit.c of Espruino 2v29.
import type { AnyNode } from 'acorn';
import { children, type FunctionNode, isFunction, patternNames } from '../language/scope.js';
import type { TextOptions } from './cost.js';
import { jittedInstructions as table } from './cost-table.js';
import { isLibraryName, isLibraryObject } from './library-cost.js';
import type { Distance } from './name-distance.js';
import type { Loop, RunningCost } from './running-cost.js';

/** Bytes of code for a character of such a function, about. */
export const JITTED_BYTES = 11;

/** The kind of an expression's result: a variable, an element, a value in a JsVar, or a number or boolean outside any JsVar. */
type Result = 'variable' | 'element' | 'value' | 'bare';

export class JitCost implements RunningCost {
  constructor(
    private readonly distances: ReadonlyMap<AnyNode, Distance>,
    private readonly options: TextOptions = {},
  ) {}

  statement(node: AnyNode): number {
    switch (node.type) {
      case 'ExpressionStatement':
        return this.running(node.expression);
      case 'VariableDeclaration':
        return node.declarations.reduce((sum, { init }) => sum + (init ? this.initialised(init) : 0), 0);
      case 'IfStatement':
        return this.condition(node.test);
      case 'ReturnStatement':
        return node.argument ? this.value(node.argument) : 0;
      case 'WhileStatement':
        return this.condition(node.test);
      case 'ForStatement':
        return this.first(node.init) + (node.test ? this.condition(node.test) : 0);
      default:
        return 0;
    }
  }

  private first(init: AnyNode | null | undefined): number {
    if (!init) return 0;
    return init.type === 'VariableDeclaration' ? this.statement(init) : this.running(init);
  }

  private initialised(init: AnyNode): number {
    return table.assign + this.value(init);
  }

  arm(node: AnyNode): number {
    return this.value(node);
  }

  passed(): number {
    return 0;
  }

  iteration(node: Loop): number {
    switch (node.type) {
      case 'DoWhileStatement':
      case 'WhileStatement':
        return this.condition(node.test);
      case 'ForStatement':
        return (node.test ? this.condition(node.test) : 0) + (node.update ? this.running(node.update) : 0);
      default:
        return 0;
    }
  }

  unreached(): number {
    return 0;
  }

  skipped(): number {
    return 0;
  }

  isImplicit(): boolean {
    return false;
  }

  /** Each name is looked up, in the order of the text; what is declared is added to those of the function. */
  entry(node: FunctionNode): number {
    const declared = new Set(declarations(node.body));
    const own = new Map(node.params.flatMap(patternNames).map(({ name }, index) => [name, index]));
    const owned = own.size + declared.size;
    const seen = new Set<string>();
    let cost = table.function + node.params.length * table.parameter;
    const visit = (inner: AnyNode): void => {
      if (inner.type === 'Identifier' && inner.name !== 'undefined' && !seen.has(inner.name)) {
        const { name } = inner;
        seen.add(name);
        cost += table.nameHeld + this.longName(name);
        const position = own.get(name);
        if (position !== undefined) cost += table.lookUp + position * table.name;
        else if (declared.has(name)) {
          cost += table.declared + own.size * table.name;
          own.set(name, own.size);
        } else {
          const { names, scopes } = this.distances.get(inner) ?? { names: owned, scopes: 1 };
          cost += table.lookUp + scopes * table.scope + (names - owned + own.size) * table.name;
        }
      }
      for (const child of children(inner)) visit(child);
    };
    visit(node.body);
    return cost;
  }

  private longName(name: string): number {
    return name.length > 4 && !this.options.shortNames ? table.longName : 0;
  }

  /** Returns the kind of a result. */
  private result(node: AnyNode): Result {
    switch (node.type) {
      case 'Identifier':
        return node.name === 'undefined' ? 'bare' : 'variable';
      case 'MemberExpression':
        return node.computed ? 'element' : 'variable';
      case 'Literal':
        return isBare(node) ? 'bare' : 'value';
      case 'UnaryExpression':
        return /[!~]/.test(node.operator) ? 'bare' : 'value';
      case 'AssignmentExpression':
        return this.result(node.left);
      case 'UpdateExpression':
        return node.prefix ? this.result(node.argument) : 'value';
      case 'SequenceExpression':
        return this.result(node.expressions.at(-1)!);
      default:
        return 'value';
    }
  }

  /** Cost of a value in a JsVar. */
  private value(node: AnyNode): number {
    return this.running(node) + this.taken(node);
  }

  private taken(node: AnyNode): number {
    switch (this.result(node)) {
      case 'variable':
        return table.readVariable;
      case 'element':
        return table.readElement;
      case 'bare':
        return node.type === 'Identifier' ? 0 : table.boxed;
      default:
        return 0;
    }
  }

  /** Whether it is true. */
  private condition(node: AnyNode): number {
    const running = this.running(node);
    return this.result(node) === 'bare' ? running : running + this.taken(node) + table.truth;
  }

  /** Without what becomes of what it leaves. */
  private running(node: AnyNode): number {
    switch (node.type) {
      case 'Identifier':
        return 0;
      case 'ThisExpression':
        return table.this;
      case 'Literal':
        return this.literal(node.value, isBare(node));
      case 'SequenceExpression':
        return this.all(node.expressions);
      case 'BinaryExpression':
        return this.binary(node.operator) + this.value(node.left) + this.value(node.right);
      case 'LogicalExpression':
        return table.logical + this.value(node.left);
      case 'ConditionalExpression':
        return this.condition(node.test);
      case 'UnaryExpression':
        return (node.operator === '-' ? table.negate : 0) + this.value(node.argument);
      case 'UpdateExpression':
        return (node.prefix ? table.update : table.updateBehind) + this.changed(node.argument);
      case 'AssignmentExpression': {
        const { operator, left, right } = node;
        if (operator !== '=') return table.compound + this.changed(left) + this.value(right);
        const isElement = this.result(left) === 'element';
        return (isElement ? table.assignElement : table.assign) + this.running(left) + this.value(right);
      }
      case 'MemberExpression':
        return this.member(node);
      case 'CallExpression':
        return table.call + this.callee(node.callee) + this.values(node.arguments);
      case 'NewExpression':
        return table.construct + this.running(node.callee) + this.values(node.arguments);
      case 'ObjectExpression':
        return table.object + node.properties.reduce((sum, each) => sum + table.objectProperty + this.running(each), 0);
      case 'Property':
        return this.value(node.value);
      case 'ArrayExpression':
        return table.array + children(node).reduce((sum, each) => sum + table.arrayElement + this.value(each), 0);
      default:
        return isFunction(node) ? 0 : this.all(children(node));
    }
  }

  private all(nodes: readonly AnyNode[]): number {
    return nodes.reduce((sum, each) => sum + this.running(each), 0);
  }

  private values(nodes: readonly AnyNode[]): number {
    return nodes.reduce((sum, each) => sum + this.value(each), 0);
  }

  private literal(value: unknown, bare: boolean): number {
    if (bare) return 0;
    return typeof value === 'string' ? table.string : table.float;
  }

  private binary(operator: string): number {
    if (operator === '===' || operator === '!==') return table.binary + table.strict;
    return table.binary + (operator === '/' ? table.divide : 0);
  }

  /** Cost of reading a target that is written again. */
  private changed(target: AnyNode): number {
    return this.running(target) + (this.result(target) === 'element' ? table.changeElement : 0);
  }

  private callee(node: AnyNode): number {
    // The compiler knows what the firmware has: it is not looked for.
    if (node.type === 'MemberExpression' && isLibraryObject(node.object)) return table.libraryFunction;
    return this.running(node);
  }

  private member({ object, property, computed }: Extract<AnyNode, { type: 'MemberExpression' }>): number {
    const whole = this.running(object);
    if (computed) return whole + table.element + this.value(property);
    const name = property.type === 'Identifier' ? property.name : '';
    return whole + (isLibraryName(object, name) ? table.libraryProperty : table.property);
  }
}

/** Whether a literal is one that code has in itself. */
function isBare({ raw, value }: Extract<AnyNode, { type: 'Literal' }>): boolean {
  if (typeof value === 'boolean') return true;
  return typeof value === 'number' && value < 2 ** 32 && /^(0x[\da-f]+|\d+)$/i.test(raw ?? '');
}

/** Names that a function declares, without its parameters. */
function declarations(body: AnyNode): string[] {
  const own = body.type === 'VariableDeclaration' ? body.declarations.map(({ id }) => id) : [];
  const names = own.flatMap(patternNames).map(({ name }) => name);
  return names.concat(
    ...children(body)
      .filter((each) => !isFunction(each))
      .map(declarations),
  );
}
