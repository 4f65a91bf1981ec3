// The cost of the parts of a program on a board, as Espruino executes its text. Each token is read when control passes it. Code that
// does not run is parsed too, or, in braces, scanned. A name is looked up in one scope after the other.

import type { AnyNode, Token } from 'acorn';
import { STATEMENT_INSTRUCTIONS, statementSeconds } from '../../boards/slice.js';
import { isJitted } from '../language/jit-grammar.js';
import { children, type FunctionNode, isClass, isFunction } from '../language/scope.js';
import { instructions as table } from './cost-table.js';
import { isLibraryName } from './library-cost.js';
import { type Distance, isExpressionBody } from './name-distance.js';
import { isLoop, type Loop, type RunningCost, type Switch } from './running-cost.js';

/** The estimated time of `cost` S on a processor of `clock` Hz, in seconds. */
export function secondsOf(cost: number, clock: number): number {
  return cost * statementSeconds(clock);
}

/** Costs in S: the cost of one `a=a+1;` inside a function. */
export function costOfInstructions(count: number): number {
  return count / STATEMENT_INSTRUCTIONS;
}

/** Characters of a name that are compared at once. */
const SHORT_NAME = 4;

export interface TextOptions {
  /** Count names as if they were minified. */
  shortNames?: boolean;
  /** Functions are read where they lie, and not copied. */
  inStorage?: boolean;
  /** The board compiles functions that ask for it. */
  jit?: boolean;
}

/** Costs of the parts of an interpreted text. */
export class TextCost implements RunningCost {
  private readonly starts: number[];
  /** Sums over the tokens before each token. */
  private readonly reading: number[] = [0];
  private readonly parentheses: number[] = [0];

  constructor(
    tokens: readonly Token[],
    private readonly distances: ReadonlyMap<AnyNode, Distance>,
    private readonly options: TextOptions = {},
  ) {
    this.starts = tokens.map(({ start }) => start);
    let [read, open, end] = [0, 0, 0];
    tokens.forEach((token, index) => {
      read += this.readingOf(token) + table.otherCharacter * Math.max(0, token.start - end);
      if (groups(token, tokens[index - 1])) open++;
      this.reading.push(read);
      this.parentheses.push(open);
      ({ end } = token);
    });
  }

  private readingOf({ type, start, end }: Token): number {
    const more = end - start - 1;
    const { label, keyword } = type;
    if (label === 'num') return table.token + more * table.digit;
    if (label === 'name' || keyword !== undefined) return table.token + more * table.nameCharacter;
    if (/string|template|regexp/.test(label)) return table.token + more * table.otherCharacter;
    return table.token + more * table.operatorCharacter;
  }

  /** Reading what stands between two positions. */
  skipped(start: number, end: number): number {
    return this.between(this.reading, start, end);
  }

  private between(sums: number[], start: number, end: number): number {
    return end <= start ? 0 : sums[this.tokensBefore(end)] - sums[this.tokensBefore(start)];
  }

