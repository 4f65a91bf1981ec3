// The WebAssembly specification's tests on modules translated to JavaScript, with the same ledger as the engine's.
import { afterAll, describe, expect, test } from 'vitest';
import { createAssembler } from './assemble.js';
import { createCompilerTarget } from './compiler-target.js';
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

  describe.each([
    ['with labels', true],
    ['without labels', false],
  ])('specification tests, translated to JavaScript %s', (_, labels) => {
    const results: ScriptResult[] = [];
    for (const script of listScripts(suite, SUPPORTED)) {
      test(script, () => {
        const result = runScript(suite, script, createCompilerTarget({ labels }), assemble, ledger);
        results.push(result);
        expect(result.outcomes.length).toBeGreaterThan(0);
        expect(result.problems).toEqual([]);
      });
    }

    afterAll(() => console.log(formatReport(suite, results, ledger)));
  });
}
