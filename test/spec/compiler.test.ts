// The WebAssembly specification's tests on modules translated to JavaScript; the ledger has what fails only there.
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { createAssembler } from './assemble.js';
import { createCompilerTarget } from './compiler-target.js';
import {
  findTestSuite,
  formatReport,
  type Ledger,
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
  const own: Ledger = JSON.parse(readFileSync(new URL('./compiler-ledger.json', import.meta.url), 'utf8'));
  const ledger = readLedger();
  for (const [script, lines] of Object.entries(own)) ledger[script] = { ...ledger[script], ...lines };
  const results: ScriptResult[] = [];

  describe('specification tests, translated to JavaScript', () => {
    for (const script of listScripts(suite, SUPPORTED)) {
      test(script, () => {
        const result = runScript(suite, script, createCompilerTarget(), assemble, ledger);
        results.push(result);
        expect(result.outcomes.length).toBeGreaterThan(0);
        expect(result.problems).toEqual([]);
      });
    }

    afterAll(() => console.log(formatReport(suite, results, ledger)));
  });
}
