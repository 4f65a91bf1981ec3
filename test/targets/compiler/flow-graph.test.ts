// The graph of basic blocks of a function: edges, dominators, loops, and Phis as parameters of blocks.
import { describe, expect, it } from 'vitest';
import { FunctionBuilder } from '../../../targets/compiler/intermediate/builder.js';
import { Definitions, findDefinitions } from '../../../targets/compiler/intermediate/definitions.js';
import { dominates, type FlowGraph, flowGraph } from '../../../targets/compiler/intermediate/flow-graph.js';
import type { FunctionCode } from '../../../targets/compiler/intermediate/instruction.js';
import { espruinoCosts } from '../../../targets/compiler/javascript/espruino/passes.js';
import { simplifier } from '../../../targets/compiler/passes/runner.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';

function builtOf(body: string): FunctionCode {
  const code = readModule(wat(`(module (func (param i32 i32) (result i32) (local i32) ${body}))`));
  return new FunctionBuilder(code, { fuel: false, simplify: simplifier(), costs: espruinoCosts }).build(0);
}

function graphOf(body: string): FlowGraph {
  const built = builtOf(body);
  findDefinitions(built);
  return flowGraph(built.body);
}

/** Each block as `order -> successors`, by dominator, with its number of Phis. */
const shape = ({ blocks }: FlowGraph) =>
  blocks.map(
    ({ order, successors, dominator, phis }) =>
      `${order} -> ${successors.map((each) => each.order)} (${dominator?.order ?? '-'}) ${phis.length}`,
  );

describe('a flow graph', () => {
  it('has an edge for each arm, and Phis with an operand for each edge', () => {
    const graph = graphOf(`(if (local.get 0) (then (local.set 2 (i32.const 1))) (else (local.set 2 (local.get 1))))
      (local.get 2)`);
    expect(shape(graph)).toEqual(['0 -> 1,2 (-) 0', '1 -> 3 (0) 0', '2 -> 3 (0) 0', '3 ->  (0) 1']);
    const join = graph.blocks[3];
    expect(join.phis[0].operands.length).toBe(join.predecessors.length);
  });

  it('has an edge for a branch from inside, in the order of the text', () => {
    const graph = graphOf(`(block (br_if 0 (local.get 0)) (local.set 2 (i32.const 1)) (br_if 0 (local.get 1))
      (local.set 2 (i32.const 2))) (local.get 2)`);
    const join = graph.blocks.at(-1)!;
    expect(join.predecessors).toHaveLength(3);
    expect(join.phis[0].operands.map(({ operation }) => operation)).toHaveLength(3);
    expect(join.dominator).toBe(graph.entry);
  });

  it('has one edge for all entries of a table that lead to one block', () => {
    const graph = graphOf('(block (block (br_table 0 1 0 1 0 (local.get 0))) (return (i32.const 1))) (i32.const 2)');
    const [entry] = graph.blocks;
    expect(entry.successors).toHaveLength(5);
    for (const next of new Set(entry.successors)) expect(next.predecessors).toEqual([entry]);
  });

  it('finds loops, the ones around them, and what they contain', () => {
    const { blocks } = graphOf(`(loop (loop (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if 0 (local.get 0)))
      (local.set 1 (i32.sub (local.get 1) (i32.const 1))) (br_if 0 (local.get 1)))
      (local.get 0)`);
    const loops = blocks.flatMap(({ header }) => header ?? []);
    expect(loops).toHaveLength(2);
    const [outer, inner] = loops;
    expect(inner.outer).toBe(outer);
    expect(outer.inner).toEqual([inner]);
    expect(outer.contains(inner.header)).toBe(true);
    expect(inner.contains(outer.header)).toBe(false);
    expect([...outer.blocks()]).toEqual(expect.arrayContaining([...inner.blocks()]));
    for (const block of blocks) expect(outer.contains(block) && !dominates(outer.header, block)).toBe(false);
    expect(outer.contains(blocks.at(-1)!)).toBe(false);
  });

  it('takes no loop for one that nothing branches back to', () => {
    const { blocks } = graphOf('(loop (br_if 1 (i32.const 0) (local.get 0)) (return (i32.const 1))) (unreachable)');
    expect(blocks.every(({ header, loop }) => header === null && loop === null)).toBe(true);
  });
});

describe('definitions', () => {
  const LEVELS = 60;

  it('have no Phis of results that are read inside, however deep blocks nest', () => {
    const open = '(i32.add (i32.const 1) (if (result i32) (local.get 0) (then (i32.const 7)) (else ';
    const definitions = new Definitions(builtOf(`${open.repeat(LEVELS)} (local.get 1) ${')))'.repeat(LEVELS)}`));
    definitions.run();
    const { phis } = definitions as unknown as { phis: unknown[] };
    expect(phis.length).toBeLessThanOrEqual(2 * LEVELS);
  });

  it('keep a Phi that an earlier read of a loop around it needs', () => {
    const graph = graphOf(`(loop (if (i32.lt_s (local.get 2) (i32.const 9)) (then (return (i32.const 1))))
      (if (local.get 1) (then (local.set 2 (i32.const 5))))
      (br 0)) (unreachable)`);
    expect(graph.blocks.flatMap(({ phis }) => phis.filter(({ index }) => index === 2))).toHaveLength(2);
  });
});