  private tokensBefore(position: number): number {
    let [low, high] = [0, this.starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** An expression where one stands alone, without the arms that need not run. */
  expression(node: AnyNode, start = node.start, end = node.end): number {
    const open = this.between(this.parentheses, start, end);
    return this.skipped(start, end) + table.expression + open * table.parentheses + this.running(node);
  }

  /** Cost of running an arm beyond that of parsing it; `after` is the end of the code before it. */
  arm(node: AnyNode, after: number): number {
    const open = this.between(this.parentheses, after, node.end);
    return open * (table.parentheses - table.idleParentheses) + this.running(node) - this.idle(node);
  }

  /** Expressions within the node that Espruino parses as such. */
  private inner(node: AnyNode): number {
    return table.expression + this.running(node);
  }

  /** Parsed only; parentheses are counted as if they ran. */
  private unrun(node: AnyNode, after: number): number {
    const open = this.between(this.parentheses, after, node.end);
    return open * (table.idleParentheses - table.parentheses) + this.idle(node);
  }

  private idle(node: AnyNode): number {
    if (isFunction(node) || isClass(node)) return table.idleOperand;
    switch (node.type) {
      case 'Identifier':
      case 'ThisExpression':
      case 'Literal':
      case 'TemplateLiteral':
        return table.idleOperand;
      default:
        return this.idleAll(children(node));
    }
  }

  private idleAll(nodes: readonly AnyNode[]): number {
    return nodes.reduce((sum, each) => sum + this.idle(each), 0);
  }

  /** An expression's parts, without reading their text. */
  private running(node: AnyNode): number {
    if (isFunction(node)) return this.made(node);
    if (isClass(node)) return table.functionMade * (1 + node.body.body.length);
    switch (node.type) {
      case 'Identifier':
        return table.identifier + this.lookUp(node, node.name);
      case 'ThisExpression':
        return table.otherLiteral;
      case 'Literal':
        return this.literal(node.raw ?? '', node.value);
      case 'TemplateLiteral':
        return table.string + node.expressions.reduce((sum, each) => sum + this.inner(each), 0);
      case 'SequenceExpression':
        return node.expressions.reduce((sum, each) => sum + this.inner(each), 0);
      case 'BinaryExpression':
        return this.binary(node.operator) + this.running(node.left) + this.running(node.right);
      case 'LogicalExpression':
        return table.logical + this.running(node.left) + this.unrun(node.right, node.left.end);
      case 'ConditionalExpression': {
        const { test, consequent, alternate } = node;
        const arms = this.unrun(consequent, test.end) + this.unrun(alternate, consequent.end);
        return table.conditional + this.running(test) + arms;
      }
      case 'UnaryExpression':
        return this.unary(node.operator) + this.running(node.argument);
      case 'UpdateExpression':
        return table.update + this.written(node.argument);
      case 'AssignmentExpression': {
        const kind = node.operator === '=' ? 0 : table.compound;
        return kind + this.written(node.left) + this.inner(node.right);
      }
      case 'MemberExpression':
        return this.member(node);
      case 'CallExpression':
      case 'NewExpression': {
        const args = node.arguments.reduce((sum, each) => sum + this.inner(each), 0);
        const kind = node.type === 'NewExpression' ? table.construct : table.call;
        return kind + this.running(node.callee) + args;
      }
      case 'ObjectExpression':
        return table.object + node.properties.reduce((sum, each) => sum + table.objectProperty + this.inner(each), 0);
      case 'Property':
        return this.inner(node.value);
      case 'ArrayExpression':
        return table.array + children(node).reduce((sum, each) => sum + table.arrayElement + this.inner(each), 0);
      default:
        return children(node).reduce((sum, each) => sum + this.running(each), 0);
    }
  }

  private made(node: FunctionNode): number {
    const { body, params } = node;
    const empty = table.functionMade + params.length * table.functionParameter;
    if (isEmpty(body)) return empty;
    const length = body.end - body.start;
    const { inStorage, jit } = this.options;
    const copied = inStorage ? 0 : length * table.functionCharacter;
    const compiled = jit && isJitted(node) ? length * table.compiledCharacter : 0;
    return empty + table.functionText + copied + compiled;
  }

  private lookUp(node: AnyNode, name: string): number {
    const long = name.length > SHORT_NAME && !this.options.shortNames ? table.longName : 0;
    const distance = this.distances.get(node);
    if (!distance) return long;
    const { names, scopes } = distance;
    return long + names * table.name + scopes * table.scope;
  }

  private literal(text: string, value: unknown): number {
    if (typeof value === 'string') return table.string + text.length * table.stringCharacter;
    if (typeof value !== 'number') return table.otherLiteral;
    if (/^0x|^\d+$/i.test(text)) return table.integer + text.length * table.integerDigit;
    return table.float + text.length * table.floatDigit;
  }

  private binary(operator: string): number {
    if (operator === '===' || operator === '!==') return table.binary + table.strict;
    return table.binary + (operator === '/' ? table.divide : 0);
  }

  private unary(operator: string): number {
    switch (operator) {
      case '-':
        return table.negate;
      case '~':
        return table.invert;
      case '+':
        return table.plus;
      default:
        return table.not;
    }
  }

  private written(target: AnyNode): number {
    const more = target.type === 'MemberExpression' && target.computed ? table.writeElement : 0;
    return more + this.running(target);
  }

  private member({ object, property, computed }: Extract<AnyNode, { type: 'MemberExpression' }>): number {
    const whole = this.running(object);
    if (computed) return whole + table.element + this.inner(property);
    const name = property.type === 'Identifier' ? property.name : '';
    return whole + (isLibraryName(object, name) ? table.libraryProperty : table.property);
  }

  // Statements, without those in them.

  statement(node: AnyNode): number {
    switch (node.type) {
      case 'ExpressionStatement':
        return this.expression(node.expression, node.start, node.end);
      case 'VariableDeclaration':
        return this.declaration(node);
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
        return this.skipped(node.start, node.end) + this.running(node);
      case 'BlockStatement':
        return table.block + 2 * table.token + (declaresNames(node) ? table.blockScope : 0);
      case 'IfStatement':
        return table.if + this.header(node.test, node.start, node.consequent.start);
      case 'ReturnStatement':
        return this.returned(node);
      case 'BreakStatement':
      case 'ContinueStatement':
        return this.skipped(node.start, node.end);
      case 'SwitchStatement': {
        const tests = node.cases.reduce((sum, { test }) => sum + table.case + (test ? this.inner(test) : 0), 0);
        return table.switch + this.inner(node.discriminant) + tests + this.skipped(node.start, node.end);
      }
      case 'TryStatement':
        return table.try;
      case 'ThrowStatement':
        return table.throw + this.expression(node.argument, node.start, node.end);
      case 'EmptyStatement':
        return table.token;
      default:
        return isLoop(node) ? this.loop(node) : 0;
    }
  }

  /** Whether a `return` is what Espruino left out when it kept the function. */
  isImplicit(node: AnyNode): boolean {
    return node.type === 'ReturnStatement' && !this.distances.has(node);
  }

  private header(node: AnyNode | null | undefined, start: number, end: number): number {
    return node ? this.expression(node, start, end) : this.skipped(start, end);
  }

  private declaration(node: Extract<AnyNode, { type: 'VariableDeclaration' }>): number {
    let cost = this.skipped(node.start, node.end);
    cost += this.between(this.parentheses, node.start, node.end) * table.parentheses;
    for (const { init } of node.declarations) cost += table.declarator + (init ? this.inner(init) : 0);
    return cost;
  }

  private returned(node: Extract<AnyNode, { type: 'ReturnStatement' }>): number {
    if (this.isImplicit(node)) return this.header(node.argument, node.start, node.end);
    return table.return + this.header(node.argument, node.start, node.end) + this.lookUp(node, '');
  }

  /** Cost of a loop before its first iteration, including the condition that ends it. */
  private loop(node: Loop): number {
    if (node.type === 'DoWhileStatement') return table.loop + this.skipped(node.start, node.body.start);
    if (node.type === 'WhileStatement') return table.loop + this.header(node.test, node.start, node.body.start);
    if (node.type === 'ForStatement') {
      const { init, test, update } = node;
      const inner = (part: AnyNode | null | undefined) => (part ? this.inner(part) : 0);
      const first =
        init?.type === 'VariableDeclaration'
          ? this.declaration(init) - this.skipped(init.start, init.end)
          : inner(init);
      const end = test ? this.inner(test) + this.skipped(test.start, test.end) : 0;
      const idle = update ? this.idle(update) : 0;
      return table.loop + this.skipped(node.start, node.body.start) + first + end + idle;
    }
    return table.loop + this.header(node.right, node.start, node.body.start) + this.skipped(node.body.start, node.end);
  }

  /** A statement that is passed over. */
  passed(node: AnyNode): number {
    const read = this.skipped(node.start, node.end);
    return node.type === 'BlockStatement' ? read + table.passedBlock : read + table.passedStatement + this.idle(node);
  }

  /** An iteration of a loop, besides its body. */
  iteration(node: Loop): number {
    const part = (each: AnyNode | null | undefined) => (each ? this.expression(each) + table.token : 0);
    if (node.type === 'ForStatement') return table.iteration + part(node.test) + part(node.update);
    if (node.type === 'DoWhileStatement') return table.iteration + part(node.test) + table.token;
    if (node.type === 'WhileStatement') return table.iteration + part(node.test);
    return (
      table.iteration +
      this.running(node.left.type === 'VariableDeclaration' ? node.left.declarations[0].id : node.left)
    );
  }

  /** The part of a loop's cost that an exit from within saves. */
  unreached(node: Loop | Switch): number {
    const test = node.type === 'ForStatement' || node.type === 'WhileStatement' ? node.test : null;
    return test ? this.expression(test) : 0;
  }

  /** Cost of a call in the function, before its first statement. */
  entry(node: FunctionNode): number {
    const parameters = node.params.length * table.parameter;
    if (isExpressionBody(node)) {
      const { body } = node;
      return (
        parameters +
        (isEmpty(body) ? 0 : table.expressionBody) +
        (body.type === 'BlockStatement' ? 0 : this.expression(body))
      );
    }
    return parameters + (isEmpty(node.body) ? 0 : table.functionBody);
  }
}

/** Whether a token opens parentheses around an expression, and not those of a call or statement. */
function groups(token: Token, before: Token | undefined): boolean {
  if (token.type.label !== '(') return false;
  if (!before) return true;
  const { label, keyword } = before.type;
  if (keyword !== undefined) return /^(return|typeof|void|delete|in|instanceof|throw|case|else|do)$/.test(keyword);
  return !(label === 'name' || label === ')' || label === ']' || label === '}');
}

/** Whether a function has no text, for Espruino. */
function isEmpty(body: AnyNode): boolean {
  if (body.type !== 'BlockStatement') return false;
  const [first] = body.body;
  return first === undefined || (first.type === 'ReturnStatement' && !first.argument);
}

function declaresNames(block: Extract<AnyNode, { type: 'BlockStatement' }>): boolean {
  return block.body.some((each) => each.type === 'VariableDeclaration' && each.kind !== 'var');
}
