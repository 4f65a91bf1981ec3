// Texts that add the cost of what runs to the count of instructions and statements.

import type { AnyNode } from 'acorn';
import { costOfInstructions } from '../cost/cost.js';
import type { Loop, RunningCost, Switch } from '../cost/running-cost.js';
import { CHECKS } from './checks-name.js';

/** A function, or the program. */
export interface CountedBody {
  /** End of the body's text. */
  end: number;
  costs: RunningCost;
}

export class CostCounter {
  /** The statements that `break` leaves, outermost first; null at the start of a function. */
  private readonly loops: (Loop | Switch | null)[] = [];
  private readonly bodies: CountedBody[] = [];

  enter(body: CountedBody): void {
    if (this.bodies.length > 0) this.loops.push(null);
    this.bodies.push(body);
  }

  leave(): void {
    this.bodies.pop();
    this.loops.pop();
  }

  enterLoop(loop: Loop | Switch): void {
    this.loops.push(loop);
  }

  leaveLoop(): void {
    this.loops.pop();
  }

  /** Whether the place is in a loop or switch that is visited. */
  isInLoop(at: number): boolean {
    return this.loops.some((each) => each && each.start < at && at < each.end);
  }

  /** Costs of the function that is visited. */
  get costs(): RunningCost {
    return this.bodies.at(-1)!.costs;
  }

  /** Returns the text to insert before a statement. */
  statement(node: AnyNode): string {
    return this.add(this.costs.statement(node) + this.leaving(node), 1);
  }

  /** Cost of the text that a statement skips when it leaves others. */
  private leaving(node: AnyNode): number {
    const { costs } = this;
    if (node.type === 'ReturnStatement')
      return costs.isImplicit(node) ? 0 : costs.skipped(node.end, this.bodies.at(-1)!.end);
    if (node.type === 'ContinueStatement') {
      const loop = this.loops.filter((each) => each?.type !== 'SwitchStatement').at(-1);
      return loop ? costs.skipped(node.end, loop.end) : 0;
    }
    const left = this.loops.at(-1);
    if (node.type !== 'BreakStatement' || !left) return 0;
    return costs.skipped(node.end, left.end) - costs.unreached(left);
  }

  /** Adds `cost` instructions, and counts statements, as statements of their own. */
  add(cost: number, statements: number): string {
    const count = statements ? `${CHECKS}.n++;` : '';
    return `;${count}${this.increase(cost)};`;
  }

  /** Returns the counting text as an expression. */
  increase(cost: number): string {
    return `${CHECKS}.c+=${Number(costOfInstructions(cost).toFixed(3))}`;
  }

  /** Returns the text to insert before an expression that may not run; `after` is the end of the code before it. */
  arm(node: AnyNode, after: number): string {
    return this.increase(this.costs.arm(node, after));
  }
}
