// The WebAssembly specification's tests on the full runtime of boards. What it does not do is counted, script by script.
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { createAssembler } from './assemble.js';
import { createFullRuntimeTarget } from './full-runtime-target.js';
import { findTestSuite, formatReport, listScripts, runScript, type ScriptResult, SUPPORTED } from './run.js';

const suite = findTestSuite();
/** How many commands fail in each script, and why. */
const ledger: Record<string, { failed: number; reason: string }> = JSON.parse(
  readFileSync(new URL('./full-runtime-ledger.json', import.meta.url), 'utf8'),
);
const assemble = await createAssembler();

describe.skipIf(suite === '')('specification tests on the full runtime', () => {
  const results: ScriptResult[] = [];
  for (const script of suite === '' ? [] : listScripts(suite, SUPPORTED)) {
    test(script, () => {
      const result = runScript(suite, script, createFullRuntimeTarget, assemble, {});
      results.push({ ...result, known: result.outcomes.filter(({ status }) => status === 'failed') });
      const expected = ledger[script]?.failed ?? 0;
      expect(result.outcomes.length).toBeGreaterThan(0);
      expect(result.problems.length, result.problems.join('\n')).toBe(expected);
    });
  }

  afterAll(() => {
    console.log(
      formatReport(
        suite,
        results.map((each) => ({ ...each, known: [] })),
        {},
      ),
    );
    for (const [script, { failed, reason }] of Object.entries(ledger))
      console.log(`${script}: ${failed} fail: ${reason}`);
  });
});
