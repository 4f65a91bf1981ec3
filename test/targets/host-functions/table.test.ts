// The table of host functions: what its rows say of each other, of their implementations, and of the host modules on Node.
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { formatFindings, lint } from '../../../sim/index.js';
import { ExternalKind } from '../../../src/index.js';
import { coreOptions } from '../../../targets/build.mjs';
import * as implementations from '../../../targets/host-functions/implementations.js';
import { findHostFunction, hostFunctions } from '../../../targets/host-functions/table.js';
import { componentFunctions } from '../../../targets/host-functions/table-components.js';
import { assemblyScript } from '../../../targets/node/assemblyscript.js';
import { compilers } from '../../../targets/node/compilers.js';
import { WASI } from '../../../targets/node/wasi.js';

const keyOf = ({ module, name }: { module: string; name: string }) => `${module}.${name}`;

describe.each(hostFunctions.map((row) => [keyOf(row), row] as const))('%s', (_, row) => {
  it('is a row that is whole', () => {
    expect(row.parameters).toMatch(/^[iIfF]*$/);
    expect(row.results).toMatch(/^[iIfF]?$/);
    expect(row.parameterNames).toHaveLength(row.parameters.length);
    expect(new Set(row.parameterNames).size).toBe(row.parameters.length);
    expect(row.summary).toMatch(/^[A-Z].*\.$/);
    expect(findHostFunction(row.module, row.name)).toBe(row);
  });

  it('has an implementation that takes no more than it is given', () => {
    const implementation = (implementations as Record<string, unknown>)[row.implementation];
    expect(implementation).toBeTypeOf('function');
    const words = [...row.parameters].reduce((sum, letter) => sum + (letter === 'I' ? 2 : 1), 0);
    // The first is the host.
    expect((implementation as () => void).length).toBeLessThanOrEqual(1 + words);
  });
});

const VALUE_TYPES: Record<string, string> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64' };
const typesOf = (letters: string) => [...letters].map((letter) => VALUE_TYPES[letter]);

describe('the table', () => {
  it('finds what compilers import under several names and types', () => {
    const none = { parameters: [], results: [] };
    const three = { parameters: ['i32', 'i32', 'i32'], results: [] };
    const rowOf = (...found: Parameters<typeof findHostFunction>) => findHostFunction(...found)?.implementation;
    expect(rowOf('env', 'abort', none)).toBe('abortProgram');
    expect(rowOf('env', 'log', { parameters: ['f64'], results: ['f64'] })).toBe('naturalLogarithm');
    expect(rowOf('env', 'log', { parameters: ['i32'], results: [] })).toBeUndefined();
    expect(rowOf('env', 'abort')).toBe('abortAssemblyScript');
    expect(findHostFunction('env', 'emscripten_memcpy_big', three)?.results).toBe('');
    expect(findHostFunction('env', 'emscripten_memcpy_big', { ...three, results: ['i32'] })?.results).toBe('i');
    for (const [module, name] of [
      ['wbg', '__wbindgen_throw'],
      ['./app_bg.js', '__wbindgen_throw'],
      ['wbg', '__wbg___wbindgen_throw_0123456789abcdef'],
    ])
      expect(rowOf(module, name), name).toBe('throwText');
    expect(rowOf('wbg', '__wbg___wbindgen_rethrow_0123456789abcdef')).toBeUndefined();
  });

  it('names all implementations, and no function twice', () => {
    const rows = [...hostFunctions, ...Object.values(componentFunctions).flatMap((each) => Object.values(each))];
    // pinAt is for machine code, which writes and reads pins by address.
    const named = new Set([...rows.map((row) => row.implementation), 'pinAt']);
    expect([...named].sort()).toEqual(Object.keys(implementations).sort());
    expect(new Set(hostFunctions.map(keyOf)).size).toBe(hostFunctions.length);
  });

  it('has of the modules that Node has as well what Node has, but for waiting', () => {
    const others = hostFunctions.filter(({ module }) => module !== 'espruino');
    for (const row of others) {
      const { module, name } = row;
      const imported = {
        ...{ kind: ExternalKind.Function, index: 0, type: '', module, name },
        ...{ parameters: typesOf(row.parameters), results: typesOf(row.results) },
      };
      const isOfCompilers = compilers.defines(imported);
      expect(WASI.defines(module, name) || assemblyScript.defines(module, name) || isOfCompilers).toBe(true);
    }
    expect(WASI.defines('wasi_snapshot_preview1', 'poll_oneoff')).toBe(true);
    expect(findHostFunction('wasi_snapshot_preview1', 'poll_oneoff')).toBeUndefined();
    expect(others.filter(({ module }) => module === 'wasi_snapshot_preview1')).toHaveLength(45);
    expect(findHostFunction('wasi_unstable', 'fd_write')).toBe(findHostFunction('wasi_snapshot_preview1', 'fd_write'));
    for (const name of ['abort', 'trace', 'seed']) expect(findHostFunction('env', name)).toBeDefined();
  });
});

/** Bundles a text as for a board. */
async function bundled(contents: string): Promise<string> {
  const stdin = { contents, resolveDir: new URL('../../../targets/host-functions', import.meta.url).pathname };
  const { outputFiles } = await build({ ...coreOptions, entryPoints: undefined, stdin, minify: false, write: false });
  return outputFiles[0].text;
}

describe('the implementations', () => {
  it('are what Espruino can run', async () => {
    const text = await bundled("export * from './implementations.js';");
    const findings = lint(text).filter(({ what }) => what !== 'export');
    expect(formatFindings(findings, 'bundle')).toBe('');
  });

  it('can each be bundled alone, with nothing of the others that has a state', async () => {
    const all = Object.keys(implementations);
    const texts = await Promise.all(
      all.map((name) => bundled(`import { ${name} } from './implementations.js'; globalThis.f = ${name};`)),
    );
    for (const [at, text] of texts.entries()) {
      const findings = lint(text).filter(({ what }) => what !== 'export');
      expect(formatFindings(findings, all[at])).toBe('');
      // The state of a stream, of a listener.
      expect(/\bvar closed\b/.test(text), all[at]).toBe(/^wasi(Write|Read|Close|Seek|Describe|Exit)$/.test(all[at]));
      expect(/\bvar listener\b/.test(text), all[at]).toBe(all[at] === 'listenToAccelerometer');
    }
  });

  it('leave out of a program what it does not import', async () => {
    const one = await bundled("import { writePin } from './implementations.js'; globalThis.f = writePin;");
    expect(one).toContain('digitalWrite');
    expect(one).not.toMatch(/setTimeout|Storage|Bangle|print|LINE_TIMEOUT/);
    expect(one.length).toBeLessThan(700);
  });
});
