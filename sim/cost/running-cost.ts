// The interface of a cost model, independent of how the text is executed.
import type { AnyNode } from 'acorn';
import type { FunctionNode } from '../language/scope.js';

/** Costs of the parts of a text, in instructions. */
export interface RunningCost {
  /** A statement, without those in it, and without the arms that need not run. */
  statement(node: AnyNode): number;
  /** Cost of running an arm beyond that of skipping it; `after` is the end of the code before it. */
  arm(node: AnyNode, after: number): number;
  /** A statement that is passed over. */
  passed(node: AnyNode): number;
  /** An iteration of a loop, besides its body. */
  iteration(node: Loop): number;
  /** The part of a loop's cost that an exit from within saves. */
  unreached(node: Loop | Switch): number;
  /** Cost of a call in the function, before its first statement. */
  entry(node: FunctionNode): number;
  /** Cost of skipping the code between two positions. */
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
