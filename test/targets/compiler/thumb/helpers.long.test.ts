// The routines of the native tier return what Node computes, on many more operands than helpers.test.ts tries.
import { describe, expect, it } from 'vitest';
import { HelperProcessor } from '../../../../bench/native/helper-processor.js';
import { CORTEX_M0_PLUS, CORTEX_M3 } from '../../../../machine/thumb/cpu.js';
import { helpersFor } from '../../../../targets/compiler/thumb/helpers/index.js';
import { wrongResults } from './helper-check.js';
import { expectations } from './helper-expectations.js';

const ARITHMETIC = ['__aeabi_dadd', '__aeabi_dsub', '__aeabi_dmul', '__aeabi_ddiv', '__wasm_f64_sqrt'];

describe.each([
  ['ARMv6-M', CORTEX_M0_PLUS],
  ['Thumb-2', CORTEX_M3],
] as const)('routines for %s', (_, cpu) => {
  const target = new HelperProcessor(cpu);
  const entries = [...helpersFor(cpu).keys()].filter((entry) => entry in expectations);

  it.each(entries)('%s returns what Node computes', (entry) => {
    expect(wrongResults(target, entry, 2, ARITHMETIC.includes(entry) ? 500_000 : 20_000)).toEqual([]);
  });
});
