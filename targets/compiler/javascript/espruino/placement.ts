// The blocks of a function as they are printed for Espruino: without blocks that only jump, and with a position for each block that is
// not printed at the only branch to it.

import {
  type FlowGraph,
  type FlowNode,
  findDominators,
  findLoops,
  flowGraph,
  type BasicBlock as GraphBlock,
  Loop as GraphLoop,
  reversePostorder,
} from '../../intermediate/flow-graph.js';
import type { Instruction, Region } from '../../intermediate/instruction.js';
import { isInline } from '../../intermediate/nesting.js';
import { Operation } from '../../intermediate/operation.js';

export type Loop = GraphLoop<BasicBlock>;
export type PlacedGraph = FlowGraph<BasicBlock>;

export class BasicBlock implements FlowNode<BasicBlock> {
  /** The instructions of the block, without nested values and control flow. */
  readonly instructions: readonly Instruction[];
  readonly choice: Instruction | null;
  successors: BasicBlock[] = [];
  predecessors: BasicBlock[] = [];
  order = -1;
  dominator: BasicBlock | null = null;
  depth = 0;
  jump: BasicBlock | null = null;
  loop: Loop | null = null;
  header: Loop | null = null;
  /** Whether it is printed at the end of an earlier block or loop, not where it is branched to. */
  isPlaced = false;
  /** Blocks to print after this one: those that it dominates and that have more than one predecessor, in order. */
  readonly merges: BasicBlock[] = [];
  /** If this is a loop header: the targets outside the loop to which the loop exits, in order. */
  readonly behind: BasicBlock[] = [];

  constructor({ instructions, choice, header }: GraphBlock) {
    this.instructions = instructions.filter((each) => !isInline(each));
    this.choice = choice;
    if (header !== null) this.header = new GraphLoop<BasicBlock>(this);
  }
}

/** Returns the graph of a function whose values have been nested. */
export function placedGraph(body: Region): PlacedGraph {
  const graph = flowGraph(body);
  const made = new Map(graph.blocks.map((block) => [block, new BasicBlock(block)]));
  for (const [from, block] of made) block.successors = from.successors.map((next) => made.get(next)!);
  const entry = made.get(graph.entry)!;
  for (const block of made.values()) block.successors = block.successors.map(pastEmpty);
  const blocks = reversePostorder(entry);
  for (const block of blocks) for (const next of block.successors) next.predecessors.push(block);
  findDominators(blocks);
  findLoops(blocks);
  place(blocks);
  return { entry, blocks };
}

/** Redirects edges past blocks that only jump. */
function pastEmpty(block: BasicBlock): BasicBlock {
  let found = block;
  while (found.instructions.length === 0 && found.choice === null && found.header === null) {
    if (found.successors.length === 0) break;
    found = found.successors[0];
  }
  return found;
}

/** Whether the block is short and ends the function: it may be printed wherever it is branched to. */
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

/** Chooses the positions of blocks that are not printed at the only branch to them. */
function place(blocks: BasicBlock[]): void {
  for (const block of blocks) {
    const { dominator } = block;
    if (dominator === null || isShortExit(block)) continue;
    // Blocks outside a loop are printed after it.
    let left: Loop | null = null;
    for (let loop = dominator.loop; loop !== null && !loop.contains(block); loop = loop.outer) left = loop;
    if (left !== null) left.header.behind.push(block);
    else if (edgesTo(block) > 1) dominator.merges.push(block);
    else continue;
    block.isPlaced = true;
  }
}

/** Number of forward edges to the block; edges of a table with consecutive indices count as one. */
function edgesTo(block: BasicBlock): number {
  let count = 0;
  for (const each of new Set(block.predecessors)) {
    if (each.order >= block.order) continue;
    for (const [index, next] of each.successors.entries())
      if (next === block && each.successors[index - 1] !== block) count++;
  }
  return count;
}
