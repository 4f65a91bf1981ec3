// The WebAssembly specification's tests as machine code on the simulated processor, for each kind of core. What is not there is
// counted, script by script.
import { afterAll, describe, expect, test } from 'vitest';
import { CORTEX_M0_PLUS, CORTEX_M3, CORTEX_M4F } from '../../machine/thumb/cpu.js';
import { createAssembler } from './assemble.js';
import { nativeLedger } from './native-ledger.js';
import { createNativeTarget, type FuelCounts } from './native-target.js';
import { findTestSuite, formatReport, listScripts, runScript, type ScriptResult, SUPPORTED } from './run.js';

const suite = findTestSuite();
const ledger = nativeLedger();
const assemble = await createAssembler();
const cpus = { 'ARMv6-M': CORTEX_M0_PLUS, 'ARMv7-M': CORTEX_M3, 'ARMv7E-M with a float unit': CORTEX_M4F };
const COUNTS: Record<FuelCounts, string> = { none: '', fuel: ', with fuel', slices: ', in slices of one unit' };
const cases = Object.entries(cpus).flatMap(([name, cpu]) =>
  Object.entries(COUNTS).map(([counts, words]) => ({ name: name + words, cpu, counts: counts as FuelCounts })),
);

describe.skipIf(suite === '').each(cases)('specification tests as machine code for $name', ({ cpu, counts }) => {
  const results: ScriptResult[] = [];
  for (const script of suite === '' ? [] : listScripts(suite, SUPPORTED)) {
    test(script, () => {
      const result = runScript(suite, script, createNativeTarget(cpu, counts), assemble, {});
      results.push({ ...result, known: [] });
      expect(result.outcomes.length).toBeGreaterThan(0);
      expect(result.problems.length, result.problems.join('\n')).toBe(ledger[script]?.failed ?? 0);
    });
  }

  afterAll(() => {
    console.log(formatReport(suite, results, {}));
    for (const [script, { failed, reason }] of Object.entries(ledger))
      console.log(`${script}: ${failed} fail: ${reason}`);
  });
});
