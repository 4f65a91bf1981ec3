// Gives floating nodes a block, and the nodes of each block an order (Click: Global Code Motion, Global Value Numbering, 1995). A
// node goes as deep as its users allow, but out of loops in which it stays the same; within a block, in front of its first user.

import { type BasicBlock, commonDominator, dominates } from '../intermediate/flow-graph.js';
import type { Lowering } from './lowering.js';
import { Code, type Node, type Use } from './node.js';
import { signLoads } from './signed-loads.js';
import { SunkSums } from './sunk-sums.js';

/** Pinned nodes that go where nothing uses them. */
const WITHOUT_EFFECTS: ReadonlySet<Code> = new Set([
  Code.Load,
  Code.ContextLoad,
  Code.MemorySize,
  Code.MemoryLimit,
  Code.Part,
  Code.Routine,
]);

/** Predecessors of a block at whose Phis is looked for each of these: a loop with one back edge has two. */
const MOST_EDGES = 2;

/** The most that an access shifts its index by. */
const MOST_INDEX_SHIFT = 3;

/** Values that an operation is the last to need, so that it stands where they are known: its result takes a register, too. */
const LEAST_FREED = 2;

/** The nodes of each block, in order; the last one ends it. */
export type Schedule = Map<BasicBlock, Node[]>;

export interface Placed {
  schedule: Schedule;
  /** The used Phis by block. */
  phis: Map<BasicBlock, Node[]>;
}

export function place(lowering: Lowering): Placed {
  return new Placement(lowering).run();
}

class Placement {
  private readonly lowering: Lowering;
  /** Floating nodes, operands in front of their users. */
  private readonly sorted: Node[] = [];
  private readonly phis = new Map<BasicBlock, Node[]>();
  /** The address of linear memory; null where accesses have no other form with it. */
  private memoryBase: Node | null = null;
  private readonly sunk: SunkSums;
  /** Nodes whose operands are being visited, and for each which operand comes next. */
  private readonly open: Node[] = [];
  private readonly next: number[] = [];

  constructor(lowering: Lowering) {
    this.lowering = lowering;
    this.sunk = new SunkSums(lowering.flow);
  }

  run(): Placed {
    this.findLive();
    if (this.lowering.graph.isThumb2) {
      signLoads(this.sorted);
      this.addMemoryBase();
    }
    for (let at = this.sorted.length - 1; at >= 0; at--) this.placeNode(this.sorted[at]);
    for (const node of this.sunk.made) this.sorted.push(node);
    return { schedule: this.order(), phis: this.phis };
  }

  private findLive(): void {
    const roots: Node[] = [];
    for (const nodes of this.lowering.graph.pinned.values())
      for (const node of nodes) if (!WITHOUT_EFFECTS.has(node.code)) roots.push(node);
    const waiting: Node[] = [];
    for (const root of roots) this.visit(root, waiting);
    // Phis are visited for themselves: their operands may come later.
    for (let phi = waiting.pop(); phi !== undefined; phi = waiting.pop()) {
      const { block, operands } = phi;
      const known = this.phis.get(block);
      if (known === undefined) this.phis.set(block, [phi]);
      else known.push(phi);
      for (let index = 0; index < operands.length; index++) {
        const operand = resolvedNode(operands[index]);
        operands[index] = operand;
        const isReached = block.predecessors[index].order >= 0;
        if (operand === phi || operand.code === Code.Constant || !isReached) continue;
        this.use(operand, { user: phi, block: block.predecessors[index] });
        this.visit(operand, waiting);
      }
    }
  }

  private use(node: Node, use: Use): void {
    if (node.uses.length === 0) node.uses = [use];
    else node.uses.push(use);
  }

