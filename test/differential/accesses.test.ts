// Every memory access, at every edge of the memory and however its address comes about, against Node's WebAssembly.
import { describe, expect, test } from 'vitest';
import { Engine, large } from '../../src/index.js';
import { amount, everyNth, isFull } from '../amount.js';
import { loadModule, MAXIMUM, PAGE, storeModule } from './accesses.js';
import { engineFunction, firstDifference, formatOutcome, memoryOf, nodeFunction, nodeMemory } from './execution.js';
import { sameResults } from './nan.js';
import { loadRows, type OpcodeRow, storeRows } from './opcode-rows.js';
import { inputsOf, type OpcodeModule } from './opcodes.js';
import { platform } from './platform.js';

// Most of the calls trap, and where is of no interest.
Error.stackTraceLimit = 0;

const MOST_DIFFERENCES = 5;

const engine = new Engine({ ...large, memoryBytes: MAXIMUM * PAGE, instances: 1, modules: 1 });

/** The differences found, and how many calls were made: before the memory grows and after. */
function compare({ bytes, forms }: OpcodeModule): { differences: string[]; calls: number } {
  engine.reset();
  const instance = engine.instantiate(engine.load(bytes));
  const node = new platform.Instance(new platform.Module(bytes));
  const differences: string[] = [];
  let calls = 0;
  for (let pages = 1; pages <= MAXIMUM; pages++) {
    for (const [turn, form] of forms.entries()) {
      const { name, results } = form;
      const ours = engineFunction(engine, engine.exportedFunction(instance, name));
      const nodes = nodeFunction(node, name);
      for (const values of everyNth(inputsOf(form), 5, turn)) {
        const found = ours(values);
        const expected = nodes(values);
        calls++;
        if (sameResults(results, found, expected)) continue;
        differences.push(`${name} (${values}): ${formatOutcome(found)}, Node: ${formatOutcome(expected)}`);
        if (differences.length === MOST_DIFFERENCES) return { differences, calls };
      }
      const difference = firstDifference(memoryOf(engine, instance), nodeMemory(node, 'memory'));
      if (difference < 0) continue;
      differences.push(`${name}: the memories differ from byte ${difference} on`);
      return { differences, calls };
    }
    if (pages < MAXIMUM) {
      expect(engineFunction(engine, engine.exportedFunction(instance, 'grow'))([])).toEqual([pages]);
      expect(nodeFunction(node, 'grow')([])).toEqual([pages]);
    }
  }
  return { differences, calls };
}

function check(module: OpcodeModule): void {
  const { differences, calls } = compare(module);
  expect(differences).toEqual([]);
  expect(calls).toBeGreaterThan(amount(600, 3000));
}

describe('memory accesses do what Node does', () => {
  test.each(loadRows)('$mnemonic', (row: OpcodeRow) => check(loadModule(row, !isFull)));
  test.each(storeRows)('$mnemonic', (row: OpcodeRow) => check(storeModule(row, !isFull)));
});
