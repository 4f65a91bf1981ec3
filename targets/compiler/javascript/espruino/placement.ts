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

  constructor(instructions: readonly Instruction[], choice: Instruction | null, header: GraphBlock['header'] = null) {
    this.instructions = instructions;
    this.choice = choice;
    if (header !== null) this.header = new GraphLoop<BasicBlock>(this);
  }
}

/** Returns the graph of a function whose values have been nested. */
export function placedGraph(body: Region): PlacedGraph {
  const graph = flowGraph(body);
  const made = new Map(
    graph.blocks.map((block) => {
      const { instructions, choice, header } = block;
      return [
        block,
        new BasicBlock(
          instructions.filter((each) => !isInline(each)),
          choice,
          header,
        ),
      ];
    }),
  );
  for (const [from, block] of made) block.successors = from.successors.map((next) => made.get(next)!);
  const entry = made.get(graph.entry)!;
  for (const block of made.values()) block.successors = block.successors.map(pastEmpty);
  for (const block of reversePostorder(entry)) giveOwnExit(block);
  const blocks = reversePostorder(entry);
  for (const block of blocks) for (const next of block.successors) next.predecessors.push(block);
  findDominators(blocks);
  findLoops(blocks);
  place(blocks);
  return { entry, blocks };
}

/**
 * A short exit to which the condition of a loop leads, at its end or its start, becomes a block of its own: placed after the loop, it
 * leaves the loop its condition.
 */
function giveOwnExit(block: BasicBlock): void {
  const { successors, choice } = block;
  if (choice === null || choice.operation === Operation.BranchTable || successors[0] === successors[1]) return;
  const continues = successors.some((next) => next.header !== null && next.order <= block.order);
  if (!continues && (block.header === null || block.instructions.length > 0)) return;
  block.successors = successors.map((next) =>
    isShortExit(next) ? new BasicBlock(next.instructions, next.choice) : next,
  );
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
  // A loop with several exits would have to say which of them was taken.
  const ends = new Map<Loop, BasicBlock[]>();
  for (const block of blocks) {
    const loop = block.dominator !== null && isShortExit(block) ? endedLoop(block) : null;
    if (loop !== null) ends.set(loop, [...(ends.get(loop) ?? []), block]);
  }
  for (const [{ header }, [block, ...more]] of ends) {
    if (more.length > 0 || header.behind.length > 0) continue;
    header.behind.push(block);
    block.isPlaced = true;
  }
}

/** The loop, in no other one, whose own exit the block is: control falls to it when the loop's condition does not hold. */
function endedLoop({ dominator, predecessors }: BasicBlock): Loop | null {
  const loop = predecessors.length === 1 ? dominator!.loop : null;
  if (loop === null || loop.outer !== null || dominator!.choice === null) return null;
  const { header } = loop;
  const ends = dominator!.successors.includes(header) || (dominator === header && header.instructions.length === 0);
  return ends ? loop : null;
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
