// Tests the output that is generated from the table of host functions: types for other languages, and the tables of the document.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boards, puckjs } from '../../../boards/index.js';
import { budgetOf } from '../../../targets/budget/budget.js';
import { Verdict } from '../../../targets/budget/verdict.js';
import { documentTables } from '../../../targets/host-functions/generate-tables.js';
import { generateTypes, type Language, languages } from '../../../targets/host-functions/generate-types.js';
import { pinNames } from '../../../targets/host-functions/pin-names.js';
import { hostFunctions } from '../../../targets/host-functions/table.js';
import { describeModule } from '../../../targets/module/description.js';
import { readModule } from '../../../targets/module/read-module.js';
import { BARE_C, compileC, hasClang, hasRust, withoutClang, withoutRust } from '../../compilers.js';

const folder = mkdtempSync(join(tmpdir(), 'tazzina-types-'));
const rows = hostFunctions.filter(({ module }) => module === 'espruino');

beforeAll(() => {
  for (const [language, file] of Object.entries(languages))
    writeFileSync(join(folder, file), generateTypes(language as Language));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Builds a module out of C in the folder. */
function clang(source: string, file: string, ...flags: string[]): Uint8Array {
  const options = ['-Os', '-Wall', '-Wextra', '-Werror', ...flags];
  return compileC({ folder, file, source, target: BARE_C, options, linker: ['--no-entry'] });
}

/** A program that calls every function: each argument is a null pointer or zero. */
const CALLS = rows.map(({ name, parameters }) => `${name}(${[...parameters].map(() => '0').join(', ')});`).join('\n  ');
const ALL = `#include "tazzina.h"\n__attribute__((export_name("go"))) void go(void) {\n  ${CALLS}\n}\n`;
const VALUE_TYPES: Record<string, string> = { i: 'i32', F: 'f64' };

describe.skipIf(!hasClang)(`the header${withoutClang}`, () => {
  it.each([
    ['C99', 'program.c', ['-std=c99', '-pedantic']],
    ['C++', 'program.cpp', ['-std=c++11', '-pedantic']],
  ])('of %s imports what the table says', (_, file, flags) => {
    const { imports } = describeModule(clang(ALL, file, ...flags));
    const found = imports.map(({ module, name, parameters, results }) => ({ module, name, parameters, results }));
    const typed = (letters: string) => [...letters].map((letter) => VALUE_TYPES[letter]);
    const wanted = rows.map(({ module, name, parameters, results }) => ({
      module,
      name,
      parameters: typed(parameters),
      results: typed(results),
    }));
    const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
    expect(found.sort(byName)).toEqual(wanted.sort(byName));
  });

  it('has types for callbacks, text and buffers', () => {
    const wrong = [
      'static int tick(int a) { return a; } void f(void) { setTimeout(tick, 1); }',
      'static const char b[8]; void f(void) { storageRead("a", 1, 0, b, 8); }',
      'static void tick(void) {} void f(void) { onAccelerometer(tick); }',
    ];
    for (const text of wrong) expect(() => clang(`#include "tazzina.h"\n${text}`, 'wrong.c'), text).toThrow();
    const right = `static void tick(void) { digitalWrite(LED1, EDGE_BOTH); }
      static void moved(double x, double y, double z) { analogWrite(BTN5, x + y, z); }
      void f(void) { char b[8]; setTimeout(tick, 1); onAccelerometer(moved); onAccelerometer(NULL);
        print("a", 1); storageRead("a", 1, 0, b, sizeof b); serialSetup(1, 9600, DEFAULT_PIN, PIN_AF_OUTPUT); }`;
    expect(clang(`#include "tazzina.h"\n${right}`, 'right.c').length).toBeGreaterThan(0);
  });
});

describe.skipIf(!hasRust)(`the module of Rust${withoutRust}`, () => {
  it.each(['2021', '2024'])('compiles in edition %s, without a warning', (edition) => {
    const program = `#![no_std]\n#![deny(warnings)]
      pub mod tazzina;\nuse tazzina::*;
      extern "C" fn tick() { unsafe { digital_write(LED1, 1) } }
      extern "C" fn moved(x: f64, y: f64, z: f64) { unsafe { analog_write(BTN5, x + y, z) } }
      pub fn f(b: &mut [u8]) { let t = "text"; unsafe { print(t.as_ptr(), t.len()); let _ = set_timeout(tick, 5.0);
        on_accelerometer(Some(moved)); on_accelerometer(None);
        let _ = storage_read(t.as_ptr(), t.len(), 0, b.as_mut_ptr(), b.len()); } }`;
    writeFileSync(join(folder, 'lib.rs'), program);
    const options = ['--edition', edition, '--crate-type=lib', '--emit=metadata', 'lib.rs'];
    const { status, stderr } = spawnSync('rustc', options, { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('names what the table names', () => {
    const text = readFileSync(join(folder, languages.rust), 'utf8');
    expect([...text.matchAll(/link_name = "(\w+)"/g)].map(([, name]) => name)).toEqual(rows.map(({ name }) => name));
  });
});

describe('the module of AssemblyScript', () => {
  const text = generateTypes('assemblyscript');

  it('imports what the table says, and exports it by the same name', () => {
    const types: Record<string, string> = { i32: 'i', u32: 'i', usize: 'i', f64: 'F', void: '' };
    const imports = [
      ...text.matchAll(/@external\("espruino", "(\w+)"\)\n(?:export )?declare function \w+\((.*)\): (\w+);/g),
    ];
    const found = imports.map(([, name, parameters, result]) => {
      const letters = parameters
        .split(', ')
        .filter(Boolean)
        .map((each) => types[each.split(': ')[1]]);
      return [name, letters.join(''), types[result]];
    });
    expect(found).toEqual(rows.map(({ name, parameters, results }) => [name, parameters, results]));
    const exported = [...text.matchAll(/^export (?:declare )?function (\w+)/gm)].map(([, name]) => name);
    expect(exported).toEqual(rows.map(({ name }) => name));
  });

  it('takes text and functions', () => {
    expect(text).toContain(
      'export function print(text: string): void {\n  const textBytes = String.UTF8.encode(text);\n',
    );
    expect(text).toContain('  _print(changetype<usize>(textBytes), textBytes.byteLength);\n');
    expect(text).toContain(
      'export function setTimeout(callback: Callback, milliseconds: f64): i32 {\n  return _setTimeout(',
    );
  });
});

describe('comments', () => {
  it.each(Object.keys(languages) as Language[])('of %s fit a terminal', (language) => {
    const comments = generateTypes(language)
      .split('\n')
      .filter((line) => /^\s*(\*|\/\/|\/\*)/.test(line));
    expect(comments.length).toBeGreaterThan(rows.length);
    for (const line of comments) expect(line.length, line).toBeLessThanOrEqual(80);
  });
});

describe('docs/host-functions.md', () => {
  it('has the tables as they are generated', async () => {
    const path = fileURLToPath(new URL('../../../docs/host-functions.md', import.meta.url));
    const tables = documentTables();
    const used = new Set<string>();
    const text = readFileSync(path, 'utf8').replace(
      /(<!-- table (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
      (_, begin: string, name: string, end: string) => {
        used.add(name);
        return `${begin}\n${tables[name]}\n\n${end}`;
      },
    );
    expect([...used].sort()).toEqual(Object.keys(tables).sort());
    // `vitest -u` writes them anew.
    await expect(text).toMatchFileSnapshot(path);
  });

  it.skipIf(!hasClang)(`shows a program that clang builds${withoutClang}`, () => {
    const path = fileURLToPath(new URL('../../../docs/host-functions.md', import.meta.url));
    const text = readFileSync(path, 'utf8');
    const [, program] = /```c\n([\s\S]*?)```/.exec(text)!;
    const [command] = /^clang .*$/m.exec(text)!;
    writeFileSync(join(folder, 'blink.c'), program);
    execFileSync('sh', ['-c', command], { cwd: folder });
    const bytes = readFileSync(join(folder, 'blink.wasm'));
    expect(budgetOf('blink.wasm', readModule(bytes), puckjs)).toMatchObject({
      verdict: Verdict.Fits,
      missingImports: [],
    });
    const { imports, exports } = describeModule(bytes);
    expect(imports.map(({ name }) => name).sort()).toEqual(['digitalWrite', 'setInterval']);
    expect(exports.map(({ name }) => name)).toContain('start');
  });

  it.skipIf(!hasRust)(`shows a program that rustc compiles${withoutRust}`, () => {
    const path = fileURLToPath(new URL('../../../docs/host-functions.md', import.meta.url));
    const [, program] = /```rust\n([\s\S]*?)```/.exec(readFileSync(path, 'utf8'))!;
    writeFileSync(join(folder, 'blink.rs'), program);
    const options = ['--edition', '2024', '--crate-type=lib', '--emit=metadata', 'blink.rs'];
    expect(spawnSync('rustc', options, { cwd: folder, encoding: 'utf8' }).stderr).toBe('');
  });

  it('knows the pins of every board', () => {
    expect(Object.keys(pinNames).sort()).toEqual(boards.map(({ name }) => name).sort());
  });
});
