// Scripts of the WebAssembly specification as machine code on the simulated processor, for a core with a float unit; the others, and
// other cores, run in the long tests.
import { describe, expect, test } from 'vitest';
import { CORTEX_M4F } from '../../machine/thumb/cpu.js';
import { createAssembler } from './assemble.js';
import { nativeLedger } from './native-ledger.js';
import { createNativeTarget } from './native-target.js';
import { findTestSuite, runScript } from './run.js';

const SCRIPTS = [
  ...[
    'address',
    'align',
    'br_if',
    'br_table',
    'bulk',
    'call',
    'call_indirect',
    'conversions',
    'endianness',
    'f32',
    'f32_cmp',
  ],
  ...[
    'float_misc',
    'global',
    'i32',
    'i64',
    'if',
    'int_exprs',
    'loop',
    'memory',
    'memory_copy',
    'memory_fill',
    'memory_grow',
  ],
  ...[
    'memory_init',
    'memory_trap',
    'select',
    'stack',
    'switch',
    'table_copy',
    'table_grow',
    'table_init',
    'traps',
    'unwind',
  ],
].map((name) => `core-2.0/${name}.wast`);

const suite = findTestSuite();
const ledger = nativeLedger();
const assemble = await createAssembler();

describe.skipIf(suite === '')('specification tests as machine code', () => {
  test.each(SCRIPTS)('%s', (script) => {
    const { outcomes, problems } = runScript(suite, script, createNativeTarget(CORTEX_M4F), assemble, {});
    expect(outcomes.length).toBeGreaterThan(0);
    expect(problems.length, problems.join('\n')).toBe(ledger[script]?.failed ?? 0);
  });
});
