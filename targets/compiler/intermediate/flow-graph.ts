// The control flow of a function as a graph of basic blocks, with dominators and loops. Phis are parameters of blocks: each has
// one operand for each edge into its block, in the order of `predecessors`.

import { ControlWalk, type Merge } from './control-walk.js';
import { type Instruction, NO_OPERANDS, type Region } from './instruction.js';
import { Operation } from './operation.js';

/** The part of a node that algorithms on graphs need. A back end may have nodes of its own. */
export interface FlowNode<Node> {
  successors: Node[];
  predecessors: Node[];
  /** In reverse postorder; -1 for what is never reached. */
  order: number;
  /** Immediate dominator; null for the entry. */
  dominator: Node | null;
  /** Number of its dominators. */
  depth: number;
  /** A dominator further up, for fast queries: see `findDominators`. Null for the entry. */
  jump: Node | null;
  /** The innermost loop that contains it. */
  loop: Loop<Node> | null;
  /** The loop whose header this is. */
  header: Loop<Node> | null;
}

export class BasicBlock implements FlowNode<BasicBlock> {
  /** Set by `findDefinitions`, which must have been run for them to hold. */
  phis: readonly Instruction[] = NO_OPERANDS;
  /** In order, without control; a return, trap or tail call ends it. */
  readonly instructions: Instruction[] = [];
  /** An `If` or BranchTable, by whose operand a successor is chosen: first `then`, or by index, the default last. */
  choice: Instruction | null = null;
  /** None behind a return or trap, nor at the end of the function. */
  successors: BasicBlock[] = [];
  /** One predecessor for each edge; the edges of a table to one block count once. */
  predecessors: BasicBlock[] = [];
  order = -1;
  dominator: BasicBlock | null = null;
  depth = 0;
  jump: BasicBlock | null = null;
  loop: Loop<BasicBlock> | null = null;
  header: Loop<BasicBlock> | null = null;
}

/** A natural loop: the graphs are reducible, as control is structured. */
export class Loop<Node> {
  readonly header: Node;
  outer: Loop<Node> | null = null;
  readonly inner: Loop<Node>[] = [];
  /** Blocks of it that no inner loop contains, the header among them. */
  readonly own: Node[] = [];

  constructor(header: Node) {
    this.header = header;
  }

  contains(block: { readonly loop: Loop<Node> | null }): boolean {
    for (let loop = block.loop; loop !== null; loop = loop.outer) if (loop === this) return true;
    return false;
  }

  /** All its blocks. */
  *blocks(): Generator<Node> {
    const open: Loop<Node>[] = [this];
    for (let loop = open.pop(); loop !== undefined; loop = open.pop()) {
      yield* loop.own;
      open.push(...loop.inner);
    }
  }
}

export interface FlowGraph<Node = BasicBlock> {
  entry: Node;
  /** Reachable nodes, in reverse postorder. */
  blocks: Node[];
}

export function flowGraph(body: Region): FlowGraph {
  return new GraphBuilder().build(body);
}

/** The block that control goes to, while the walk is inside of what leads there. */
interface Target extends Merge {
  block: BasicBlock;
  /** The block in front of the construct. */
  start: BasicBlock;
}

class GraphBuilder extends ControlWalk<Target> {
  private readonly entry = new BasicBlock();
  private block = this.entry;

  build(body: Region): FlowGraph {
    this.walk(body);
    const blocks = reversePostorder(this.entry);
    findDominators(blocks);
    findLoops(blocks);
    return { entry: this.entry, blocks };
  }

  private edge(from: BasicBlock, to: BasicBlock): void {
    from.successors.push(to);
    to.predecessors.push(from);
  }

  protected instruction(instruction: Instruction): void {
    const { operation, labels } = instruction;
    if (operation === Operation.If) this.block.choice = instruction;
    else if (operation === Operation.BranchTable) {
      this.block.choice = instruction;
      this.block.successors = labels!.map(({ depth }) => this.open[depth].block);
    } else this.block.instructions.push(instruction);
  }

  protected enter(owner: Instruction): Target {
    return { owner, block: new BasicBlock(), start: this.block };
  }

  protected join({ block }: Target): void {
    // The successors of a table have their order.
    if (this.block.choice?.operation === Operation.BranchTable) block.predecessors.push(this.block);
    else this.edge(this.block, block);
  }

