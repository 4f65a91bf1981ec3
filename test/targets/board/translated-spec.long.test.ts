// The specification's scripts on translated programs: the text that `build --tier js` writes, with JavaScript of this machine,
// and in Espruino itself, where env ESPRUINO names it; ESPRUINO_SCRIPTS is a regular expression of the scripts to run there,
// by default all. TRANSLATED_FORM is how programs are written: `plain`, `jit` for the compiler that Espruino for 32-bit ARM has,
// `fuel`, `jit-fuel`, or `slices`, which end wherever a function can yield; by default plain, and in Node `jit` too.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { architecture, espruino, jsVarsOfEspruino, reason } from '../../sim/espruino.js';
import { createAssembler } from '../../spec/assemble.js';
import { findTestSuite, type Ledger, listScripts, SUPPORTED } from '../../spec/run.js';
import { readScript } from '../../spec/script.js';
import { runInBatches } from './script-batches.js';
import { countSteps, scriptModules } from './script-modules.js';
import {
  type Form,
  isJitted,
  LARGE,
  type Limits,
  type Problem,
  runInNode,
  type ScriptProgram,
  SMALL,
  slicesInNode,
  translatedScriptProgram,
} from './script-program.js';

const suite = findTestSuite();
const ledger: Ledger = JSON.parse(readFileSync(new URL('./translated-spec-ledger.json', import.meta.url), 'utf8'));
const assemble = await createAssembler();
const scripts = suite === '' ? [] : listScripts(suite, SUPPORTED);
const chosen = new RegExp(process.env.ESPRUINO_SCRIPTS ?? '');
/** Bytes for which Node's own stack has room. */
const STACK_BYTES = 250_000;
/** Bytes of stack in Espruino for Linux. */
const LINUX_STACK_BYTES = 200_000;
/** Jitted calls take less of it, but JsVars, which code takes too. */
const JIT_STACK_BYTES = 100_000;

/** Functions with two thousand variables, for which Node needs stack, and Espruino JsVars. */
const LESS_STACK: Record<string, number> = { 'core-2.0/skip-stack-guard-page.wast': 10_000 };

/** Data behind the first page. */
const MORE_PAGES: Record<string, number> = { 'core-2.0/data.wast': 2 };

const chosenForm = process.env.TRANSLATED_FORM as Form | undefined;
const espruinoForm = chosenForm ?? 'plain';
const isJit = isJitted(espruinoForm);
const NAMES: Record<Form, string> = {
  plain: 'translated programs',
  jit: 'jitted programs',
  fuel: 'programs that count fuel',
  'jit-fuel': 'jitted programs that count fuel',
  slices: 'programs in slices',
};
/** The fewest that there are, and what a slow machine has time for. */
const SLICE_FUEL = 1;
const ESPRUINO_SLICE_FUEL = 8;

interface Place {
  title: string;
  /** Column of the table in docs/conformance.md. */
  column: 'Node' | 'Espruino, x86' | 'Espruino, ARM';
  isThere: boolean;
  scripts: string[];
  limits: Limits;
  form: Form;
  sliceFuel: number;
  stackBytes(script: string): number;
  run(programs: ScriptProgram[], known: (problem: Problem) => boolean): Problem[];
  /** The part after a script's name in the ledger. */
  known: string[];
}

/** The pages to which memory_grow.wast grows a memory for good. Espruino for ARM then needs 60,000 JsVars. */
const ESPRUINO_PAGES = 10;
/** Share of the JsVars for a program; the rest is for its caller. */
const SHARE = 0.95;

const room = () => ({ jsVars: SHARE * jsVarsOfEspruino() });

const runAllInNode = (programs: ScriptProgram[]) => programs.flatMap(runInNode);

