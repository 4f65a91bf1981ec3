// tazzina.config.ts, .js or .json in the current folder: a project's own boards and capacities, and defaults of the command line.

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure } from 'esbuild';
import {
  type Board,
  boards,
  ConfigurationError,
  configuredBoards,
  type ProjectConfiguration,
  projectOf,
} from '../boards/index.js';
import { CommandError } from './command-error.js';

const NAMES = ['ts', 'mts', 'js', 'mjs', 'json'].map((extension) => `tazzina.config.${extension}`);
/** The one that is written by `check --tune`. */
export const WRITTEN = 'tazzina.config.json';

/** Returns the project's own settings, or empty ones without a configuration. Throws as `projectBoards` does. */
export async function project(): Promise<ProjectConfiguration> {
  return understood((configuration) => projectOf(configuration), {});
}

/** The boards that there are, with those of the configuration. Throws a CommandError that says what is wrong in it. */
export async function projectBoards(): Promise<readonly Board[]> {
  return understood((configuration) => configuredBoards(configuration, boards), boards);
}

async function understood<T>(read: (configuration: unknown) => T, otherwise: T): Promise<T> {
  const file = configurationFile();
  if (!file) return otherwise;
  try {
    return read(await readConfiguration(file));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw broken(file, error.message.split('\n'), { path: error.path });
  }
}

/** Its name, or undefined if there is none. Throws for several, of which only one could count. */
export function configurationFile(): string | undefined {
  const found = NAMES.filter((name) => existsSync(name));
  if (found.length > 1) throw broken(found.join(' and '), ['there can be only one of them']);
  return found[0];
}

export async function readConfiguration(file: string): Promise<unknown> {
  if (file.endsWith('.json')) {
    try {
      return JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      throw broken(file, [(error as Error).message]);
    }
  }
  const code = await compiled(file);
  try {
    const { default: configuration } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    if (configuration === undefined) throw new Error('it has no default export');
    return configuration;
  } catch (error) {
    throw broken(file, [(error as Error).message]);
  }
}

/** Returns the configuration as one text without imports: the parts of this package that it imports are bundled. */
async function compiled(file: string): Promise<string> {
  const { build } = await import('esbuild');
  try {
    const { outputFiles } = await build({
      entryPoints: [resolve(file)],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'silent',
      define: { 'import.meta.url': JSON.stringify(pathToFileURL(resolve(file)).href) },
      plugins: [
        {
          name: 'tazzina',
          setup(bundle) {
            bundle.onResolve({ filter: /^tazzina(\/boards)?$/ }, ({ path }) => ({ path, namespace: 'tazzina' }));
            bundle.onLoad({ filter: /.*/, namespace: 'tazzina' }, () => ({
              contents: 'export const defineConfig = (configuration) => configuration;',
            }));
          },
        },
      ],
    });
    return outputFiles[0].text;
  } catch (error) {
    const { errors = [], message } = error as BuildFailure;
    const notes = errors.map(
      ({ text, location }) => `${location ? `${location.line}:${location.column + 1}: ` : ''}${text}`,
    );
    throw broken(file, notes.length > 0 ? notes : [message]);
  }
}

export function broken(file: string, notes: string[], details: Record<string, unknown> = {}): CommandError {
  return new CommandError('configuration', 1, `${file} is not understood`, notes, details);
}
