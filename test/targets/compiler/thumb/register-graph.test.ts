import { describe, expect, it } from 'vitest';
import { RegisterGraph } from '../../../../targets/compiler/thumb/register-graph.js';
import { FIRST_VIRTUAL } from '../../../../targets/compiler/thumb/virtual-code.js';
import fc from '../../../properties.js';

const COUNT = FIRST_VIRTUAL + 40;
/** For the tests whether two registers may be one. */
const COLOURS = 10;

function neighboursOf(graph: RegisterGraph, register: number): number[] {
  const found = Array.from({ length: FIRST_VIRTUAL }, (_, each) => each).filter((each) =>
    graph.areNeighbours(register, each),
  );
  for (let at = graph.start(register); at >= 0; at = graph.next(at)) found.push(graph.at(at));
  return found.sort((one, other) => one - other);
}

describe('the interference graph', () => {
  it('takes no more room when a chain of registers is merged from its end', () => {
    const LENGTH = 200;
    const graph = new RegisterGraph();
    graph.reset(FIRST_VIRTUAL + 2 * LENGTH);
    for (let link = 0; link < LENGTH; link++) graph.connect(FIRST_VIRTUAL + link, FIRST_VIRTUAL + LENGTH + link);
    graph.finish();
    const { size } = graph;
    for (let link = LENGTH - 1; link > 0; link--) graph.merge(FIRST_VIRTUAL + link - 1, FIRST_VIRTUAL + link);
    expect([graph.degree[FIRST_VIRTUAL], graph.size]).toEqual([LENGTH, size]);
  });

  it('has the neighbours that sets would have, and says of them what those would, also after merges', () => {
    const step = fc.record({
      a: fc.integer({ min: FIRST_VIRTUAL, max: COUNT - 1 }),
      b: fc.integer({ min: 0, max: COUNT - 1 }),
    });
    const steps = (most: number) => fc.array(step, { maxLength: most });
    const graph = new RegisterGraph();
    fc.assert(
      fc.property(steps(400), steps(40), (edges, merges) => {
        graph.reset(COUNT);
        const sets = Array.from({ length: COUNT }, () => new Set<number>());
        const gone = new Set<number>();
        const connect = (a: number, b: number) => {
          if (a >= FIRST_VIRTUAL) sets[a].add(b);
          if (b >= FIRST_VIRTUAL) sets[b].add(a);
        };
        for (const { a, b } of edges) {
          if (a === b) continue;
          if (b < FIRST_VIRTUAL) graph.connectFixed(a, 1 << b);
          else graph.connect(a, b);
          connect(a, b);
        }
        graph.finish();
        for (const { a, b } of merges) {
          if (a === b || gone.has(a) || gone.has(b) || sets[a].has(b)) continue;
          graph.merge(b, a);
          gone.add(a);
          for (const each of sets[a]) {
            sets[each].delete(a);
            connect(each, b);
          }
        }
        const left = sets.flatMap((set, register) =>
          register < FIRST_VIRTUAL || gone.has(register) ? [] : [{ register, expected: [...set] }],
        );
        expect(left.map(({ register }) => neighboursOf(graph, register))).toEqual(
          left.map(({ expected }) => expected.sort((one, other) => one - other)),
        );
        expect(left.map(({ register }) => graph.degree[register])).toEqual(left.map(({ expected }) => expected.length));
        for (const { register, expected } of left) {
          const all = Array.from(sets.keys()).filter((each) => !gone.has(each) && graph.areNeighbours(register, each));
          expect(all).toEqual(expected);
        }
        const isEasy = (register: number) => register >= FIRST_VIRTUAL && sets[register].size < COLOURS;
        for (const { register: one } of left)
          for (const { register: other } of left) {
            if (one === other || sets[one].has(other)) continue;
            const fits = [...sets[other]].every((each) => sets[one].has(each) || isEasy(each));
            expect(graph.fitsOther(one, other, COLOURS)).toBe(fits);
          }
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});
