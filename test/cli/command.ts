// The command line as a process of its own, built from the sources as they are.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { commandOptions } from '../../targets/build.mjs';

export interface Outcome {
  code: number | null;
  output: string;
  error: string;
}

/** `tazzina`, in a folder of its own. */
export class CommandLine {
  readonly folder = mkdtempSync(join(tmpdir(), 'tazzina-cli-'));
  readonly program = join(this.folder, 'cli.mjs');

  async build(): Promise<void> {
    const entryPoints = { cli: 'cli/main.ts' };
    await build({ ...commandOptions, entryPoints, outdir: this.folder, outExtension: { '.js': '.mjs' } });
    // The bundle imports the package's dependencies.
    const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));
    symlinkSync(packages, join(this.folder, 'node_modules'), 'junction');
  }

  /** Puts a file into the folder, where the command runs. Returns its name. */
  file(name: string, content: string | Uint8Array): string {
    writeFileSync(join(this.folder, name), content);
    return name;
  }

  run(words: string[], input: string | Uint8Array = ''): Outcome {
    const { status, stdout, stderr, error } = spawnSync(process.execPath, [this.program, ...words], {
      cwd: this.folder,
      input,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      timeout: 1_000_000,
    });
    if (error) throw error;
    return { code: status, output: stdout, error: stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
