import { describe, expect, it } from 'vitest';
import { RegisterGraph } from '../../../../targets/compiler/thumb/register-graph.js';
import { FIRST_VIRTUAL } from '../../../../targets/compiler/thumb/virtual-code.js';
import fc from '../../../properties.js';

const COUNT = FIRST_VIRTUAL + 40;

function neighboursOf(graph: RegisterGraph, register: number): number[] {
  const found: number[] = [];
  for (let at = graph.start(register); at >= 0; at = graph.next(at)) found.push(graph.at(at));
  return found;
}

describe('the interference graph', () => {
  it('has the neighbours that sets would have, in the same order, also after merges', () => {
    const step = fc.record({
      a: fc.integer({ min: FIRST_VIRTUAL, max: COUNT - 1 }),
      b: fc.integer({ min: 0, max: COUNT - 1 }),
      merges: fc.integer({ max: 9 }).map((each) => each === 0),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 100, maxLength: 400 }), (steps) => {
        const graph = new RegisterGraph(COUNT);
        const sets = Array.from({ length: COUNT }, () => new Set<number>());
        const gone = new Set<number>();
        const connect = (a: number, b: number) => {
          if (a >= FIRST_VIRTUAL) sets[a].add(b);
          if (b >= FIRST_VIRTUAL) sets[b].add(a);
        };
        for (const { a, b, merges } of steps) {
          if (a === b || gone.has(a) || gone.has(b)) continue;
          if (!merges) {
            graph.connect(a, b);
            connect(a, b);
          } else if (!sets[a].has(b)) {
            graph.merge(b, a);
            gone.add(a);
            for (const each of sets[a]) {
              sets[each].delete(a);
              connect(each, b);
            }
          }
        }
        const left = sets.flatMap((set, register) =>
          register < FIRST_VIRTUAL || gone.has(register) ? [] : [{ register, expected: [...set] }],
        );
        expect(left.map(({ register }) => neighboursOf(graph, register))).toEqual(left.map(({ expected }) => expected));
        expect(left.map(({ register }) => graph.degree[register])).toEqual(left.map(({ expected }) => expected.length));
        for (const { register, expected } of left) {
          const all = Array.from(sets.keys()).filter((each) => !gone.has(each) && graph.areNeighbours(register, each));
          expect(all).toEqual(expected.sort((one, other) => one - other));
        }
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});
