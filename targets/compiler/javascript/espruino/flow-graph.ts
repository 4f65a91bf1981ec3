// The control flow of a function as a graph of basic blocks, with dominators and loops, from its structured intermediate code.
// Blocks that do nothing but jump are left out.

import type { Instruction, Label, Region } from '../../intermediate/instruction.js';
import { isInline } from '../../intermediate/nesting.js';
import { Operation } from '../../intermediate/operation.js';

export class BasicBlock {
  /** What is carried out, without what is nested in it, and without control. */
  readonly instructions: Instruction[] = [];
  /** An `If` or BranchTable, by whose operand a successor is chosen: first `then`, or by index, the default last. */
  choice: Instruction | null = null;
  /** None behind a return or trap. */
  successors: BasicBlock[] = [];
  predecessors: BasicBlock[] = [];
  /** In reverse postorder; -1 for what is never reached. */
  order = -1;
  dominator: BasicBlock | null = null;
  /** The innermost loop that it is in. */
  loop: Loop | null = null;
  /** Set for the first block of a loop. */
  header: Loop | null = null;
  /** Written where a block or loop before it ends, not where it is branched to. */
  isPlaced = false;
  /** Blocks to place behind this one: those it dominates and more than one edge leads to, in order. */
  readonly merges: BasicBlock[] = [];
  /** Blocks that are left for from the loop that this is the header of, in order. */
  readonly behind: BasicBlock[] = [];
}

export class Loop {
  readonly blocks = new Set<BasicBlock>();
  outer: Loop | null = null;

  constructor(readonly header: BasicBlock) {}
}

export interface FlowGraph {
  entry: BasicBlock;
  /** Those that are reached, in reverse postorder. */
  blocks: BasicBlock[];
}

/** Of a function whose values have been nested. */
export function flowGraph(body: Region): FlowGraph {
  const entry = new BasicBlock();
  new GraphBuilder().region(body, entry, null);
  skipEmpty(entry);
  const blocks = reversePostorder(entry);
  for (const block of blocks) for (const next of block.successors) next.predecessors.push(block);
  findDominators(blocks);
  findLoops(blocks);
  place(blocks);
  return { entry, blocks };
}

class GraphBuilder {
  private readonly targets = new Map<Label, BasicBlock>();

  /** Adds a region to `block`; behind it comes `next`, or the end of the function. */
  region(region: Region, start: BasicBlock, next: BasicBlock | null): void {
    let block = start;
    for (const [at, instruction] of region.entries()) {
      const { operation } = instruction;
      switch (operation) {
        case Operation.Branch:
          block.successors = [this.targets.get(instruction.label!)!];
          return;
        case Operation.BranchTable:
          block.choice = instruction;
          block.successors = instruction.labels!.map((label) => this.targets.get(label)!);
          return;
        case Operation.Return:
        case Operation.Unreachable:
        case Operation.TailCall:
        case Operation.TailCallIndirect:
          block.instructions.push(instruction);
          return;
        case Operation.Block:
        case Operation.Loop:
        case Operation.If: {
          const isLast = region.slice(at + 1).every(isInline);
          const after: BasicBlock | null = isLast ? next : new BasicBlock();
          this.structured(instruction, block, after);
          if (isLast) return;
          block = after!;
          break;
        }
        default:
          if (!isInline(instruction)) block.instructions.push(instruction);
      }
    }
    if (next !== null) block.successors = [next];
  }

  private structured(instruction: Instruction, block: BasicBlock, after: BasicBlock | null): void {
    const { operation, label, regions } = instruction;
    // What comes behind the end of the function.
    const end = after ?? new BasicBlock();
    if (operation === Operation.Loop) {
      const header = new BasicBlock();
      header.header = new Loop(header);
      this.targets.set(label!, header);
      block.successors = [header];
      this.region(regions![0], header, end);
      return;
    }
    if (label !== null) this.targets.set(label, end);
    if (operation === Operation.Block) {
      this.region(regions![0], block, end);
      return;
    }
    block.choice = instruction;
    block.successors = regions!.map(() => new BasicBlock());
    for (const [index, region] of regions!.entries()) this.region(region, block.successors[index], end);
    if (regions!.length === 1) block.successors.push(end);
  }
}

