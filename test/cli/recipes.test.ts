// The recipes of docs/recipes.md, as they stand: the files are written, the commands run, and print what is written below them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasClang, hasWasiLibc, withoutClang, withoutWasiLibc } from '../compilers.js';
import { CommandLine } from './command.js';
import { root } from './session.js';

const commandLine = new CommandLine();
beforeAll(() => commandLine.build());
afterAll(() => commandLine.remove());

interface Recipe {
  heading: string;
  /** Name and content. */
  files: [name: string, source: string][];
  commands: string;
  output: string;
}

const text = readFileSync(join(root, 'docs/recipes.md'), 'utf8');
const recipes: Recipe[] = text
  .split(/^## /m)
  .slice(1)
  .flatMap((section) => {
    const blocks = section.matchAll(/`([\w.]+)`:\n\n```\w+\n(.*?)^```$/gms);
    const files = [...blocks].map(([, name, source]): [string, string] => [name, source]);
    const [, commands, output] = /^```sh\n(.*?)^```\n\n```text\n(.*?)^```$/ms.exec(section) ?? [];
    return files.length === 0 ? [] : [{ heading: section.split('\n')[0], files, commands, output }];
  });

const hasAssemblyScript = spawnSync('npx', ['--no-install', 'asc', '--version'], { cwd: root }).status === 0;
const withoutAssemblyScript = hasAssemblyScript ? '' : ': needs assemblyscript (npm install assemblyscript)';
/** Why a recipe cannot run here. */
const REASONS: Record<string, string> = {
  C: withoutClang,
  'C with imports and a callback': withoutClang,
  'C++': withoutClang,
  'C with a library': withoutWasiLibc,
  AssemblyScript: withoutAssemblyScript,
  'AssemblyScript with its garbage collector': withoutAssemblyScript,
  'A Rust module out of an npm package': '',
};

describe('the recipe for', () => {
  it('each way is found', () => {
    expect(recipes.map(({ heading }) => heading)).toEqual(Object.keys(REASONS));
    expect([hasClang, hasWasiLibc]).toEqual([withoutClang === '', withoutWasiLibc === '']);
  });

  for (const { heading, files, commands, output } of recipes)
    it.skipIf(REASONS[heading] !== '')(`${heading} prints what is written below it${REASONS[heading]}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'tazzina-recipe-'));
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
      for (const [name, source] of files) writeFileSync(join(folder, name), source);
      const npx = `npx() { shift; '${process.execPath}' '${commandLine.program}' "$@"; }`;
      const { stdout, status } = spawnSync('bash', ['-c', `set -e\n${npx}\n${commands}`], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect([status, stdout]).toEqual([0, output]);
      rmSync(folder, { recursive: true });
    });
});