  protected leave({ owner, block }: Target): boolean {
    block.phis = owner.phis ?? NO_OPERANDS;
    this.block = block;
    return block.predecessors.length > 0;
  }

  protected override enterArm({ start }: Target): void {
    this.block = new BasicBlock();
    this.edge(start, this.block);
  }

  protected override enterLoop({ owner, block }: Target): void {
    this.edge(this.block, block);
    block.phis = owner.phis ?? NO_OPERANDS;
    block.header = new Loop(block);
    this.block = block;
  }

  protected override leaveLoop(): void {
    const behind = new BasicBlock();
    this.edge(this.block, behind);
    this.block = behind;
  }
}

/** Numbers the blocks that are reached, and returns them. */
export function reversePostorder<Node extends FlowNode<Node>>(entry: Node): Node[] {
  const done: Node[] = [];
  const seen = new Set<Node>([entry]);
  const stack: [Node, number][] = [[entry, 0]];
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const [block, index] = top;
    if (index === block.successors.length) {
      done.push(block);
      stack.pop();
      continue;
    }
    top[1]++;
    // The last first, so that the first successor comes first in the order.
    const next = block.successors[block.successors.length - 1 - index];
    if (seen.has(next)) continue;
    seen.add(next);
    stack.push([next, 0]);
  }
  done.reverse();
  for (const [order, block] of done.entries()) block.order = order;
  return done;
}

/**
 * Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm. The graph is reducible: one round is enough. Jumps make the search for
 * a common dominator take logarithmic time (Myers: An Applicative Random-Access Stack).
 */
export function findDominators<Node extends FlowNode<Node>>(blocks: readonly Node[]): void {
  for (const block of blocks) {
    let found: Node | null = null;
    for (const each of block.predecessors) {
      if (each.order < 0 || each.order >= block.order) continue;
      found = found === null ? each : commonDominator(found, each);
    }
    block.dominator = found;
    if (found === null) continue;
    block.depth = found.depth + 1;
    const jump: Node | null = found.jump;
    const isBalanced = jump !== null && found.depth - jump.depth === jump.depth - (jump.jump ?? jump).depth;
    block.jump = isBalanced ? (jump.jump ?? jump) : found;
  }
}

/** The dominator of a block that has so many dominators itself. */
function dominatorAt<Node extends FlowNode<Node>>(block: Node, depth: number): Node {
  let found = block;
  while (found.depth > depth) found = found.jump!.depth >= depth ? found.jump! : found.dominator!;
  return found;
}

/** The last block that every way to both leads through. */
export function commonDominator<Node extends FlowNode<Node>>(one: Node, other: Node): Node {
  const depth = Math.min(one.depth, other.depth);
  let [a, b] = [dominatorAt(one, depth), dominatorAt(other, depth)];
  while (a !== b) {
    const isBelow = a.jump !== b.jump;
    a = isBelow ? a.jump! : a.dominator!;
    b = isBelow ? b.jump! : b.dominator!;
  }
  return a;
}

/** Whether every way to `block` leads through the other one. Both must be reached. */
export function dominates<Node extends FlowNode<Node>>(other: Node, block: Node): boolean {
  return dominatorAt(block, other.depth) === other;
}

/** Finds the loops of blocks whose `header` is set if they may start one, and unsets it where they do not. */
export function findLoops<Node extends FlowNode<Node>>(blocks: readonly Node[]): void {
  // Inner headers come later: the first loop that claims a block from behind is the innermost.
  for (let at = blocks.length - 1; at >= 0; at--) {
    const header = blocks[at];
    const loop = header.header;
    if (loop === null) continue;
    const open = header.predecessors.filter((each) => each.order >= header.order);
    if (open.length === 0) {
      header.header = null;
      continue;
    }
    header.loop = loop;
    for (let block = open.pop(); block !== undefined; block = open.pop()) {
      if (block.order < 0) continue;
      if (block.loop === null) {
        block.loop = loop;
        open.push(...block.predecessors);
        continue;
      }
      let inner = block.loop;
      while (inner.outer !== null) inner = inner.outer;
      if (inner === loop) continue;
      inner.outer = loop;
      loop.inner.push(inner);
      open.push(...inner.header.predecessors.filter((each) => each.order < inner.header.order));
    }
  }
  for (const block of blocks) block.loop?.own.push(block);
}
