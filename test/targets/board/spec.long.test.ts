// The specification's scripts on the run-only runtime: the text that `build` writes, with JavaScript of this machine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createAssembler } from '../../spec/assemble.js';
import { findTestSuite, type Ledger, listScripts } from '../../spec/run.js';
import { readScript } from '../../spec/script.js';
import { countSteps, scriptModules } from './script-modules.js';
import { LARGE, type Problem, runInNode, scriptProgram } from './script-program.js';

const suite = findTestSuite();
const ledger: Ledger = JSON.parse(readFileSync(new URL('./spec-ledger.json', import.meta.url), 'utf8'));
const assemble = await createAssembler();
const SCRIPTS = ['core-2.0', 'proposals/tail-call', 'proposals/wide-arithmetic', 'proposals/custom-page-sizes'];

async function problemsIn(script: string, ownHandlers?: number): Promise<{ problems: Problem[]; steps: number }> {
  const { modules } = scriptModules(readScript(readFileSync(join(suite, script)), script), assemble);
  const programs = await Promise.all(modules.map((each) => scriptProgram(each, `m${each.line}`, LARGE, ownHandlers)));
  return {
    problems: programs.flatMap(runInNode),
    steps: countSteps(modules),
  };
}

const HANDLERS: [string, number | undefined][] = [
  ['with handlers as they pay', undefined],
  ['with shared handlers only', 0],
];

describe.skipIf(suite === '').each(HANDLERS)('specification tests on the run-only runtime %s', (_, ownHandlers) => {
  let passed = 0;
  let known = 0;

  for (const script of suite === '' ? [] : listScripts(suite, SCRIPTS)) {
    it(script, async () => {
      const { problems, steps } = await problemsIn(script, ownHandlers);
      const reasons = ledger[script] ?? {};
      const unknown = problems.filter(({ line }) => !(line in reasons));
      passed += steps - problems.length;
      known += problems.length - unknown.length;
      expect(unknown.map(({ line, reason }) => `${script}:${line}: ${reason}`)).toEqual([]);
      expect(Object.keys(reasons)).toEqual(
        [...new Set(problems.map(({ line }) => line))].sort((a, b) => a - b).map(String),
      );
    });
  }

  afterAll(() => console.log(`run-only runtime: ${passed} assertions and actions passed, ${known} known failures`));
});
