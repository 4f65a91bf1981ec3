// The interface of a cost model, independent of how the text is executed.
import type { AnyNode } from 'acorn';
import type { FunctionNode } from '../language/scope.js';

/** Costs of the parts of a text, in instructions. */
export interface RunningCost {
  /** A statement, without those in it, and without the arms that need not run. */
  statement(node: AnyNode): number;
  /** What running an arm takes more than not running it; `after` is where what stands before it ends. */
  arm(node: AnyNode, after: number): number;
  /** A statement that is passed over. */
  passed(node: AnyNode): number;
  /** An iteration of a loop, besides its body. */
  iteration(node: Loop): number;
  /** What leaving the loop from within does not take of it. */
  unreached(node: Loop | Switch): number;
  /** What a call takes in the function, before its first statement. */
  entry(node: FunctionNode): number;
  /** What stands between two positions, and is passed over. */
  skipped(start: number, end: number): number;
  /** Whether a `return` is none where it is executed. */
  isImplicit(node: AnyNode): boolean;
}

export type Loop = Extract<AnyNode, { body: unknown; type: `${string}Statement` }> & { type: LoopType };
type LoopType = 'ForStatement' | 'WhileStatement' | 'DoWhileStatement' | 'ForInStatement' | 'ForOfStatement';

export type Switch = Extract<AnyNode, { type: 'SwitchStatement' }>;

export function isLoop(node: AnyNode): node is Loop {
  return /^(For|ForIn|ForOf|While|DoWhile)Statement$/.test(node.type);
}
