// Bundles the file of the user that gives what a module imports, for boards: with the files that it imports, as one ES module.

import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { BuildFailure, Plugin } from 'esbuild';
import { BuildError } from './build-error.js';
import { LANGUAGE } from './program-parts.js';

/** The name that stands for the board's `require`, because bundlers replace calls of `require`. */
const REQUIRE = 'BOARD_REQUIRE';

export interface OwnModule {
  text: string;
  /** Names of its exports: `default` is what a CommonJS module exports. */
  exports: string[];
}

/** Names that are no files are modules of the board, unless a package of that name is there: `require("Storage")`. */
const boardModules: Plugin = {
  name: 'modules of the board',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (pluginData === boardModules || kind === 'entry-point') return undefined;
      const found = await resolve(path, { kind, resolveDir, pluginData: boardModules });
      return found.errors.length === 0 ? found : { path, namespace: kind === 'require-call' ? 'required' : 'imported' };
    });
    const given = (path: string) => `${REQUIRE}(${JSON.stringify(path)})`;
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({ contents: `module.exports = ${given(path)};` }));
    onLoad({ filter: /.*/, namespace: 'imported' }, ({ path }) => ({ contents: `export default ${given(path)};` }));
  },
};

/** A byte order mark in UTF-8, read as bytes. */
const MARK = '\xef\xbb\xbf';

/** Text of files has a character for each byte, as Espruino reads a source file: an é is the two bytes that it has in UTF-8. */
const bytesOfFiles: Plugin = {
  name: 'bytes of files',
  setup({ onLoad }) {
    onLoad({ filter: /./, namespace: 'file' }, ({ path }) => {
      const text = readFileSync(path, 'latin1');
      return { contents: text.startsWith(MARK) ? text.slice(MARK.length) : text, loader: 'default' };
    });
  },
};

/** Throws a BuildError if the file is not there, or cannot be parsed or bundled. */
export async function bundleOwnModule(file: string): Promise<OwnModule> {
  const { build } = await import('esbuild');
  try {
    const { outputFiles, metafile } = await build({
      // Named as it is here in the text of a CommonJS module, and not with its path.
      absWorkingDir: dirname(file),
      entryPoints: [`./${basename(file)}`],
      plugins: [boardModules, bytesOfFiles],
      write: false,
      bundle: true,
      metafile: true,
      platform: 'neutral',
      mainFields: ['module', 'main'],
      format: 'esm',
      ...LANGUAGE,
      // Else CommonJS modules are wrapped in methods with a name in quotes.
      minifyIdentifiers: true,
      logLevel: 'silent',
    });
    return { text: outputFiles[0].text, exports: Object.values(metafile.outputs)[0].exports };
  } catch (error) {
    const { errors = [] } = error as Partial<BuildFailure>;
    if (errors.length === 0) throw error;
    const notes = errors.map(({ text, location }) => (location ? `line ${location.line}: ${text}` : text));
    throw new BuildError(`${file} cannot be bundled`, notes);
  }
}
