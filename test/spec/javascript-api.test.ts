// The specification's tests of the JavaScript interface, from the directory WASM_JS_API (its test/js-api), on both namespaces.
// The ledger names what is left out or fails, each with its reason; what passes against it fails, too.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { createCompilingWebAssembly, createWebAssembly } from '../../targets/node/index.js';
import { runJavaScriptApiScript } from './javascript-api-harness.js';

interface Ledger {
  /** Beginnings of names of scripts that are left out, with the reason. */
  scripts: Record<string, string>;
  /** By script and title: the reason why a test fails. */
  tests: Record<string, Record<string, string>>;
}

const ledger: Ledger = JSON.parse(readFileSync(new URL('javascript-api-ledger.json', import.meta.url), 'utf8'));
const folder = process.env.WASM_JS_API ?? '';
const namespaces = {
  createWebAssembly: () => createWebAssembly(),
  createCompilingWebAssembly: () => createCompilingWebAssembly(),
};

if (folder === '' || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
  test('tests of the JavaScript interface', ({ skip }) => {
    const note = 'tests of the JavaScript interface not run: WASM_JS_API names no directory';
    console.warn(note);
    skip(note);
  });
} else {
  const scripts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((script) => script.replaceAll('\\', '/'))
    .filter((script) => script.endsWith('.any.js'))
    .filter((script) => !Object.keys(ledger.scripts).some((left) => script.startsWith(left)))
    .sort();
  for (const [name, create] of Object.entries(namespaces)) {
    describe(`tests of the JavaScript interface on ${name}`, () => {
      const api = create();
      let passed = 0;
      let total = 0;
      for (const script of scripts) {
        test(script, async () => {
          const outcomes = await runJavaScriptApiScript(folder, script, api);
          total += outcomes.length;
          passed += outcomes.filter(({ failure }) => failure === '').length;
          const expected = ledger.tests[script] ?? {};
          expect(outcomes.length).toBeGreaterThan(0);
          expect(outcomes.filter(({ name, failure }) => (failure === '') === name in expected)).toEqual([]);
        });
      }
      afterAll(() => console.log(`${name}: ${passed} of ${total} tests of the JavaScript interface pass`));
    });
  }
}
