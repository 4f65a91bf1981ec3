// The specification's scripts on translated programs: the text that `build --tier js` writes, with JavaScript of this machine,
// and in Espruino itself, where env ESPRUINO names it and ESPRUINO_SCRIPTS, a regular expression, the scripts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { espruino, reason } from '../../sim/espruino.js';
import { createAssembler } from '../../spec/assemble.js';
import { findTestSuite, type Ledger, listScripts } from '../../spec/run.js';
import { readScript } from '../../spec/script.js';
import { runInBatches } from './script-batches.js';
import { type ScriptModule, scriptModules } from './script-modules.js';
import {
  LARGE,
  type Problem,
  runInNode,
  type ScriptProgram,
  SMALL,
  translatedScriptProgram,
} from './script-program.js';

const suite = findTestSuite();
const ledger: Ledger = JSON.parse(readFileSync(new URL('./translated-spec-ledger.json', import.meta.url), 'utf8'));
const assemble = await createAssembler();
const SCRIPTS = ['core-2.0', 'proposals/tail-call', 'proposals/wide-arithmetic', 'proposals/custom-page-sizes'];
const chosen = process.env.ESPRUINO_SCRIPTS;
/** What Node's own stack has room for. */
const STACK_BYTES = 250_000;
/** What Espruino for Linux has; each level takes more of it than on a board. */
const LINUX_STACK_BYTES = 130_000;

/** Its functions have a thousand variables, for which Node, other than Espruino, needs stack: they exhaust that first. */
const OF_THE_STACK = 'core-2.0/skip-stack-guard-page.wast';

const scripts = suite === '' ? [] : listScripts(suite, SCRIPTS).filter((name) => name !== OF_THE_STACK);

function modulesOf(script: string): { modules: ScriptModule[]; linked: number } {
  const all = scriptModules(readScript(readFileSync(join(suite, script))), assemble);
  const modules = all.filter(({ linked }) => linked.length === 0);
  return { modules, linked: all.length - modules.length };
}

const stepsIn = (modules: ScriptModule[]) =>
  modules.reduce((sum, { steps, trap }) => sum + steps.length + (trap === undefined ? 0 : 1), 0);

describe.skipIf(suite === '')('specification tests on translated programs', () => {
  let passed = 0;
  let known = 0;
  let left = 0;

  for (const script of scripts) {
    it(script, async () => {
      const { modules, linked } = modulesOf(script);
      const programs: ScriptProgram[] = [];
      for (const each of modules)
        programs.push(await translatedScriptProgram(each, `m${each.line}`, LARGE, STACK_BYTES));
      const problems: Problem[] = programs.flatMap(runInNode);
      const reasons = ledger[script] ?? {};
      const unknown = problems.filter(({ line }) => !(line in reasons));
      passed += stepsIn(modules) - problems.length;
      known += problems.length - unknown.length;
      left += linked;
      expect(unknown.map(({ line, reason }) => `${script}:${line}: ${reason}`)).toEqual([]);
      expect(Object.keys(reasons)).toEqual(
        [...new Set(problems.map(({ line }) => line))].sort((a, b) => a - b).map(String),
      );
    }, 120_000);
  }

  afterAll(() =>
    console.log(
      `translated programs: ${passed} assertions and actions passed, ${known} known failures, ${left} linked modules left out`,
    ),
  );
});

const there = suite !== '' && espruino !== undefined && chosen !== undefined;
const why = espruino === undefined || chosen !== undefined ? reason : ': set ESPRUINO_SCRIPTS';

describe.skipIf(!there)(`specification tests on translated programs in Espruino${why}`, () => {
  let passed = 0;

  for (const script of there ? scripts.filter((name) => new RegExp(chosen!).test(name)) : []) {
    it(script, async () => {
      const { modules } = modulesOf(script);
      const programs: ScriptProgram[] = [];
      for (const each of modules)
        programs.push(await translatedScriptProgram(each, `m${each.line}`, SMALL, LINUX_STACK_BYTES));
      // Each in a process of its own: what another had is not always free again at once.
      const problems = programs.flatMap((each) => runInBatches([each]));
      passed += stepsIn(modules) - problems.length;
      const reasons = { ...ledger[script], ...ledger[`${script} in Espruino`] };
      const unknown = problems.filter(({ line }) => !(line in reasons));
      expect(unknown.map(({ line, reason }) => `${script}:${line}: ${reason}`)).toEqual([]);
    }, 1_200_000);
  }

  afterAll(() => console.log(`translated programs in Espruino: ${passed} assertions and actions passed`));
});
