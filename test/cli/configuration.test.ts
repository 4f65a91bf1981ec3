// tazzina.config: boards and capacities of a project's own, what is said about mistakes, and --tune, which writes it.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { kernelBytes } from '../../bench/kernels.js';
import { puckjs } from '../../boards/index.js';
import { type Capacities, footprintBytes } from '../../src/index.js';
import { wat } from '../core/wat.js';
import { CommandLine } from './command.js';

const commandLine = new CommandLine();
afterAll(() => commandLine.remove());
const NAMES = ['tazzina.config.ts', 'tazzina.config.js', 'tazzina.config.json'];
afterEach(() => {
  for (const name of NAMES) rmSync(join(commandLine.folder, name), { force: true });
});

const boardOf = (name: string) => {
  const { output, error, code } = commandLine.run(['boards', name, '--json']);
  expect([code, error]).toEqual([0, '']);
  return JSON.parse(output) as typeof puckjs;
};

describe('tazzina.config', () => {
  it.each([
    [
      'tazzina.config.ts',
      `import { defineConfig, type BoardConfiguration } from 'tazzina/boards';
       const bytes: number = 4096;
       const own: BoardConfiguration = { name: 'mine', extends: 'puckjs', jsVars: 4000, capacities: { memoryBytes: bytes } };
       export default defineConfig({ boards: [own], capacities: { puckjs: { codeWords: 77 } } });`,
    ],
    [
      'tazzina.config.js',
      `export default { boards: [{ name: 'mine', extends: 'puckjs', jsVars: 4000, capacities: { memoryBytes: 4096 } }],
         capacities: { puckjs: { codeWords: 77 } } };`,
    ],
    [
      'tazzina.config.json',
      `{ "boards": [{ "name": "mine", "extends": "Puck.js", "jsVars": 4000, "capacities": { "memoryBytes": 4096 } }],
         "capacities": { "puckjs": { "codeWords": 77 } } }`,
    ],
  ])('%s has boards and capacities', (name, text) => {
    commandLine.file(name, text);
    const mine = boardOf('mine');
    expect(mine).toMatchObject({ chip: puckjs.chip, jsVars: { count: 4000 } });
    expect(mine.capacities.memoryBytes).toBe(4096);
    expect(mine.capacities.valueSlots).toBeGreaterThan(puckjs.capacities.valueSlots);
    expect(boardOf('puckjs').capacities).toEqual({ ...puckjs.capacities, codeWords: 77 });
    expect(commandLine.run(['boards']).output).toContain('mine');
  });

  it.each([
    ['{', 'is not understood'],
    ['{"board": "puk"}', 'board: there is no board "puk"'],
    ['[]', 'the configuration: must be an object'],
    ['{ "bords": [] }', 'bords: is not known; did you mean boards?'],
    ['{ "modules": ["a.wasm", "b.wasm"] }', 'modules: must have one entry if there is no program that requires them'],
    ['{ "boards": {} }', 'boards: must be an array'],
    ['{ "boards": [{ "extends": "puckjs" }] }', 'boards[0].name: must be a text'],
    [
      '{ "boards": [{ "name": "a", "extends": "pukjs" }] }',
      'boards[0].extends: there is no board "pukjs"; did you mean puckjs',
    ],
    ['{ "boards": [{ "name": "puckjs", "extends": "puckjs" }] }', 'boards[0].name: there is a board "puckjs" already'],
    [
      '{ "boards": [{ "name": "a", "extends": "puckjs", "ram": -1 }] }',
      'boards[0].ram: must be a whole number, not -1',
    ],
    [
      '{ "boards": [{ "name": "a", "extends": "puckjs", "ramm": 1 }] }',
      'boards[0].ramm: is not known; did you mean ram?',
    ],
    [
      '{ "capacities": { "puckjs": { "codeword": 1 } } }',
      'capacities.puckjs.codeword: is not known; did you mean codeWords',
    ],
    [
      '{ "capacities": { "puckjs": { "codeWords": "1" } } }',
      'capacities.puckjs.codeWords: must be a whole number, not "1"',
    ],
    ['{ "capacities": { "none": {} } }', 'capacities.none: there is no board "none"'],
  ])('%s', (text, problem) => {
    commandLine.file('tazzina.config.json', text);
    const { code, output, error } = commandLine.run(['boards']);
    expect([code, output]).toEqual([1, '']);
    expect(error).toContain('error: tazzina.config.json is not understood\n');
    expect(error).toContain(problem);
  });

  it('says where TypeScript is wrong, and that there is only one', () => {
    commandLine.file('tazzina.config.ts', 'export default {\n  boards: [,,}\n');
    expect(commandLine.run(['boards']).error).toMatch(/tazzina\.config\.ts is not understood\n {2}2:\d+: Unexpected/);
    commandLine.file('tazzina.config.ts', 'export const other = {};');
    expect(commandLine.run(['boards']).error).toContain('it has no default export');
    commandLine.file('tazzina.config.json', '{}');
    expect(commandLine.run(['boards']).error).toContain('there can be only one of them');
  });
});

