// The order in which blocks are laid out: reverse postorder in which the blocks of a loop are together, and what traps comes last.

import type { BasicBlock, FlowGraph } from '../intermediate/flow-graph.js';
import { Operation } from '../intermediate/operation.js';

export function blockOrder({ entry, blocks }: FlowGraph): BasicBlock[] {
  const done: BasicBlock[] = [];
  const seen = new Set<BasicBlock>([entry]);
  const open: [BasicBlock, BasicBlock[]][] = [[entry, visitedFrom(entry)]];
  while (open.length > 0) {
    const [block, next] = open[open.length - 1];
    const successor = next.shift();
    if (successor === undefined) {
      done.push(block);
      open.pop();
    } else if (!seen.has(successor)) {
      seen.add(successor);
      open.push([successor, visitedFrom(successor)]);
    }
  }
  done.reverse();
  const cold = new Set(blocks.filter(isCold));
  cold.delete(entry);
  return [...done.filter((each) => !cold.has(each)), ...done.filter((each) => cold.has(each))];
}

/** Successors in the order to visit: what leaves the loop first, so that it is laid out last. */
function visitedFrom({ successors, loop }: BasicBlock): BasicBlock[] {
  const distinct = [...new Set(successors)].reverse();
  const leaves = (each: BasicBlock) => loop !== null && !loop.contains(each);
  return [...distinct.filter(leaves), ...distinct.filter((each) => !leaves(each))];
}

function isCold({ instructions, successors }: BasicBlock): boolean {
  return successors.length === 0 && instructions.some(({ operation }) => operation === Operation.Unreachable);
}