  /** Marks a node and what it uses; sorts the floating ones. */
  private visit(root: Node, waiting: Node[]): void {
    if (root.isLive) return;
    root.isLive = true;
    if (root.code === Code.Phi) {
      waiting.push(root);
      return;
    }
    const { open, next } = this;
    open.push(root);
    next.push(0);
    while (open.length > 0) {
      const node = open[open.length - 1];
      const index = next[next.length - 1]++;
      if (index === node.operands.length) {
        if (!node.isPinned) this.sorted.push(node);
        open.pop();
        next.pop();
        continue;
      }
      const operand = resolvedNode(node.operands[index]);
      node.operands[index] = operand;
      if (isMadeInPlace(node, index)) continue;
      this.use(operand, { user: node, block: node.isPinned ? node.block : null });
      if (operand.isLive) continue;
      operand.isLive = true;
      if (operand.code === Code.Phi) waiting.push(operand);
      else {
        open.push(operand);
        next.push(0);
      }
    }
  }

  /** Has the address of linear memory, which is in a reserved register, in front of all nodes. */
  private addMemoryBase(): void {
    const { graph } = this.lowering;
    const base = graph.float(Code.MemoryAddress, [], { immediate: 0 });
    if (!base.isLive) this.sorted.unshift(base);
    base.isLive = true;
    this.memoryBase = base;
  }

  /**
   * Accesses at a sum of memory's address and a value get the value as an index instead, where the sum is needed later only, and not on
   * every path.
   */
  private takeIndices(sum: Node): void {
    const base = this.memoryBase;
    if (base === null || sum.code !== Code.BaseAdd || sum.amount > MOST_INDEX_SHIFT) return;
    const isDirect = ({ user }: Use) => {
      const isAccess = user.code === Code.Load || user.code === Code.Store;
      return (
        isAccess && user.hasImmediate && user.immediate === 0 && user.operands.indexOf(sum) === user.operands.length - 1
      );
    };
    const others = sum.uses.filter((use) => !isDirect(use));
    if (others.length === sum.uses.length) return;
    const needed = others.length === 0 ? null : latestOf(others);
    const [index] = sum.operands;
    sum.uses = sum.uses.filter((use) => {
      const { user } = use;
      if (!isDirect(use) || (needed !== null && dominates(needed, user.block))) return true;
      user.operands = [...user.operands.slice(0, -1), base, index];
      user.hasImmediate = false;
      user.amount = sum.amount;
      this.use(base, { user, block: user.block });
      this.use(index, { user, block: user.block });
      return false;
    });
  }

  private placeNode(node: Node): void {
    this.takeIndices(node);
    if (node.uses.length === 0) {
      this.drop(node);
      return;
    }
    if (node.code === Code.Parameter) {
      node.block = this.lowering.flow.entry;
      return;
    }
    const place = this.placeOf(node);
    if (this.lowering.graph.isThumb2 && this.sunk.sink(node, place)) {
      if (node.uses.length === 0) this.drop(node);
      else node.block = this.placeOf(node);
    } else node.block = place;
  }

  private drop(node: Node): void {
    for (const operand of node.operands) operand.uses = operand.uses.filter(({ user }) => user !== node);
  }

  /** The block where a node is computed: as late as possible, but out of loops in which it stays the same. */
  private placeOf({ uses, block: earliest }: Node): BasicBlock {
    let found = latestOf(uses);
    for (let loop = found.loop; loop !== null; loop = loop.outer) {
      const before = loop.header.dominator;
      if (before === null || before.order < earliest.order) break;
      found = before;
      // If the entry of the loop is in another loop, look at that one next.
    }
    return found;
  }

