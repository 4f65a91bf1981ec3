// Scripts of the WebAssembly specification as machine code on the simulated processor, for a core with a float unit; the others, and
// other cores, run in the long tests.
import { describe, expect, test } from 'vitest';
import { CORTEX_M0_PLUS, CORTEX_M4F } from '../../machine/thumb/cpu.js';
import { createAssembler } from './assemble.js';
import { nativeLedger } from './native-ledger.js';
import { createNativeTarget } from './native-target.js';
import { findTestSuite, runScript } from './run.js';
import type { CreateTarget } from './target.js';

const SCRIPTS = [
  ...[
    'br_table',
    'bulk',
    'call_indirect',
    'conversions',
    'f32',
    'float_misc',
    'i32',
    'i64',
    'int_exprs',
    'memory_grow',
    'select',
  ],
  ...['stack', 'table_grow', 'traps', 'unwind'],
].map((name) => `core-2.0/${name}.wast`);

/** In slices of one unit. */
const SLICED = ['br_table', 'loop', 'traps', 'unwind'].map((name) => `core-2.0/${name}.wast`);

const suite = findTestSuite();
const ledger = nativeLedger();
const assemble = await createAssembler();

const title = `specification tests as machine code${suite === '' ? ': WASM_TESTSUITE names no test suite' : ''}`;
describe.skipIf(suite === '')(title, () => {
  const run = (script: string, target: CreateTarget) => {
    const { outcomes, problems } = runScript(suite, script, target, assemble, {});
    expect(outcomes.length).toBeGreaterThan(0);
    expect(problems.length, problems.join('\n')).toBe(ledger[script]?.failed ?? 0);
  };
  test.each(SCRIPTS)('%s', (script) => run(script, createNativeTarget(CORTEX_M4F)));
  test.each(SLICED)('%s, in slices', (script) => run(script, createNativeTarget(CORTEX_M0_PLUS, 'slices')));
});
