// Every pair of numeric instructions of which the second takes the result of the first, against Node's WebAssembly.
import { describe, expect, test } from 'vitest';
import { Engine, large } from '../../src/index.js';
import { parameter } from './choices.js';
import { engineFunction, firstDifference, formatOutcome, memoryOf, nodeFunction, nodeMemory } from './execution.js';
import { sameResults } from './nan.js';
import { bitsType } from './opcodes.js';
import { platform } from './platform.js';
import { firstRows, PAGE, sequenceModule } from './sequences.js';

const MOST_DIFFERENCES = 5;

// The places of traps do not matter here.
Error.stackTraceLimit = 0;

const engine = new Engine({ ...large, memoryBytes: PAGE, instances: 1, modules: 1 });

describe('pairs of instructions give what Node gives', () => {
  test.each(firstRows)('$mnemonic and what takes its result', (row) => {
    const { bytes, forms } = sequenceModule(row);
    engine.reset();
    const instance = engine.instantiate(engine.load(bytes));
    const node = new platform.Instance(new platform.Module(bytes));
    const differences: string[] = [];
    for (const { name, inputs, results } of forms) {
      const ours = engineFunction(engine, engine.exportedFunction(instance, name));
      const nodes = nodeFunction(node, name);
      // Take one operand of each list at a time.
      for (const index of inputs[0].values.keys()) {
        const values = inputs.map(({ type, values }) => parameter(bitsType(type), values[index]));
        const found = ours(values);
        const expected = nodes(values);
        if (sameResults(results, found, expected)) continue;
        differences.push(`${name} (${values}): ${formatOutcome(found)}, Node: ${formatOutcome(expected)}`);
      }
      if (differences.length >= MOST_DIFFERENCES) break;
    }
    expect(differences).toEqual([]);
    const difference = firstDifference(memoryOf(engine, instance), nodeMemory(node, 'memory'));
    expect(difference).toBe(-1);
  });
});
