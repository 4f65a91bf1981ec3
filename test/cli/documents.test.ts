// The commands and programs in the documents print what is written there.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeOptions } from '../../targets/build.mjs';
import { CommandLine } from './command.js';
import { replay, root, sessions } from './session.js';

const commandLine = new CommandLine();
const folder = mkdtempSync(join(tmpdir(), 'tazzina-documents-'));

beforeAll(async () => {
  const packageFolder = join(folder, 'node_modules/tazzina');
  mkdirSync(packageFolder, { recursive: true });
  const exports = { '.': './index.js', './boards': './boards.js', './translated': './translated.js' };
  writeFileSync(join(packageFolder, 'package.json'), JSON.stringify({ type: 'module', exports }));
  for (const name of nodeOptions.external ?? [])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  for (const [entry, file] of [
    ['targets/node/index.ts', 'index.js'],
    ['boards/index.ts', 'boards.js'],
    ['targets/node/translated/translated.ts', 'translated.js'],
  ]) {
    await build({ ...nodeOptions, entryPoints: [entry], outfile: join(packageFolder, file) });
  }
});
afterAll(() => {
  commandLine.remove();
  rmSync(folder, { recursive: true });
});

/** Programs, each with what is said that it prints. */
function programs(path: string): [program: string, output: string][] {
  const blocks = readFileSync(path, 'utf8').matchAll(/^```js\n(.*?)^```\n\nprints\n\n```text\n(.*?)^```$/gms);
  return [...blocks].map(([, program, output]) => [program, output]);
}

const documents = [
  'README.md',
  ...readdirSync(`${root}/docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe.each(documents)('%s', (name) => {
  const path = join(root, name);

  it('has programs that print what is written below them', () => {
    const found = programs(path);
    // Each program has its output.
    expect(found.length).toBe(readFileSync(path, 'utf8').split('```js\n').length - 1);
    for (const [index, [program, output]] of found.entries()) {
      const file = join(folder, `program-${index}.mjs`);
      writeFileSync(file, program);
      expect(execFileSync(process.execPath, [file], { cwd: root, encoding: 'utf8' })).toBe(output);
    }
  });

  it('has commands that print what is written below them', () => {
    for (const session of sessions(path)) expect(replay(session, commandLine.program)).toBe(session);
  });

  it('links to what is there', () => {
    const prose = readFileSync(path, 'utf8').replace(/^```.*?^```/gms, '');
    const links = [...prose.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link);
    for (const link of links) expect(() => readFileSync(join(path, '..', link))).not.toThrow(/ENOENT/);
  });
});

it('the README is about a project that has documents', () => {
  expect(sessions(join(root, 'README.md')).length).toBeGreaterThan(0);
  expect(programs(join(root, 'README.md')).length).toBeGreaterThan(1);
});
