// Every numeric opcode, in every form of its operands and every use of its result, bit for bit against Node's WebAssembly.
import { describe, expect, test } from 'vitest';
import { Engine, large } from '../../src/index.js';
import { amount, everyNth } from '../amount.js';
import { engineFunction, formatOutcome, nodeFunction } from './execution.js';
import { sameResults } from './nan.js';
import { opcodeRows } from './opcode-rows.js';
import { inputsOf, opcodeModule } from './opcodes.js';
import { platform } from './platform.js';

// The places of traps do not matter here.
Error.stackTraceLimit = 0;

const MOST_DIFFERENCES = 5;

const engine = new Engine({ ...large, memoryBytes: 65536, instances: 1, modules: 1 });

describe('every numeric opcode gives what Node gives', () => {
  test.each(opcodeRows)('$mnemonic', (row) => {
    const { bytes, forms } = opcodeModule(row);
    engine.reset();
    const instance = engine.instantiate(engine.load(bytes));
    const node = new platform.Instance(new platform.Module(bytes));
    const differences: string[] = [];
    let calls = 0;
    for (const [turn, form] of forms.entries()) {
      const { name, results } = form;
      const ours = engineFunction(engine, engine.exportedFunction(instance, name));
      const nodes = nodeFunction(node, name);
      for (const values of everyNth(inputsOf(form), 6, turn)) {
        const found = ours(values);
        const expected = nodes(values);
        calls++;
        if (sameResults(results, found, expected)) continue;
        differences.push(`${name} (${values}): ${formatOutcome(found)}, Node: ${formatOutcome(expected)}`);
        if (differences.length === MOST_DIFFERENCES) break;
      }
      if (differences.length === MOST_DIFFERENCES) break;
    }
    expect(differences).toEqual([]);
    expect(calls).toBeGreaterThan(amount(50, 300));
  });
});
