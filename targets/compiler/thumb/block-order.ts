// The order in which blocks are laid out: reverse postorder in which the blocks of a loop are together, and what traps, or runs with little
// fuel only, comes last.

import { type BasicBlock, dominates, type FlowGraph } from '../intermediate/flow-graph.js';
import { Operation } from '../intermediate/operation.js';

export function blockOrder({ entry }: FlowGraph, cold: ReadonlySet<BasicBlock>): BasicBlock[] {
  const done: BasicBlock[] = [];
  const seen = new Set<BasicBlock>([entry]);
  const open: BasicBlock[] = [entry];
  /** Of each open block: its successors that are not visited yet, the next one last. */
  const rest: BasicBlock[][] = [visitedFrom(entry)];
  while (open.length > 0) {
    const successor = rest[rest.length - 1].pop();
    if (successor === undefined) {
      done.push(open.pop()!);
      rest.pop();
    } else if (!seen.has(successor)) {
      seen.add(successor);
      open.push(successor);
      rest.push(visitedFrom(successor));
    }
  }
  done.reverse();
  if (cold.size === 0) return done;
  return [...done.filter((each) => !cold.has(each)), ...done.filter((each) => cold.has(each))];
}

/** Blocks that hardly ever run. */
export function coldBlocks({ entry, blocks }: FlowGraph): Set<BasicBlock> {
  const cold = new Set(blocks.filter(traps));
  const starts = blocks.flatMap(({ choice, successors }) =>
    choice?.operands[0].operation === Operation.FuelBelow ? [successors[0]] : [],
  );
  for (const start of starts) for (const block of blocks) if (dominates(start, block)) cold.add(block);
  cold.delete(entry);
  return cold;
}

/** Successors, the first to visit last: what leaves the loop is visited first, so that it is laid out last. */
function visitedFrom({ successors, loop }: BasicBlock): BasicBlock[] {
  const distinct = successors.length > 1 ? [...new Set(successors)] : successors.slice();
  if (loop === null || distinct.every((each) => loop.contains(each))) return distinct;
  return [...distinct.filter((each) => loop.contains(each)), ...distinct.filter((each) => !loop.contains(each))];
}

function traps({ instructions, successors }: BasicBlock): boolean {
  return successors.length === 0 && instructions.some(({ operation }) => operation === Operation.Unreachable);
}
