// A user's own program for Espruino with the modules that it requires: built, typed, run, flashed, and refused.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requiredModules } from '../../targets/board/required-modules.js';
import { espruino, reason, runInEspruino } from '../sim/espruino.js';
import { CommandLine } from './command.js';
import { root } from './session.js';
import { Simulation } from './simulation.js';

const commandLine = new CommandLine();
const simulation = new Simulation(commandLine, ['--board', 'puckjs']);
const run = (...words: string[]) => commandLine.run(words);
const example = (name: string) => readFileSync(join(root, `examples/${name}`));

const MAIN = `var fib = require("./fib.wasm"), twice = require("./parts/twice.wat");
print(twice.twice(fib.fib(5)));
`;

beforeAll(async () => {
  mkdirSync(join(commandLine.folder, 'parts'));
  commandLine.file('fib.wasm', example('fib/fib.wasm'));
  commandLine.file(
    'parts/twice.wat',
    '(module (func (export "twice") (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1))))',
  );
  commandLine.file('main.js', MAIN);
  await simulation.start();
});
afterAll(async () => {
  await simulation.end();
  commandLine.remove();
});

describe('a program that requires modules by the names of their files', () => {
  it.each(['puckjs', 'banglejs2'])('runs on a simulated %s', (board) => {
    const { code, output, error } = run('run', 'main.js', '--board', board);
    expect([code, output]).toEqual([0, '10\n']);
    expect(error).toMatch(/^about/);
  });

  it('is built with its modules, and flashed from that folder', () => {
    const { code, output } = run('build', 'main.js', '--board', 'puckjs', '--json', '-o', 'out');
    expect(code).toBe(0);
    const built = JSON.parse(output);
    expect(built.files.map((each: { name: string }) => each.name)).toEqual(
      expect.arrayContaining(['fib', 'twice', './fib.wasm', './parts/twice.wat', '.bootcde']),
    );
    const flashed = run('flash', 'out', '--port', simulation.port, '--json');
    expect(JSON.parse(flashed.output)).toMatchObject({ ok: true, name: 'main', board: 'puckjs' });
    expect(run('flash', 'main.js', '-b', 'puckjs', '--port', simulation.port, '--dry-run').output).toContain(
      'main: 0 bytes would be written',
    );
  });

  it('is checked with its modules: Storage as build writes it, and the sum of their JsVars', () => {
    const { files } = JSON.parse(run('build', 'main.js', '--board', 'puckjs', '--json', '-o', 'checked').output);
    const { code, output } = run('check', 'main.js', '--board', 'puckjs', '--json');
    const { storage, jsVars, verdict } = JSON.parse(output);
    expect([code, verdict]).toEqual([0, 'may fit']);
    expect(storage.needed).toBe(files.reduce((sum: number, { bytes }: { bytes: number }) => sum + bytes + 32, 0));
    const alone = run('check', 'fib.wasm', 'parts/twice.wat', '--board', 'puckjs', '--json').output.trim().split('\n');
    expect(jsVars.needed).toBe(alone.reduce((sum, line) => sum + JSON.parse(line).jsVars.needed, 0));
  });

  it('does not fit where one of its modules does not', () => {
    commandLine.file(
      'large.wat',
      '(module (memory (export "memory") 4) (func (export "f") (i32.store (i32.const 200000) (i32.const 1))))',
    );
    commandLine.file('needs.js', 'require("./large.wat").f();\n');
    const { code, output } = run('check', 'needs.js', '--board', 'puckjs', '--memory', '262144');
    expect(code).toBe(1);
    expect(output).toContain('needs.js on puckjs: does not fit\n\n  large: ');
  });

  it.skipIf(!espruino)(`runs in Espruino${reason}`, () => {
    run('build', 'main.js', '--board', 'banglejs2', '-o', 'real');
    const { files } = JSON.parse(readFileSync(join(commandLine.folder, 'real/manifest.json'), 'utf8'));
    const writes = files.map(({ name, file }: { name: string; file: string }) => {
      const content = readFileSync(join(commandLine.folder, 'real', file)).toString('base64');
      return `require("Storage").write(${JSON.stringify(name)},atob("${content}"));`;
    });
    const program = `${writes.join('\n')}\neval(require("Storage").read("main.js"));quit();\n`;
    expect(runInEspruino(program)).toEqual({ printed: ['10'], refusal: '' });
  });

  it('has types for TypeScript', () => {
    run('build', 'main.js', '--board', 'puckjs', '-o', 'typed');
    commandLine.file(
      'typed/use.ts',
      `import fib = require('./fib.wasm');
import same = require('fib');
const right: number = fib.fib(5) + same.fib(5);
// @ts-expect-error
const wrong: string = fib.fib(5);
export = { right, wrong };
`,
    );
    const tsgo = join(root, 'node_modules/@typescript/native-preview/bin/tsgo');
    const words = [tsgo, '--noEmit', '--strict', '--module', 'commonjs', '--types', '', 'use.ts', 'main.d.ts'];
    const { stdout } = spawnSync(process.execPath, words, {
      cwd: join(commandLine.folder, 'typed'),
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });

  it('can be told of modules that it requires by a name', () => {
    commandLine.file('named.js', 'print(require("numbers").fib(4));\n');
    const { code, output } = run('run', 'named.js', '--board', 'puckjs', '--module', 'numbers=fib.wasm');
    expect([code, output]).toEqual([0, '3\n']);
  });

  it.each([
    ['require("./absent.wasm")', [], 1, 'refused.js:1: there is no module absent.wasm'],
    ['x = 2 ** require("./fib.wasm").fib(1)', [], 1, 'refused.js is not what puckjs can run'],
    ['require("./fib.wasm"); require("./parts/fib.wasm")', [], 1, 'fib.wasm and parts/fib.wasm would both be fib'],
    ['1', ['--memory', '4K'], 2, '--memory is for a module: the program requires none'],
    ['1', ['--module', 'absent.wasm'], 1, 'cannot read absent.wasm: there is no such file'],
  ])('%s is refused', (text, words, code, message) => {
    commandLine.file('parts/fib.wasm', example('fib/fib.wasm'));
    commandLine.file('refused.js', text);
    const outcome = run('run', 'refused.js', '--board', 'puckjs', ...words);
    expect([outcome.code, outcome.error]).toEqual([code, expect.stringContaining(message)]);
  });
});

describe('a folder that build wrote', () => {
  it('of a module is started as the module is', () => {
    run('build', 'fib.wasm', '--board', 'puckjs', '-o', 'module');
    const dry = (...words: string[]) => run('flash', ...words, '--port', simulation.port, '--dry-run', '--json').output;
    const { written, ...plan } = JSON.parse(dry('module'));
    expect(JSON.parse(dry('fib.wasm', '-b', 'puckjs'))).toEqual({ ...plan, written });
    expect(written).toBeGreaterThan(0);
  });

  it.each([
    [['module', '--board', 'pixljs'], 2, 'module is built for puckjs, not for pixljs'],
    [['module', '--tier', 'interp'], 2, '--tier is for building: module is built already'],
    [['parts'], 1, 'parts is not a folder that "tazzina build" wrote'],
  ])('%s is refused', (words, code, message) => {
    const outcome = run('flash', ...words, '--port', simulation.port);
    expect([outcome.code, outcome.error]).toEqual([code, expect.stringContaining(message)]);
  });

  it('whose files have changed is refused', () => {
    commandLine.file('module/fib.js', 'print(1)');
    expect(run('flash', 'module', '--port', simulation.port).error).toContain(
      'module has changed since it was built: fib.js is not what build wrote',
    );
  });
});

it('modules are found where `require` is called with the name of a file', () => {
  const found = requiredModules(
    'var a=require("./a.wasm");\nf(require("Storage"),require("b.wat"),require("./a.wasm"),x.require("c.wasm"))',
  );
  expect(found).toEqual([
    { specifier: './a.wasm', line: 1 },
    { specifier: 'b.wat', line: 2 },
  ]);
  expect(requiredModules('var = require("./a.wasm")')).toEqual([]);
});
