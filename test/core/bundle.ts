// Programs that run in a process of their own, where the collector or the compiler can be watched.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { nodeOptions } from '../../targets/build.mjs';

/** Bundles a TypeScript file of the project and runs it with flags for Node; what it printed. */
export async function runBundled(
  entry: string,
  flags: string[],
  options: BuildOptions = {},
  programArguments: string[] = [],
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-'));
  try {
    const outfile = join(folder, 'program.mjs');
    const entryPoints = [fileURLToPath(new URL(`../../${entry}`, import.meta.url))];
    await build({ ...nodeOptions, ...options, entryPoints, outfile });
    return execFileSync(process.execPath, [...flags, outfile, ...programArguments], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
