// The WebAssembly specification's tests, from the directory WASM_TESTSUITE, at each level; one test for each script.
import { afterAll, describe, expect, test } from 'vitest';
import { VerificationLevel, verificationLevelName } from '../../src/safety/index.js';
import { createAssembler } from './assemble.js';
import { engineTargetAt } from './engine-target.js';
import {
  findTestSuite,
  formatReport,
  listScripts,
  readLedger,
  runScript,
  type ScriptResult,
  SUPPORTED,
} from './run.js';

const suite = findTestSuite();

if (suite === '') {
  test('specification tests', ({ skip }) => {
    const note = 'specification tests not run: neither WASM_TESTSUITE nor ../shared/testsuite is a directory';
    console.warn(note);
    skip(note);
  });
} else {
  const assemble = await createAssembler();
  const ledger = readLedger();

  const { None, Sampling, Standard, Full } = VerificationLevel;
  for (const level of [None, Sampling, Standard, Full]) {
    const results: ScriptResult[] = [];

    describe(`specification tests at level ${verificationLevelName(level)}`, () => {
      for (const script of listScripts(suite, SUPPORTED)) {
        test(script, () => {
          const result = runScript(suite, script, engineTargetAt(level), assemble, ledger);
          results.push(result);
          expect(result.outcomes.length).toBeGreaterThan(0);
          expect(result.problems).toEqual([]);
        });
      }

      afterAll(() => console.log(formatReport(suite, results, ledger)));
    });
  }
}
