// The specification's scripts on translated programs: the text that `build --tier js` writes, with JavaScript of this machine,
// and in Espruino itself, where env ESPRUINO names it; ESPRUINO_SCRIPTS is a regular expression of the scripts to run there,
// by default all. With ESPRUINO_JIT=1, they are written for the compiler that Espruino for 32-bit ARM has.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { architecture, espruino, reason } from '../../sim/espruino.js';
import { createAssembler } from '../../spec/assemble.js';
import { findTestSuite, type Ledger, listScripts, SUPPORTED } from '../../spec/run.js';
import { readScript } from '../../spec/script.js';
import { runInBatches } from './script-batches.js';
import { countSteps, scriptModules } from './script-modules.js';
import {
  LARGE,
  type Limits,
  type Problem,
  runInNode,
  type ScriptProgram,
  SMALL,
  translatedScriptProgram,
} from './script-program.js';

const suite = findTestSuite();
const ledger: Ledger = JSON.parse(readFileSync(new URL('./translated-spec-ledger.json', import.meta.url), 'utf8'));
const assemble = await createAssembler();
const scripts = suite === '' ? [] : listScripts(suite, SUPPORTED);
const chosen = new RegExp(process.env.ESPRUINO_SCRIPTS ?? '');
/** What Node's own stack has room for. */
const STACK_BYTES = 250_000;
/** What Espruino for Linux has; each level takes more of it than on a board. */
const LINUX_STACK_BYTES = 200_000;

/** Functions with two thousand variables, for which Node needs stack, and Espruino JsVars. */
const LESS_STACK: Record<string, number> = { 'core-2.0/skip-stack-guard-page.wast': 5000 };

const jit = process.env.ESPRUINO_JIT ? 'all' : undefined;

interface Place {
  title: string;
  isThere: boolean;
  scripts: string[];
  limits: Limits;
  jit?: 'all';
  stackBytes(script: string): number;
  run(programs: ScriptProgram[], known: (line: number) => boolean): Problem[];
  /** Behind the name of a script in the ledger. */
  known: string[];
}

const places: Place[] = [
  {
    title: 'translated programs in Node',
    isThere: suite !== '',
    scripts,
    limits: LARGE,
    stackBytes: (script) => LESS_STACK[script] ?? STACK_BYTES,
    run: (programs) => programs.flatMap(runInNode),
    known: [''],
  },
  {
    title: 'jitted programs in Node',
    isThere: suite !== '',
    scripts,
    limits: LARGE,
    jit: 'all',
    stackBytes: (script) => LESS_STACK[script] ?? STACK_BYTES,
    run: (programs) => programs.flatMap(runInNode),
    known: [''],
  },
  {
    title: `${jit ? 'jitted' : 'translated'} programs in Espruino${reason}`,
    isThere: suite !== '' && espruino !== undefined,
    scripts: espruino === undefined ? [] : scripts.filter((name) => chosen.test(name)),
    // Only where it is built for x86 does it take more memory as it is needed.
    limits: jit
      ? { ...SMALL, mostPages: 1 }
      : architecture === 'x86'
        ? { ...SMALL, mostPages: 16 }
        : { ...SMALL, jsVars: 11_500 },
    jit,
    // Jitted calls take less of it, but JsVars, which code takes too.
    stackBytes: (script) => LESS_STACK[script] ?? (jit ? LINUX_STACK_BYTES / 2 : LINUX_STACK_BYTES),
    run: (programs, known) => {
      const isBuilt = ({ refusal, module }: ScriptProgram) => refusal === undefined && module.fault === undefined;
      return [
        ...programs.filter((each) => !isBuilt(each)).flatMap(runInNode),
        ...runInBatches(
          programs.filter((each) => isBuilt(each)),
          known,
        ),
      ];
    },
    known: ['', ' in Espruino', ` in Espruino, ${architecture}`, ...(jit ? [' in Espruino, jitted'] : [])],
  },
];

for (const { title, isThere, scripts, limits, ...place } of places) {
  describe.skipIf(!isThere)(`specification tests on ${title}`, () => {
    let passed = 0;
    let known = 0;
    let text = 0;
    let unwritten = 0;

    it.each(scripts)(
      '%s',
      async (script) => {
        const all = scriptModules(readScript(readFileSync(join(suite, script))), assemble);
        const programs: ScriptProgram[] = [];
        for (const each of all.modules)
          programs.push(
            await translatedScriptProgram(each, `m${each.line}`, limits, {
              stackBytes: place.stackBytes(script),
              jit: place.jit,
            }),
          );
        const reasons: Record<string, string> = Object.assign({}, ...place.known.map((each) => ledger[script + each]));
        const problems = place.run(programs, (line) => line in reasons);
        const unknown = problems.filter(({ line }) => !(line in reasons));
        passed += countSteps(all.modules) - problems.length;
        known += problems.length - unknown.length;
        text += all.text;
        unwritten += all.unwritten;
        const lines = unknown.map(({ line, reason }) => `${script}:${line}: ${reason}`);
        expect(lines, lines.join('\n')).toEqual([]);
        // What the ledger has and passes fails, too.
        expect(Object.keys(reasons)).toEqual(
          [...new Set(problems.map(({ line }) => line))].sort((a, b) => a - b).map(String),
        );
      },
      7_200_000,
    );

    afterAll(() =>
      console.log(
        `${title}: ${passed} assertions and actions passed, ${known} known failures; ` +
          `left out: ${text} of malformed text, ${unwritten} of modules that no assembler writes`,
      ),
    );
  });
}