/** Lets edges lead past blocks that only jump. */
function skipEmpty(entry: BasicBlock): void {
  const seen = new Set<BasicBlock>([entry]);
  const open = [entry];
  for (let block = open.pop(); block !== undefined; block = open.pop()) {
    block.successors = block.successors.map((next) => {
      let found = next;
      while (found.instructions.length === 0 && found.choice === null && found.header === null) {
        if (found.successors.length === 0) break;
        found = found.successors[0];
      }
      return found;
    });
    for (const next of block.successors) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
}

function reversePostorder(entry: BasicBlock): BasicBlock[] {
  const done: BasicBlock[] = [];
  const seen = new Set<BasicBlock>([entry]);
  const stack: [BasicBlock, number][] = [[entry, 0]];
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

/** Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm. The graph is reducible: one round is enough. */
function findDominators(blocks: BasicBlock[]): void {
  for (const block of blocks) {
    let found: BasicBlock | null = null;
    for (const each of block.predecessors) {
      if (each.order >= block.order) continue;
      found = found === null ? each : commonDominator(found, each);
    }
    block.dominator = found;
  }
}

function commonDominator(one: BasicBlock, other: BasicBlock): BasicBlock {
  let [a, b] = [one, other];
  while (a !== b) {
    while (a.order > b.order) a = a.dominator!;
    while (b.order > a.order) b = b.dominator!;
  }
  return a;
}

function findLoops(blocks: BasicBlock[]): void {
  // Inner headers come later: the first loop that claims a block from behind is the innermost.
  for (const header of [...blocks].reverse()) {
    if (header.header === null) continue;
    const back = header.predecessors.filter((each) => each.order >= header.order);
    if (back.length === 0) {
      header.header = null;
      continue;
    }
    const loop = header.header;
    const open = [...back];
    loop.blocks.add(header);
    for (let block = open.pop(); block !== undefined; block = open.pop()) {
      if (loop.blocks.has(block)) continue;
      loop.blocks.add(block);
      open.push(...block.predecessors);
    }
    for (const block of loop.blocks) {
      if (block.loop === null) block.loop = loop;
      else {
        let inner = block.loop;
        while (inner.outer !== null && inner.outer !== loop) inner = inner.outer;
        if (inner !== loop) inner.outer = loop;
      }
    }
  }
}

/** Whether the block ends what is going on, in few words: it may be written wherever it is branched to. */
export function isShortExit({ instructions, successors }: BasicBlock): boolean {
  if (successors.length > 0 || instructions.length > 1) return false;
  if (instructions.length === 0) return true;
  const [{ operation, operands }] = instructions;
  if (operation === Operation.Unreachable) return true;
  return operation === Operation.Return && operands.length <= 1 && operands.every(isLeaf);
}

function isLeaf(value: Instruction): boolean {
  return isInline(value) && value.operands.length === 0;
}

/** Decides where blocks are written that are not written where the only branch to them is. */
function place(blocks: BasicBlock[]): void {
  for (const block of blocks) {
    const { dominator } = block;
    if (dominator === null || isShortExit(block)) continue;
    // What a loop does not contain is written behind it.
    let left: Loop | null = null;
    for (let loop = dominator.loop; loop !== null && !loop.blocks.has(block); loop = loop.outer) left = loop;
    if (left !== null) left.header.behind.push(block);
    else if (edgesTo(block) > 1) dominator.merges.push(block);
    else continue;
    block.isPlaced = true;
  }
}

/** Edges from before it, of which those of a table with indices in a row are one. */
function edgesTo(block: BasicBlock): number {
  let count = 0;
  for (const each of new Set(block.predecessors)) {
    if (each.order >= block.order) continue;
    for (const [index, next] of each.successors.entries())
      if (next === block && each.successors[index - 1] !== block) count++;
  }
  return count;
}
