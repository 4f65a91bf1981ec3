// The recipes of docs/recipes.md, as they stand: the files are written, the commands run, and print what is written below them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasClang, hasWasiLibc, withoutClang, withoutWasiLibc } from '../compilers.js';
import { espruino, runInEspruino, withoutTimers } from '../sim/espruino.js';
import { writesOf } from '../targets/board/program.js';
import { CommandLine } from './command.js';
import { root } from './session.js';

const commandLine = new CommandLine();
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
const noTimers = withoutTimers();
/** Why a recipe cannot run here. */
const REASONS: Record<string, string> = {
  C: withoutClang,
  'C with imports and a callback': withoutClang || noTimers,
  'C++': withoutClang,
  'C with a library': withoutWasiLibc || noTimers,
  AssemblyScript: withoutAssemblyScript,
  'AssemblyScript with its garbage collector': withoutAssemblyScript,
  'A Rust module out of an npm package': '',
};

/** The last line that the real interpreter prints, of the program that the last command runs on a simulated board. */
function printedByEspruino(folder: string, commands: string): string | undefined {
  const [, , , file, ...rest] = commands.trim().split('\n').pop()!.split(' ');
  const at = rest.indexOf('--invoke');
  const [name, ...values] = at < 0 ? [] : rest.splice(at).slice(1);
  const words = ['build', file, ...rest, '-o', 'real'];
  const { status, stderr } = spawnSync(process.execPath, [commandLine.program, ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, expect.not.stringContaining('error')]);
  const { files } = JSON.parse(readFileSync(join(folder, 'real/manifest.json'), 'utf8'));
  const stored = files.map((each: { name: string; file: string }) => ({
    name: each.name,
    bytes: readFileSync(join(folder, 'real', each.file)),
  }));
  const module = `require(${JSON.stringify(file.replace(/\.\w+$/, ''))})`;
  const start = file.endsWith('.js')
    ? `eval(require("Storage").read(${JSON.stringify(stored.at(-1).name)}));`
    : name !== undefined
      ? `print(${module}.${name}(${values}));`
      : `var app = ${module}; (app.main || app._start)();`;
  const { printed } = runInEspruino(`${writesOf(stored)}${start}\nsetTimeout(quit, 3000);\n`);
  // The text after the prompt, which is erased where a timer prints.
  return printed.pop()?.split('\x1b[J').pop();
}

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
      const tazzina = `shift; '${process.execPath}' '${commandLine.program}' "$@"`;
      const npx = `npx() { if [ "$1" = tazzina ]; then ${tazzina}; else command npx --no-install "$@"; fi; }`;
      const { stdout, status } = spawnSync('bash', ['-c', `set -e\n${npx}\n${commands}`], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect([status, stdout]).toEqual([0, output]);
      if (espruino) expect(printedByEspruino(folder, commands)).toBe(output.trim().split('\n').pop());
      rmSync(folder, { recursive: true });
    });
});
