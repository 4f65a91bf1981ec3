// The specification's scripts on the run-only runtime in Espruino itself, where env ESPRUINO names it; ESPRUINO_SCRIPTS is a
// regular expression of the scripts to run, by default all; with ESPRUINO_OWN_HANDLERS=0 all instructions share handlers.
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
  fullRuntimeFor,
  fullScriptProgram,
  isLinked,
  type ScriptProgram,
  SMALL,
  scriptProgram,
} from './script-program.js';

const suite = findTestSuite();
const ledger: Ledger = JSON.parse(readFileSync(new URL('./spec-ledger.json', import.meta.url), 'utf8'));
const chosen = new RegExp(process.env.ESPRUINO_SCRIPTS ?? '');
const ownHandlers =
  process.env.ESPRUINO_OWN_HANDLERS === undefined ? undefined : Number(process.env.ESPRUINO_OWN_HANDLERS);
const SCRIPTS = ['core-2.0', 'proposals/tail-call', 'proposals/wide-arithmetic'];
/** Scripts that would take an hour. */
const SLOW: Record<string, string> = {
  'core-2.0/memory_copy.wast': 'most steps look at thousands of bytes',
  'core-2.0/memory_fill.wast': 'most steps look at thousands of bytes',
  'proposals/tail-call/return_call.wast': 'a million calls',
  'proposals/tail-call/return_call_indirect.wast': 'a million calls',
};
/** Scripts for which Espruino for Linux has no room beside the full runtime. */
const LARGE: Record<string, string> = {
  'core-2.0/br_table.wast': 'its code takes more than there is',
  'core-2.0/names.wast': 'its 482 exports take more than there is',
};
const there = suite !== '' && espruino !== undefined;

/** How modules get to Espruino, and what in the ledger is about that. */
const RUNTIMES: [string, (modules: ScriptModule[]) => Promise<ScriptProgram[]>, string][] = [
  [
    'run-only',
    (modules) => Promise.all(modules.map((each) => scriptProgram(each, `m${each.line}`, SMALL, ownHandlers))),
    'in Espruino',
  ],
  [
    'full',
    async (all) => {
      const modules = all.filter((each) => !isLinked(each));
      const runtime = await fullRuntimeFor(modules);
      return modules.map((each) => fullScriptProgram(each, `m${each.line}`, runtime));
    },
    'in Espruino, full runtime',
  ],
];

describe.skipIf(!there).each(RUNTIMES)(
  `specification tests on the %s runtime in Espruino${reason}`,
  async (runtime, programsOf, about) => {
    const assemble = await createAssembler();
    let passed = 0;

    for (const script of there ? listScripts(suite, SCRIPTS).filter((name) => chosen.test(name)) : []) {
      const why = SLOW[script] ?? (runtime === 'full' ? LARGE[script] : undefined);
      if (why) {
        it(script, ({ skip }) => skip(`${script} is not run in Espruino: ${why}`));
        continue;
      }
      it(script, async () => {
        const { modules } = scriptModules(readScript(readFileSync(join(suite, script)), script), assemble);
        const programs = await programsOf(modules.filter(({ fault }) => fault === undefined));
        const known = { ...ledger[script], ...ledger[`${script} in Espruino`], ...ledger[`${script} ${about}`] };
        const built = programs.filter(({ refusal }) => refusal === undefined);
        const problems = runInBatches(built, ({ line }) => line in known);
        passed += programs.reduce((sum, { steps }) => sum + steps.length, 0) - problems.length;
        const unknown = problems.filter(({ line }) => !(line in known));
        expect(unknown.map(({ line, reason }) => `${script}:${line}: ${reason}`)).toEqual([]);
      });
    }

    afterAll(() => console.log(`${runtime} runtime in Espruino: ${passed} assertions and actions passed`));
  },
);