  private order(): Schedule {
    const { graph, flow, ends } = this.lowering;
    const floating = new Map<BasicBlock, Node[]>();
    for (const node of this.sorted) {
      if (node.uses.length === 0) continue;
      const known = floating.get(node.block);
      if (known === undefined) floating.set(node.block, [node]);
      else known.push(node);
    }
    const schedule: Schedule = new Map();
    for (const block of flow.blocks) {
      const list: Node[] = [];
      const end = ends.get(block)!;
      const add = (root: Node) => this.addWithOperands(root, block, list);
      // Before anything else overwrites the registers of parameters.
      if (block === flow.entry) for (const node of this.sorted) if (node.code === Code.Parameter) add(node);
      const floats = floating.get(block) ?? [];
      for (const node of graph.pinned.get(block)!) {
        if (node === end || !node.isLive) continue;
        for (const { user: phi } of node.uses) {
          if (phi.code !== Code.Phi || phi.operands.length > MOST_EDGES) continue;
          for (const { user } of phi.uses) if (isReadyUser(user, block)) add(user);
        }
        add(node);
        this.addFreeing(node, block, add);
      }
      for (const node of floats) if (!end.operands.includes(node)) add(node);
      add(end);
      schedule.set(block, list);
    }
    return schedule;
  }

  /**
   * Adds the first user of a node, then that of this one, and so on, while each is the last to need several values: these do not take
   * registers any longer then.
   */
  private addFreeing(node: Node, block: BasicBlock, add: (node: Node) => void): void {
    for (let user = node.uses[0]?.user; user !== undefined && isReadyUser(user, block); user = user.uses[0]?.user) {
      let freed = 0;
      for (const { uses, code } of user.operands) if (uses.length === 1 && code !== Code.Phi) freed++;
      if (freed < LEAST_FREED) return;
      add(user);
    }
  }

  /** Adds a node behind those of its operands that stand in the same block. */
  private addWithOperands(root: Node, block: BasicBlock, list: Node[]): void {
    if (root.isScheduled) return;
    const { open, next } = this;
    open.push(root);
    next.push(0);
    while (open.length > 0) {
      const node = open[open.length - 1];
      const index = next[next.length - 1]++;
      if (index === node.operands.length) {
        open.pop();
        next.pop();
        if (node.isScheduled) continue;
        node.isScheduled = true;
        list.push(node);
        continue;
      }
      const operand = node.operands[index];
      if (operand.isPinned || operand.code === Code.Phi || operand.block !== block || operand.isScheduled) continue;
      if (isMadeInPlace(node, index)) continue;
      open.push(operand);
      next.push(0);
    }
  }
}

/**
 * Whether a floating user of a Phi can stand here, in front of what the Phi becomes next: both can be in one register then.
 */
function isReadyUser({ operands, isScheduled, isPinned, code, block: own }: Node, block: BasicBlock): boolean {
  if (isScheduled || isPinned || code === Code.Phi || own !== block) return false;
  return operands.every((each) => each.code === Code.Phi || each.isScheduled || each.block !== block);
}

/** The last block that is on all ways to the uses. */
function latestOf(uses: readonly Use[]): BasicBlock {
  const blocks = uses.map(({ user, block }) => block ?? user.block);
  return blocks.reduce((latest, block) => commonDominator(latest, block));
}

/** Whether an operand of a node is a constant that is made where the node wants it, for this use alone. */
export function isMadeInPlace({ code, operands, words }: Node, index: number): boolean {
  const operand = operands[index];
  if (operand.code !== Code.Constant) return false;
  switch (code) {
    case Code.Call:
    case Code.Routine:
    case Code.RoutineCall:
    case Code.Return:
    case Code.TailCall:
    case Code.Phi:
      return true;
    case Code.CallAddress:
    case Code.TailCallAddress:
      return index > 0;
    case Code.AddIf:
    case Code.ApplyIf:
      return index === 0;
    case Code.Select: {
      const other = operands[1 - index];
      if (index > 1) return false;
      return isMovedImmediate(operand.immediate) || (index === 1 && other.code === Code.Constant);
    }
    case Code.AddWide:
    case Code.SubtractWide:
      // The carry is added to a word and a small constant.
      return index > words && operand.immediate >= 0 && operand.immediate < 256;
    default:
      return false;
  }
}

/** Whether an instruction moves the constant under a condition, on every processor. */
export function isMovedImmediate(value: number): boolean {
  return value >= 0 && value < 256;
}

function resolvedNode(node: Node): Node {
  let found = node;
  while (found.replacement !== null) found = found.replacement;
  return found;
}