describe('capacities of a board', () => {
  it('are what run keeps to, and what --stats compares with', () => {
    commandLine.file('vm.wasm', kernelBytes('vm'));
    const refused = commandLine.run(['run', 'vm.wasm', '--invoke', 'run', '1', '--capacities', 'microbit1']);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.error).toMatch(/^error: the module .*needs/);
    const done = commandLine.run(['run', 'vm.wasm', '--invoke', 'run', '1', '--capacities', 'banglejs2', '--stats']);
    expect(done).toMatchObject({ code: 0, output: '469\n' });
    expect(done.error).toMatch(/\n\ncapacity +used +available\n/);
    expect(done.error).toMatch(/\ncallDepth +1 +\d+\n/);
    expect(commandLine.run(['run', 'vm.wasm', '--capacities', 'puck']).code).toBe(2);
  });

  it('can be tuned to what runs used', () => {
    const recursive = wat(`(module (memory 1) (func $f (export "f") (param i32) (result i32)
      (if (result i32) (local.get 0) (then (i32.add (i32.const 1) (call $f (i32.sub (local.get 0) (i32.const 1)))))
        (else (i32.const 0)))) (data (i32.const 100) "abc"))`);
    commandLine.file('f.wasm', recursive);
    const run = (argument: string) =>
      commandLine.run(['run', 'f.wasm', '--invoke', 'f', argument, '--capacities', 'puckjs', '--stats', '--json'])
        .output;
    commandLine.file('runs.json', run('3') + run('9'));
    const tuned = commandLine.run(['check', 'f.wasm', '--board', 'puckjs', '--tune', 'runs.json', '--margin', '50']);
    expect([tuned.code, tuned.error]).toEqual([0, '']);
    expect(tuned.output).toMatch(/^capacities for puckjs, from 2 runs and 50 % on top:\n/);
    expect(tuned.output).toMatch(/RAM: [\d,]+ bytes less, [\d,]+ JsVars\nwritten into tazzina\.config\.json\n$/);
    const file = join(commandLine.folder, 'tazzina.config.json');
    const { capacities } = JSON.parse(readFileSync(file, 'utf8')) as { capacities: { puckjs: Capacities } };
    // Ten calls deep, and a half more.
    expect(capacities.puckjs.callDepth).toBe(15);
    expect(footprintBytes(capacities.puckjs)).toBeLessThan(footprintBytes(puckjs.capacities) / 2);
    expect(JSON.parse(run('9'))).toMatchObject({ ok: true, results: [{ value: '9' }] });
    expect(JSON.parse(run('14'))).toMatchObject({ ok: true });
    expect(JSON.parse(run('15'))).toMatchObject({ ok: false, error: { message: 'call stack exhausted' } });
    // Other contents of the file stay, and a file in TypeScript is not touched.
    commandLine.file('tazzina.config.json', '{ "capacities": { "pixljs": { "codeWords": 5 } } }');
    commandLine.run(['check', 'f.wasm', '--board', 'puckjs', '--tune', 'runs.json']);
    expect(JSON.parse(readFileSync(file, 'utf8')).capacities.pixljs).toEqual({ codeWords: 5 });
    rmSync(file);
    commandLine.file('tazzina.config.ts', 'export default {}');
    const told = commandLine.run(['check', 'f.wasm', '--board', 'puckjs', '--tune', 'runs.json']);
    expect(told.output).toContain('tazzina.config.ts is yours to change: put this into it\n  capacities: {"puckjs":{');
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ['', 'it is empty'],
    ['hello', 'line 1: '],
    ['{"ok":true}', 'line 1 has no "highWater": use --stats'],
  ])('are not tuned by %j', (text, problem) => {
    commandLine.file('add.wasm', wat('(module)'));
    commandLine.file('runs.json', text);
    const { code, error } = commandLine.run(['check', 'add.wasm', '--board', 'puckjs', '--tune', 'runs.json']);
    expect(code).toBe(1);
    expect(error).toContain(`runs.json is no result of a run: ${problem}`);
  });
});
