// The WebAssembly specification's tests, from the directory WASM_TESTSUITE; one test for each script.
import { afterAll, describe, expect, test } from 'vitest';
import { createAssembler } from './assemble.js';
import {
  findTestSuite,
  formatReport,
  listScripts,
  readLedger,
  runScript,
  type ScriptResult,
  SUPPORTED,
} from './run.js';
import type { CreateTarget } from './target.js';

/** Defines the tests of all scripts on one target, with the ledger that targets have in common; `where` is said in their title. */
export async function defineSpecificationTests(
  where: string,
  targetFor: (script: string) => CreateTarget,
): Promise<void> {
  const suite = findTestSuite();
  if (suite === '') {
    test(`specification tests ${where}`, ({ skip }) => {
      const note = 'specification tests not run: neither WASM_TESTSUITE nor ../shared/testsuite is a directory';
      console.warn(note);
      skip(note);
    });
    return;
  }
  const assemble = await createAssembler();
  const ledger = readLedger();
  const results: ScriptResult[] = [];

  describe(`specification tests ${where}`, () => {
    for (const script of listScripts(suite, SUPPORTED)) {
      test(script, () => {
        const result = runScript(suite, script, targetFor(script), assemble, ledger);
        results.push(result);
        expect(result.outcomes.length).toBeGreaterThan(0);
        expect(result.problems).toEqual([]);
      });
    }

    afterAll(() => console.log(formatReport(suite, results, ledger)));
  });
}
