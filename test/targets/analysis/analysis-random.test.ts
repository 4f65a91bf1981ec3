// Tests with random modules that exact needs are exact, and that longest paths are bounds.

import { describe, expect, it } from 'vitest';
import type { CapacityName } from '../../../src/index.js';
import { analyseModule } from '../../../targets/analysis/analysis.js';
import { Bound, capacitiesOf } from '../../../targets/analysis/need.js';
import { readModule } from '../../../targets/module/read-module.js';
import { amount } from '../../amount.js';
import { wat } from '../../core/wat.js';
import { randomModule } from '../../differential/random-module.js';
import fc from '../../properties.js';
import { callAll, callsOf, EXHAUSTED, instantiateWith, missingCapacity } from './exact-engine.js';

const MODULES = amount(60, 120);
const PART = 30;
/** Limits that only calls reach. */
const RUNNING: CapacityName[] = ['callDepth', 'valueSlots'];

describe('random modules', () => {
  it.each(Array.from({ length: MODULES / PART }, (_, index) => index * PART))('seeds from %i', (from) => {
    let bounded = 0;
    let tight = 0;
    for (let seed = from; seed < from + PART; seed++) {
      const { bytes } = randomModule(seed);
      const { needs, memory } = analyseModule(readModule(bytes), { memoryBytes: 65536 });
      const capacities = { ...capacitiesOf(needs), memoryBytes: 65536 };
      expect(memory.declared).toBeGreaterThan(0);
      for (const name of RUNNING) if (needs[name].bound === Bound.AtLeast) capacities[name] = 65536;
      const results = callAll(bytes, instantiateWith(bytes, capacities), callsOf(bytes, 1));
      if (needs.callDepth.bound !== Bound.AtLeast) {
        expect([seed, results.join('\n')]).not.toEqual([seed, expect.stringContaining(EXHAUSTED)]);
        bounded++;
      }
      for (const [name, { needed, exact }] of Object.entries(needs)) {
        if (!exact || needed === 0 || name === 'memoryBytes' || RUNNING.includes(name as CapacityName)) continue;
        const less = { ...capacities, [name]: needed - 1 };
        expect([seed, name, missingCapacity(() => instantiateWith(bytes, less))]).toEqual([seed, name, name]);
        tight++;
      }
    }
    expect(tight).toBeGreaterThan(PART * 8);
    expect(bounded).toBeGreaterThan(0);
  });
});

interface RandomFunction {
  parameters: number;
  locals: number;
  /** Operands that lie below the arguments of each call, and how far behind this function the callee stands. */
  calls: { operands: number; distance: number; tail: boolean }[];
}

const functions = fc.array(
  fc.record({
    parameters: fc.nat(3),
    locals: fc.nat(5),
    calls: fc.array(fc.record({ operands: fc.nat(4), distance: fc.integer({ min: 1, max: 4 }), tail: fc.boolean() }), {
      maxLength: 2,
    }),
  }),
  { minLength: 1, maxLength: 9 },
);

/** Functions of which each makes all of its calls, to later ones. A tail call is the last one. */
function callingModule(list: RandomFunction[], tails: boolean): string {
  const bodies = list.map(({ parameters, locals, calls }, index) => {
    const text: string[] = [];
    for (const { operands, distance, tail } of calls) {
      const callee = list[index + distance];
      if (!callee) continue;
      const last = tail && tails;
      const below = last ? 0 : operands;
      text.push(...Array.from({ length: below + callee.parameters }, () => 'i32.const 1'));
      text.push(`${last ? 'return_call' : 'call'} $f${index + distance}`);
      if (last) break;
      text.push(...Array.from({ length: below }, () => 'drop'));
    }
    const types = (count: number) => ' i32'.repeat(count);
    return `(func $f${index} (param${types(parameters)}) (local${types(locals)}) ${text.join(' ')})`;
  });
  return `(module ${bodies.join('\n')} (export "f" (func $f0)))`;
}

describe('functions that make all of their calls', () => {
  const parameters = (list: RandomFunction[]) => [{ name: 'f', values: list[0].parameters > 0 ? [1] : [] }];

  it('take exactly the call depth that is stated', () => {
    fc.assert(
      fc.property(functions, (list) => {
        const bytes = wat(callingModule(list, false));
        const { needs } = analyseModule(readModule(bytes));
        const { needed } = needs.callDepth;
        const run = (callDepth: number) =>
          callAll(bytes, instantiateWith(bytes, { ...capacitiesOf(needs), callDepth }), parameters(list)).join();
        expect(run(needed)).not.toContain(EXHAUSTED);
        expect(run(needed - 1)).toContain(EXHAUSTED);
      }),
      { numRuns: 300 },
    );
  });

  it('take exactly the value slots that are stated, with tail calls too', () => {
    fc.assert(
      fc.property(functions, (list) => {
        const bytes = wat(callingModule(list, true));
        const { needs } = analyseModule(readModule(bytes));
        const { needed } = needs.valueSlots;
        const run = (valueSlots: number) => {
          const capacities = { ...capacitiesOf(needs), callDepth: 64, valueSlots };
          return callAll(bytes, instantiateWith(bytes, capacities), parameters(list)).join();
        };
        expect(run(needed)).not.toContain(EXHAUSTED);
        if (needed > 0) expect(run(needed - 1)).toContain(EXHAUSTED);
      }),
      { numRuns: 300 },
    );
  });
});
