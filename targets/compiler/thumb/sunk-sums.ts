// Computes values that take one instruction again, where that is better than to keep them. A value that only some arms of a branch use
// is computed in each of these. A value that would stand in front of a loop, and is what a Phi in the loop becomes next, is computed on
// the edge, where it takes the place of a move.

import type { BasicBlock, FlowGraph } from '../intermediate/flow-graph.js';
import { LOOP_WEIGHT } from '../intermediate/loop-weight.js';
import { Code, Node, type Use } from './node.js';

/** Blocks in which a value is computed instead of one: each takes an instruction, and most are arms of tables. */
const MOST_COPIES = 12;
/** Operands of a user that are searched for the node: Phis may have thousands. */
const MOST_EDGES = 64;
/** Of the runs of the place where it would be computed once: the share of those in which it is computed. */
const MOST_SHARE = 0.99;

/** Operations of a register and a constant. */
const CHEAP: ReadonlySet<Code> = new Set([
  Code.Add,
  Code.Subtract,
  Code.And,
  Code.ShiftLeft,
  Code.ShiftRightUnsigned,
  Code.ShiftRightSigned,
]);

export class SunkSums {
  private readonly flow: FlowGraph;
  /** By the order of blocks: how often they are assumed to run for each call. */
  private frequencies: Float64Array | null = null;
  /** The nodes that it has made. */
  readonly made: Node[] = [];

  constructor(flow: FlowGraph) {
    this.flow = flow;
  }

  /** Takes uses from a node whose place would be `place`, and gives them nodes of their own. Returns whether it took any. */
  sink(node: Node, place: BasicBlock): boolean {
    if (!CHEAP.has(node.code) || !node.hasImmediate) return false;
    return this.toEdges(node, place) || this.toArms(node, place);
  }

  private toEdges(node: Node, place: BasicBlock): boolean {
    const [base] = node.operands;
    const isMoved = ({ user, block }: Use) => {
      if (user.code !== Code.Phi || user.operands.length > MOST_EDGES) return false;
      if (block === null || block.loop === null || block.loop.contains(place)) return false;
      // The copy comes behind the moves to the other Phis.
      return base.code !== Code.Phi || base.block !== user.block;
    };
    if (!node.uses.some(isMoved)) return false;
    for (const use of node.uses) {
      if (!isMoved(use)) continue;
      const { user, block } = use;
      const copy = this.copyOf(node, block!);
      copy.isOnEdge = true;
      base.uses.push({ user: copy, block });
      replaceOperands(user, node, copy, block);
    }
    node.uses = node.uses.filter((use) => !isMoved(use));
    return true;
  }

  private toArms(node: Node, place: BasicBlock): boolean {
    if (node.uses.length < 2) return false;
    const blocks = new Set(node.uses.map(blockOf));
    if (blocks.size < 2 || blocks.size > MOST_COPIES || blocks.has(place)) return false;
    if (node.uses.some(({ user }) => user.operands.length > MOST_EDGES)) return false;
    let total = 0;
    for (const block of blocks) total += this.frequencyOf(block);
    if (total > this.frequencyOf(place) * MOST_SHARE) return false;
    for (const block of blocks) {
      const copy = this.copyOf(node, block);
      copy.uses = node.uses.filter((use) => blockOf(use) === block);
      node.operands[0].uses.push({ user: copy, block: null });
      this.made.push(copy);
      for (const use of copy.uses) replaceOperands(use.user, node, copy, use.block);
    }
    node.uses = [];
    return true;
  }

  private copyOf(node: Node, block: BasicBlock): Node {
    const copy = new Node(node.code, [...node.operands], block);
    copy.takeDetails(node);
    copy.isLive = true;
    return copy;
  }

  private frequencyOf(block: BasicBlock): number {
    this.frequencies ??= frequenciesOf(this.flow);
    return this.frequencies[block.order];
  }
}

function blockOf({ user, block }: Use): BasicBlock {
  return block ?? user.block;
}

/** `from`: for a Phi, the block of the edge. */
function replaceOperands(user: Node, node: Node, by: Node, from: BasicBlock | null): void {
  const { operands, block } = user;
  for (let index = 0; index < operands.length; index++) {
    if (operands[index] !== node) continue;
    if (user.code === Code.Phi && block.predecessors[index] !== from) continue;
    operands[index] = by;
  }
}

/** By the order of blocks; the arms of a branch run equally often. */
function frequenciesOf({ blocks }: FlowGraph): Float64Array {
  const found = new Float64Array(blocks.length);
  found[0] = 1;
  for (const { order, header, successors } of blocks) {
    if (header !== null) found[order] *= LOOP_WEIGHT;
    for (const successor of successors)
      if (successor.order > order) found[successor.order] += found[order] / successors.length;
  }
  return found;
}
