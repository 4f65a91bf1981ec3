// The command line's bundle, which the tests run: built once for all of them, before the first one.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { commandOptions } from '../../targets/build.mjs';

const folder = fileURLToPath(new URL('../../build/command-line', import.meta.url));

/** The program `tazzina`. */
export const program = join(folder, 'cli.mjs');
/** The commands in a thread: see thread.ts. */
export const thread = join(folder, 'thread.mjs');

export async function buildCommandLine(): Promise<void> {
  await build({
    ...commandOptions,
    entryPoints: { cli: 'cli/main.ts', thread: 'test/cli/thread.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
  });
}
