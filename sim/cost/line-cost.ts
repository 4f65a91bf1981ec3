// The cost of each line of a function, for people who look for slow code.

import type { AnyNode, Token } from 'acorn';
import { isJitted } from '../language/jit-grammar.js';
import { parseProgram } from '../language/parser.js';
import { children, type FunctionNode, isFunction } from '../language/scope.js';
import { costOfInstructions, TextCost } from './cost.js';
import { JitCost } from './jit-cost.js';
import { nameDistances } from './name-distance.js';
import { isLoop, type RunningCost } from './running-cost.js';

export interface LineCost {
  /** In S, each time that it is reached: at least, where arms need not run, and at most. */
  least: number;
  most: number;
  /** The part of the cost that skips the text behind a return or break. */
  passed: number;
  /** How many loops it is in. */
  loops: number;
}

/**
 * The cost of each line of the text of a function, as part of a minified module that declares what the function uses first. A
 * line that begins a loop has the cost of an iteration, or of `do`; the line with the condition has it there.
 */
export function lineCosts(text: string): (LineCost | undefined)[] {
  const tokens: Token[] = [];
  // `require` puts this text around a program.
  const source = `(function(exports,module){var ${outerNames(text).join()};${text}\n})`;
  const program = parseProgram(source, tokens);
  const [wrapper] = children(program);
  const outer = children(wrapper)[0] as Extract<AnyNode, { type: 'FunctionExpression' }>;
  const [, made] = outer.body.body;
  if (!made || !isFunction(made)) return [];
  const distances = nameDistances(program);
  const options = { shortNames: true };
  const costs = isJitted(made) ? new JitCost(distances, options) : new TextCost(tokens, distances, options);
  return new LineCosts(costs).of(made);
}

function outerNames(text: string): string[] {
  const tokens: Token[] = [];
  parseProgram(text, tokens);
  const names = tokens.filter(({ type }) => type.label === 'name').map(({ start, end }) => text.slice(start, end));
  return [...new Set(names)];
}

class LineCosts {
  private readonly lines: (LineCost | undefined)[] = [];

  constructor(private readonly costs: RunningCost) {}

  of(made: FunctionNode): (LineCost | undefined)[] {
    this.add(made, this.costs.entry(made), 0);
    for (const each of children(made.body)) this.statement(each, made.end, 0, null);
    return this.lines;
  }

  private add(node: AnyNode, least: number, loops: number, most = least): void {
    const index = node.loc!.start.line - 1;
    const line = this.lines[index] ?? { least: 0, most: 0, passed: 0, loops };
    this.lines[index] = line;
    line.least += costOfInstructions(least);
    line.most += costOfInstructions(most);
    line.loops = Math.max(line.loops, loops);
  }

  /** `end` is where the function ends, `loop` the innermost one. */
  private statement(node: AnyNode, end: number, loops: number, loop: AnyNode | null): void {
    const { costs } = this;
    if (isLoop(node)) {
      this.add(node, 0, loops);
      const isDo = node.type === 'DoWhileStatement';
      if (isDo) this.add(node, costs.statement(node), loops);
      const [least, most] = this.arms(isDo ? node.test : node);
      const block = node.body.type === 'BlockStatement' ? costs.statement(node.body) : 0;
      const iteration = costs.iteration(node) + block;
      this.add(isDo ? node.test : node, iteration + least, loops + 1, iteration + most);
      const inner = node.body.type === 'BlockStatement' ? node.body.body : [node.body];
      for (const each of inner) this.statement(each, end, loops + 1, node);
      return;
    }
    const left =
      node.type === 'ReturnStatement'
        ? end
        : node.type === 'BreakStatement' || node.type === 'ContinueStatement'
          ? (loop?.end ?? end)
          : 0;
    const passed = costs.isImplicit(node) ? 0 : costs.skipped(node.end, left);
    const cost = costs.statement(node) + passed;
    const inner = children(node).filter(isStatement);
    const [least, most] =
      inner.length > 0 ? this.arms(...children(node).filter((each) => !isStatement(each))) : this.arms(node);
    this.add(node, cost + least, loops, cost + most);
    this.lines[node.loc!.start.line - 1]!.passed += costOfInstructions(passed);
    for (const each of inner) this.statement(each, end, loops, loop);
  }

  /** Returns the cost of running arms beyond that of skipping them: minimum and maximum. */
  private arms(...nodes: AnyNode[]): [number, number] {
    let [least, most] = [0, 0];
    for (const node of nodes) {
      if (isFunction(node)) continue;
      const [fewest, highest] = this.arms(...children(node).filter((each) => !isStatement(each)));
      if (node.type === 'LogicalExpression') {
        most += this.costs.arm(node.right, node.left.end);
      } else if (node.type === 'ConditionalExpression') {
        const taken = this.costs.arm(node.consequent, node.test.end);
        const other = this.costs.arm(node.alternate, node.consequent.end);
        least += Math.min(taken, other);
        most += Math.max(taken, other);
      }
      least += fewest;
      most += highest;
    }
    return [least, most];
  }
}

function isStatement(node: AnyNode): boolean {
  return /Statement$|^VariableDeclaration$/.test(node.type);
}
