// Plugins for esbuild, and for Rollup and Vite: `import app from './app.wasm?tazzina'` gives the module translated to JavaScript. The
// bundle needs neither WebAssembly nor functions made from text.

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { assembleText, isTextFormat } from '../module/text-format.js';
import { type CompileOptions, compileModule } from './compile-module.js';

export type PluginOptions = Omit<CompileOptions, 'dialect'>;

/** The part of esbuild's plugin interface that is used. */
export interface EsbuildPlugin {
  name: string;
  setup(build: EsbuildBuild): void;
}

interface EsbuildBuild {
  onResolve(
    options: { filter: RegExp },
    callback: (args: { path: string; resolveDir: string }) => { path: string; namespace: string },
  ): void;
  onLoad(
    options: { filter: RegExp; namespace: string },
    callback: (args: { path: string }) => Promise<EsbuildLoaded>,
  ): void;
}

interface EsbuildLoaded {
  contents: string;
  loader: 'js';
  resolveDir: string;
  watchFiles: string[];
}

/** The part of Rollup's and Vite's plugin interface that is used. */
export interface RollupPlugin {
  name: string;
  /** Vite's order: before its own plugin for WebAssembly. */
  enforce: 'pre';
  resolveId(source: string, importer: string | undefined): string | null;
  load(this: { addWatchFile?(file: string): void }, id: string): Promise<string | null>;
}

const NAME = 'tazzina';
const SUFFIX = '?tazzina';
const MARKED = /\.(wasm|wat)\?tazzina$/;

/** The text of an ES module. Throws DecodeError, ValidationError or TextFormatError. */
async function translated(file: string, options: PluginOptions): Promise<string> {
  const bytes = new Uint8Array(await readFile(file));
  const module = isTextFormat(file, bytes) ? await assembleText(bytes, file) : bytes;
  return compileModule(module, { ...options, dialect: 'node' }).toModule();
}

const withoutSuffix = (path: string) => path.slice(0, -SUFFIX.length);

export function esbuildPlugin(options: PluginOptions = {}): EsbuildPlugin {
  return {
    name: NAME,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: MARKED }, ({ path, resolveDir }) => ({
        path: resolve(resolveDir, withoutSuffix(path)),
        namespace: NAME,
      }));
      onLoad({ filter: /.*/, namespace: NAME }, async ({ path }) => ({
        contents: await translated(path, options),
        loader: 'js',
        resolveDir: dirname(path),
        watchFiles: [path],
      }));
    },
  };
}

/** For Rollup and Vite. */
export function rollupPlugin(options: PluginOptions = {}): RollupPlugin {
  return {
    name: NAME,
    enforce: 'pre',
    resolveId: (source, importer) => {
      if (!MARKED.test(source)) return null;
      const folder = importer === undefined ? '.' : dirname(importer);
      return resolve(folder, withoutSuffix(source)) + SUFFIX;
    },
    async load(id) {
      if (!MARKED.test(id)) return null;
      this.addWatchFile?.(withoutSuffix(id));
      return translated(withoutSuffix(id), options);
    },
  };
}
