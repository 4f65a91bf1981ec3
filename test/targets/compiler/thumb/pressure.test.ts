import { describe, expect, it } from 'vitest';
import { Interference } from '../../../../targets/compiler/thumb/interference.js';
import { liveness } from '../../../../targets/compiler/thumb/liveness.js';
import { Code } from '../../../../targets/compiler/thumb/node.js';
import { MOST_LIVE, relievePressure } from '../../../../targets/compiler/thumb/pressure.js';
import { registerFile } from '../../../../targets/compiler/thumb/register-file.js';
import { RegisterGraph } from '../../../../targets/compiler/thumb/register-graph.js';
import {
  FIRST_VIRTUAL,
  VirtualBlock,
  type VirtualFunction,
  VirtualInstruction,
} from '../../../../targets/compiler/thumb/virtual-code.js';

/** Loads so many values, and then adds them up, the last one first. */
function sumOf(values: number): VirtualFunction {
  const block = new VirtualBlock(1);
  const made = (code: Code, writes: number[], reads: number[]) =>
    block.instructions.push(new VirtualInstruction(code, writes, reads));
  for (let value = 0; value < values; value++) made(Code.ContextLoad, [FIRST_VIRTUAL + value], []);
  let sum = FIRST_VIRTUAL + values - 1;
  for (let value = values - 2; value >= 0; value--) {
    const next = FIRST_VIRTUAL + 2 * values - value;
    made(Code.Add, [next], [sum, FIRST_VIRTUAL + value]);
    sum = next;
  }
  made(Code.Move, [0], [sum]);
  made(Code.Return, [], [0]);
  return {
    index: 0,
    blocks: [block],
    registers: FIRST_VIRTUAL + 2 * values + 1,
    temporary: new Set(),
    split: new Set(),
    slots: 0,
    outgoingWords: 0,
    calls: false,
  };
}

function count({ blocks }: VirtualFunction, code: Code): number {
  return blocks.flatMap(({ instructions }) => instructions).filter((each) => each.code === code).length;
}

describe('many values that are live at once', () => {
  it('are kept on the stack before the graph is built, but for those that it takes', () => {
    const code = sumOf(MOST_LIVE + 100);
    relievePressure(code, liveness(code));
    expect([count(code, Code.SlotStore), count(code, Code.SlotLoad), code.slots]).toEqual([100, 100, 100]);
  });

  it('share slots where their ranges are apart', () => {
    const code = sumOf(MOST_LIVE + 100);
    const other = sumOf(MOST_LIVE + 100);
    for (const instruction of other.blocks[0].instructions)
      for (const list of [instruction.reads, instruction.writes])
        for (let at = 0; at < list.length; at++) if (list[at] >= FIRST_VIRTUAL) list[at] += code.registers;
    code.blocks[0].instructions.splice(-1, 1, ...other.blocks[0].instructions);
    code.registers += other.registers;
    relievePressure(code, liveness(code));
    expect([count(code, Code.SlotStore), code.slots]).toEqual([200, 100]);
  });

  it('are no more than the limit then', () => {
    const code = sumOf(1000);
    relievePressure(code, liveness(code));
    const graph = new RegisterGraph();
    const { mostLive } = new Interference(code, registerFile(true, false), graph, liveness(code), Infinity);
    expect(mostLive).toBeLessThanOrEqual(MOST_LIVE);
  });
});