const places: Place[] = [
  ...(chosenForm === undefined ? (['plain', 'jit'] as const) : [chosenForm]).map(
    (form): Place => ({
      title: `${NAMES[form]} in Node`,
      column: 'Node',
      isThere: suite !== '',
      scripts,
      limits: LARGE,
      form,
      sliceFuel: SLICE_FUEL,
      stackBytes: (script) => LESS_STACK[script] ?? STACK_BYTES,
      run: runAllInNode,
      known: ['', `, ${form}`],
    }),
  ),
  {
    title: `${NAMES[espruinoForm]} in Espruino${reason}`,
    column: `Espruino, ${architecture}`,
    isThere: suite !== '' && espruino !== undefined,
    scripts: espruino === undefined ? [] : scripts.filter((name) => chosen.test(name)),
    limits: { ...SMALL, mostPages: ESPRUINO_PAGES, ...(espruino !== undefined && architecture === 'ARM' && room()) },
    form: espruinoForm,
    sliceFuel: ESPRUINO_SLICE_FUEL,
    stackBytes: (script) => LESS_STACK[script] ?? (isJit ? JIT_STACK_BYTES : LINUX_STACK_BYTES),
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
    known: [
      '',
      ' in Espruino',
      ` in Espruino, ${architecture}`,
      ` in Espruino, ${architecture}, ${espruinoForm}`,
      `, ${espruinoForm}`,
      ` in Espruino, ${isJit ? 'jit' : espruinoForm}`,
    ],
  },
];

/** Returns the entry of a form in the document's table. */
function documented(form: Form, column: Place['column']): string | undefined {
  const rows = readFileSync(new URL('../../../docs/conformance.md', import.meta.url), 'utf8').split('\n');
  const cells = (start: string) =>
    rows
      .find((each) => each.startsWith(start))
      ?.split('|')
      .map((each) => each.trim());
  return cells(`| \`${form}\``)?.[cells('| form')?.indexOf(column) ?? 0];
}

for (const { title, isThere, scripts: these, limits, ...place } of places) {
  describe.skipIf(!isThere)(`specification tests on ${title}`, () => {
    let passed = 0;
    let known = 0;
    let text = 0;
    let unwritten = 0;

    it.each(these)(
      '%s',
      async (script) => {
        const all = scriptModules(readScript(readFileSync(join(suite, script)), script), assemble);
        const programs: ScriptProgram[] = [];
        const mostPages = Math.max(limits.mostPages, MORE_PAGES[script] ?? 0);
        for (const each of all.modules)
          programs.push(
            await translatedScriptProgram(
              each,
              `m${each.line}`,
              { ...limits, mostPages },
              {
                stackBytes: place.stackBytes(script),
                form: place.form,
                sliceFuel: place.sliceFuel,
              },
            ),
          );
        const reasons: Record<string, string> = Object.assign({}, ...place.known.map((each) => ledger[script + each]));
        const follows = ({ moduleLine }: Problem) => moduleLine !== undefined && moduleLine in reasons;
        const isKnown = (problem: Problem) => problem.line in reasons || follows(problem);
        const problems = place.run(programs, isKnown);
        const unknown = problems.filter((each) => !isKnown(each));
        passed += countSteps(all.modules) - problems.length;
        known += problems.length - unknown.length;
        text += all.text;
        unwritten += all.unwritten;
        const lines = unknown.map(({ line, reason }) => `${script}:${line}: ${reason}`);
        expect(lines, lines.join('\n')).toEqual([]);
        // A command that is in the ledger and passes is a failure, too.
        expect(Object.keys(reasons)).toEqual(
          [...new Set(problems.filter((each) => !follows(each)).map(({ line }) => line))]
            .sort((a, b) => a - b)
            .map(String),
        );
      },
      7_200_000,
    );

    if (place.form === 'slices' && place.run === runAllInNode)
      it('are suspended', () => expect(slicesInNode).toBeGreaterThan(100_000));

    // After a partial run, there is nothing to compare.
    const number = documented(place.form, place.column) ?? '';
    if (these.length === scripts.length && /^[\d,]+$/.test(number))
      it('pass as many assertions and actions as docs/conformance.md says', () =>
        expect(passed.toLocaleString('en')).toBe(number));

    afterAll(() =>
      console.log(
        `${title}: ${passed} assertions and actions passed, ${known} known failures; ` +
          `left out: ${text} of malformed text, ${unwritten} of modules that no assembler writes`,
      ),
    );
  });
}
