// The plugins for bundlers: the bundle has the module as JavaScript.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { esbuildPlugin, rollupPlugin } from '../../../targets/node/plugin.js';
import { root } from '../../cli/session.js';

const folder = mkdtempSync(join(tmpdir(), 'tazzina-plugin-'));
const alias = { 'tazzina/translated': join(root, 'targets/node/translated/translated.ts') };
beforeAll(() => {
  mkdirSync(join(folder, 'parts'));
  writeFileSync(
    join(folder, 'parts/twice.wat'),
    '(module (func (export "twice") (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1))))',
  );
  writeFileSync(
    join(folder, 'main.js'),
    `import app from './parts/twice.wat?tazzina';\nexport const { twice } = app.instantiate().exports();\n`,
  );
  writeFileSync(join(folder, 'broken.js'), `import app from './absent.wasm?tazzina';\nexport default app;\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function twice(file: string): Promise<unknown> {
  const bundle = (await import(pathToFileURL(join(folder, file)).href)) as { twice(value: number): number };
  return bundle.twice(21);
}

describe('a bundle', () => {
  it('of esbuild runs the module', async () => {
    const common = { bundle: true, format: 'esm', platform: 'node', logLevel: 'silent', alias } as const;
    const plugins = [esbuildPlugin()];
    await esbuild({ ...common, plugins, entryPoints: [join(folder, 'main.js')], outfile: join(folder, 'esbuild.mjs') });
    expect(await twice('esbuild.mjs')).toBe(42);
    const failing = esbuild({ ...common, plugins, entryPoints: [join(folder, 'broken.js')], write: false });
    await expect(failing).rejects.toThrow('absent.wasm');
  });

  it('of Vite, and so of Rollup, runs the module', async () => {
    await vite({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [rollupPlugin()],
      resolve: { alias },
      build: {
        lib: { entry: 'main.js', formats: ['es'], fileName: () => 'vite.mjs' },
        outDir: folder,
        emptyOutDir: false,
      },
    });
    expect(await twice('vite.mjs')).toBe(42);
  });
});
