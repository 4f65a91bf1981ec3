import { describe, expect, it } from 'vitest';
import { type Liveness, liveness, livenessAfter } from '../../../../targets/compiler/thumb/liveness.js';
import { Code } from '../../../../targets/compiler/thumb/node.js';
import { spill } from '../../../../targets/compiler/thumb/spill.js';
import {
  FIRST_VIRTUAL,
  VirtualBlock,
  type VirtualFunction,
  VirtualInstruction,
} from '../../../../targets/compiler/thumb/virtual-code.js';

const VALUE = FIRST_VIRTUAL;
const OTHER = FIRST_VIRTUAL + 1;

/** Writes two values, adds one to the other in a loop, and returns; `writes` says which one the loop overwrites. */
function loop(writes: number): VirtualFunction {
  const [start, body, end] = [new VirtualBlock(1), new VirtualBlock(8), new VirtualBlock(1)];
  body.loop = { outer: null, preheader: start };
  const made = (block: VirtualBlock, code: Code, to: number[], from: number[]) =>
    block.instructions.push(new VirtualInstruction(code, to, from));
  made(start, Code.ContextLoad, [VALUE], []);
  made(start, Code.ContextLoad, [OTHER], []);
  made(start, Code.Jump, [], []);
  made(body, Code.Add, [writes], [VALUE, OTHER]);
  made(body, Code.Branch, [], [OTHER]);
  made(end, Code.Return, [], []);
  for (const [from, to] of [
    [start, body],
    [body, body],
    [body, end],
  ]) {
    from.successors.push(to);
    to.predecessors.push(from);
  }
  const blocks = [start, body, end];
  for (const [order, block] of blocks.entries()) block.order = order;
  return {
    index: 0,
    blocks,
    registers: FIRST_VIRTUAL + 2,
    temporary: new Set(),
    split: new Set(),
    slots: 1,
    outgoingWords: 0,
    calls: false,
  };
}

function keepOnStack(code: VirtualFunction, values: number[]): Uint8Array {
  return spill(code, {
    slots: new Map(values.map((value) => [value, 0])),
    repeated: new Map(),
    find: (register) => register,
    isAllocatable: () => true,
    areSplit: true,
  });
}

function spilled(code: VirtualFunction, values: number[]): string[][] {
  keepOnStack(code, values);
  return code.blocks.map(({ instructions }) => instructions.map((each) => Code[each.code]));
}

describe('a spilled value that a loop reads', () => {
  it('is loaded in front of the loop, into a register of its own', () => {
    const code = loop(OTHER);
    const [start, body] = spilled(code, [VALUE]);
    expect(start).toEqual(['ContextLoad', 'SlotStore', 'ContextLoad', 'SlotLoad', 'Jump']);
    expect(body).toEqual(['Add', 'Branch']);
    expect(code.split.has(code.blocks[1].instructions[0].reads[0])).toBe(true);
  });

  it('is loaded at each use where the loop writes it', () => {
    const [start, body] = spilled(loop(VALUE), [VALUE]);
    expect(start).toEqual(['ContextLoad', 'SlotStore', 'ContextLoad', 'Jump']);
    expect(body).toEqual(['SlotLoad', 'Add', 'SlotStore', 'Branch']);
  });

  it('is loaded at each use where that register is spilled, too', () => {
    const code = loop(OTHER);
    spilled(code, [VALUE]);
    const [split] = code.split;
    const [start, body] = spilled(code, [split]);
    expect(start.filter((each) => each === 'SlotLoad')).toHaveLength(1);
    expect(body).toEqual(['SlotLoad', 'Add', 'Branch']);
  });
});

function liveAtEnds({ blocks }: VirtualFunction, live: Liveness): number[][] {
  return blocks.map((_, block) => {
    const found: number[] = [];
    for (let at = live.start(block); at >= 0; at = live.next(at)) found.push(live.at(at));
    return found;
  });
}

describe('what is live after values were spilled', () => {
  it.each([
    ['a value that a loop reads', OTHER, VALUE],
    ['a value that a loop writes', VALUE, VALUE],
    ['another value than the one that a loop writes', VALUE, OTHER],
  ])('is found from what was live before: %s', (_, writes, value) => {
    const code = loop(writes);
    const before = liveness(code);
    const after = livenessAfter(before, code, keepOnStack(code, [value]));
    expect(liveAtEnds(code, after)).toEqual(liveAtEnds(code, liveness(code)));
    expect(liveAtEnds(code, after)).not.toEqual(liveAtEnds(code, before));
  });
});
