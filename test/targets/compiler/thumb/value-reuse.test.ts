import { describe, expect, it } from 'vitest';
import { Code } from '../../../../targets/compiler/thumb/node.js';
import { reuseValues } from '../../../../targets/compiler/thumb/value-reuse.js';
import { VirtualBlock, VirtualInstruction } from '../../../../targets/compiler/thumb/virtual-code.js';

type Row = [code: Code, writes: number[], reads: number[], immediate?: number];

function blockOf(rows: readonly Row[]): VirtualBlock {
  const block = new VirtualBlock(1);
  for (const [code, writes, reads, immediate = 0] of rows) {
    const made = new VirtualInstruction(code, writes, reads);
    made.immediate = immediate;
    block.instructions.push(made);
  }
  return block;
}

/** Returns the remaining code of a chain of blocks as text. */
function left(...rows: Row[][]): string[][] {
  const blocks = rows.map(blockOf);
  for (const [index, block] of blocks.slice(1).entries()) block.predecessors.push(blocks[index]);
  reuseValues({
    index: 0,
    blocks,
    registers: 16,
    temporary: new Set(),
    split: new Set(),
    slots: 4,
    outgoingWords: 0,
    calls: false,
  });
  return blocks.map(({ instructions }) =>
    instructions.map(({ code, writes, reads }) => `${Code[code]} ${[...writes, ...reads].join()}`),
  );
}

describe('values that registers hold already', () => {
  it('are not loaded again, and moved to other registers', () => {
    const load = (to: number): Row => [Code.SlotLoad, [to], [], 1];
    expect(left([[Code.SlotStore, [], [0], 1], load(0), load(2)])).toEqual([['SlotStore 0', 'Move 2,0']]);
  });

  it('are known in a block to which only one leads', () => {
    const constant: Row = [Code.Constant, [3], [], 1000];
    expect(left([constant, [Code.Jump, [], []]], [constant, [Code.Return, [], []]])).toEqual([
      ['Constant 3', 'Jump '],
      ['Return '],
    ]);
  });

  it('are loaded again behind what overwrites the register or the slot', () => {
    const load: Row = [Code.SlotLoad, [0], [], 1];
    const rows: Row[] = [load, [Code.Add, [0], [1, 2]], load, [Code.SlotStore, [], [3], 1], load];
    expect(left(rows)).toEqual([['SlotLoad 0', 'Add 0,1,2', 'SlotLoad 0', 'SlotStore 3', 'Move 0,3']]);
  });

  it('are not stored where the slot has them', () => {
    const rows: Row[] = [
      [Code.SlotLoad, [0], [], 1],
      [Code.SlotStore, [], [0], 1],
      [Code.SlotStore, [], [0], 2],
    ];
    expect(left(rows)).toEqual([['SlotLoad 0', 'SlotStore 0']]);
  });

  it('are made again where that is as short as a move', () => {
    const rows: Row[] = [
      [Code.Constant, [0], [], 7],
      [Code.Constant, [1], [], 7],
    ];
    expect(left(rows)).toEqual([['Constant 0', 'Constant 1']]);
  });
});
