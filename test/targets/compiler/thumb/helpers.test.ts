// The hand-written routines of the native tier return what Node computes, and change no more registers and stack than they say.
import { describe, expect, it } from 'vitest';
import { HelperProcessor } from '../../../../bench/native/helper-processor.js';
import { assemble } from '../../../../machine/thumb/assemble.js';
import { CORTEX_M0_PLUS, CORTEX_M3 } from '../../../../machine/thumb/cpu.js';
import { helpersFor, linkedHelpers } from '../../../../targets/compiler/thumb/helpers/index.js';
import { wrongResults } from './helper-check.js';
import { expectations } from './helper-expectations.js';

/** Without results of their own: other routines call them. */
const PARTS = ['__wasm_f64_compare', '__wasm_f32_compare', '__wasm_f64_pack', '__wasm_f32_pack'];

describe.each([
  ['ARMv6-M', CORTEX_M0_PLUS],
  ['Thumb-2', CORTEX_M3],
] as const)('routines for %s', (_, cpu) => {
  const table = helpersFor(cpu);
  const target = new HelperProcessor(cpu);
  const entries = [...table.keys()].filter((entry) => !PARTS.includes(entry));

  it('are known to this test', () => {
    expect(entries.filter((entry) => !(entry in expectations))).toEqual([]);
  });

  it.each(entries)('%s returns what Node computes, in the stack that it states', (entry) => {
    target.stackUsed();
    expect(wrongResults(target, entry, 1, 300, 3)).toEqual([]);
    expect(target.stackUsed()).toBe(table.get(entry)!.stackBytes);
  });

  it('name what they call', () => {
    for (const unit of new Set(table.values())) {
      const { relocations } = assemble(unit.text, cpu);
      expect([...new Set(relocations.map(({ symbol }) => symbol))].sort()).toEqual([...unit.calls].sort());
    }
  });

  it('have labels of their own', () => {
    const labels = [...new Set(table.values())].flatMap((unit) => [...assemble(unit.text, cpu).labels.keys()]);
    expect(labels.filter((label, index) => labels.indexOf(label) !== index)).toEqual([]);
  });
});

describe('linked routines', () => {
  it('are those asked for and those that they call, each once', () => {
    const linked = linkedHelpers(CORTEX_M0_PLUS, ['__aeabi_dmul', '__aeabi_ldivmod', '__aeabi_ddiv']);
    expect(linked.map(({ entries }) => entries[0])).toEqual([
      '__aeabi_dmul',
      '__wasm_f64_pack',
      '__wasm_umull',
      '__aeabi_ldivmod',
      '__aeabi_uldivmod',
      '__aeabi_uidivmod',
      '__aeabi_ddiv',
    ]);
  });

  it('have to exist', () => {
    expect(() => linkedHelpers(CORTEX_M3, ['__aeabi_none'])).toThrow('no routine __aeabi_none for v7-M');
  });
});
