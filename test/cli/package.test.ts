// The package as npm packs it, in an empty project: its files, its entries, and the commands of the README's first screen.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasClang, withoutClang } from '../compilers.js';
import { CommandLine } from './command.js';
import { root } from './session.js';
import { Simulation } from './simulation.js';

const folder = mkdtempSync(join(tmpdir(), 'tazzina-package-'));
const modules = join(folder, 'node_modules');
const installed = join(modules, 'tazzina');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const commandLine = new CommandLine();
const simulation = new Simulation(commandLine, ['--board', 'puckjs']);

interface Package {
  version: string;
  dependencies: Record<string, string>;
  exports: Record<string, unknown>;
  keywords: string[];
}
let description: Package;

/** Installs as npm does, with the present dependencies: a test does not download. */
beforeAll(async () => {
  if (!existsSync(join(root, 'dist/cli.js'))) execFileSync(process.execPath, ['targets/build.mjs'], { cwd: root });
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: root });
  description = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Package;
  mkdirSync(join(modules, '.bin'), { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, `tazzina-${description.version}.tgz`), '-C', modules]);
  execFileSync('mv', [join(modules, 'package'), installed]);
  for (const name of Object.keys(description.dependencies))
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  symlinkSync(join(installed, 'dist/cli.js'), join(modules, '.bin/tazzina'));
  await simulation.start();
});
afterAll(async () => {
  await simulation.end();
  commandLine.remove();
  rmSync(folder, { recursive: true });
});

function run(script: string) {
  const path = `${join(modules, '.bin')}${delimiter}${process.env.PATH}`;
  return spawnSync('bash', ['-c', `set -e\n${script}`], {
    cwd: folder,
    encoding: 'utf8',
    // binaryen is the one of the package: npm's is not installed.
    env: { ...process.env, PATH: path, TAZZINA_CACHE: 'off' },
  });
}

describe('the package', () => {
  it('has what its entries name, the documents, and keywords', () => {
    const files = JSON.stringify(description.exports).match(/\.\/[\w./-]+/g)!;
    for (const file of files.filter((each) => /\.(js|ts|json)$/.test(each)))
      expect(existsSync(join(installed, file)), file).toBe(true);
    expect(description.keywords).toContain('espruino');
    for (const file of ['binaryen.js', 'binaryen.wasm', 'binaryen.LICENSE'])
      expect(existsSync(join(installed, 'dist', file)), file).toBe(true);
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link);
    for (const link of links) expect(existsSync(join(installed, link)), link).toBe(true);
    expect(existsSync(join(installed, 'test'))).toBe(false);
  });

  it('can be imported by each of its entries', () => {
    const program = join(folder, 'import.mjs');
    writeFileSync(
      program,
      `import { assembleText } from 'tazzina';
import { puckjs } from 'tazzina/boards';
import { Engine, small } from 'tazzina/core';
import { esbuildPlugin, rollupPlugin } from 'tazzina/plugin';
import { translatedModule } from 'tazzina/translated';
const bytes = await assembleText('(module (func (export "f") (result i32) (i32.const 7)))');
const engine = new Engine({ ...small, memoryBytes: 0 });
engine.call(engine.exportedFunction(engine.instantiate(engine.load(bytes)), 'f'));
console.log(engine.getI32(0), puckjs.name, esbuildPlugin().name, rollupPlugin().name, typeof translatedModule);
`,
    );
    expect(execFileSync(process.execPath, [program], { encoding: 'utf8' })).toBe('7 puckjs tazzina tazzina function\n');
  });
});

describe("the README's first screen", () => {
  const commands = /^```\n(tazzina init .*?)^```$/ms.exec(readme)![1];
  const verdict = /^```text\n(Storage .*?)^```$/ms.exec(readme)![1];

  it.skipIf(!hasClang)(`gets from source to a board${withoutClang}`, () => {
    expect(commands.trim().split('\n')).toHaveLength(5);
    const { status, stdout, stderr } = run(
      commands.replace(/^tazzina flash$/m, `tazzina flash --port ${simulation.port}`),
    );
    expect([status, stderr]).toEqual([0, expect.stringContaining('started')]);
    expect(stdout).toContain(verdict);
    expect(run('cd blinker && npm test').status).toBe(0);
  });
});
