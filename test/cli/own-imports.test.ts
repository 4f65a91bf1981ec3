// `--imports` and `--stub` as processes: on boards and on this machine.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CommandLine } from './command.js';

const command = new CommandLine();

beforeAll(async () => {
  command.file(
    'app.wat',
    `(module (import "env" "log" (func $log (param i32))) (import "env" "swap" (func $swap (param i64) (result i64)))
      (import "env" "third" (func $third (param f32) (result f32))) (import "env" "base" (global $base i32))
      (import "env" "memory" (memory 1)) (import "env" "table" (table 1 funcref))
      (func (export "log") (param i32) (call $log (i32.add (local.get 0) (global.get $base))))
      (func (export "swap") (param i64) (result i64) (call $swap (local.get 0)))
      (func (export "third") (param f32) (result f32) (call $third (local.get 0))))`,
  );
  command.file(
    'host.js',
    `export const env = { log(x) { if (x < 0) throw new Error('negative'); print('log ' + x); },
      swap(pair) { return [pair[1], pair[0]]; }, third: (x) => x / 3, base: 40 };`,
  );
});
afterAll(() => command.remove());

const run = (...words: string[]) => command.run(['run', 'app.wat', '--imports', 'host.js', ...words]);

it.each([[], ['--tier', 'js'], ['--board', 'banglejs2'], ['--board', 'banglejs2', '--tier', 'interp']])(
  'functions and globals of a file are called: %s %s %s %s',
  (...words: string[]) => {
    const where = words.filter((word) => word !== undefined);
    expect(run(...where, '--invoke', 'log', '2').output).toBe('log 42\n');
    expect(run(...where, '--invoke', 'swap', '4294967298').output).toBe('8589934593\n');
    expect(run(...where, '--invoke', 'third', '1').output).toBe('0.33333334\n');
    const { code, output, error } = run(...where, '--invoke', 'log', '-50');
    expect([code, (output + error).includes('env.log: negative')]).toEqual([1, true]);
  },
);

it.each([
  ['js', true],
  ['native', true],
  ['interp', false],
])('a function that the file is given as an index is called back through an export: %s', (tier, isWithin) => {
  command.file(
    'back.wat',
    `(module (import "own" "start" (func $start (param i32))) (import "own" "show" (func $show (param i32)))
      (table (export "table") 2 funcref) (elem (i32.const 1) $shown)
      (func $shown (param i32) (call $show (local.get 0)))
      (func (export "call") (param i32 i32) (call_indirect (param i32) (local.get 1) (local.get 0)))
      (func (export "main") (call $start (i32.const 1))))`,
  );
  const called = (value: number) => `require('back').call(f, ${value});`;
  command.file(
    'back.js',
    `export const own = { show(x) { print(x); }, start(f) { ${isWithin ? called(1) : ''} setTimeout(() => { ${called(2)} }, 9); } };`,
  );
  const words = ['run', 'back.wat', '--imports', 'back.js', '--board', 'puckjs', '--tier', tier];
  expect(command.run(words).output).toBe(isWithin ? '1\n2\n' : '2\n');
});

it('what is missing is told with its type, and how to give it', () => {
  const { code, error } = command.run(['build', 'app.wat', '--board', 'banglejs2', '-o', 'out']);
  expect(code).toBe(1);
  for (const line of [
    'env.log(p0: number): void',
    'env.swap(p0: [low: number, high: number]): [low: number, high: number]',
    'env.base: number',
    '--stub host.js',
  ])
    expect(error).toContain(line);
  expect(command.run(['run', 'app.wat', '--invoke', 'log', '1']).error).toContain('--imports host.js');
});

it('a stub gives what is missing, and takes the place of no other file', () => {
  const { code, output } = command.run(['build', 'app.wat', '--board', 'banglejs2', '--stub', 'stub.js']);
  expect([code, output]).toEqual([0, 'stub.js gives 4 imports: fill it in, and build with --imports stub.js\n']);
  const stub = readFileSync(join(command.folder, 'stub.js'), 'utf8');
  expect(stub).toContain('export const env = {');
  const words = ['build', 'app.wat', '--board', 'banglejs2', '--imports', 'stub.js', '-o', 'out'];
  expect(command.run(words)).toMatchObject({ code: 0, error: '' });
  expect(readFileSync(join(command.folder, 'out/app.d.ts'), 'utf8')).toContain('log(p0: number): void;');
  const again = command.run(['build', 'app.wat', '--board', 'banglejs2', '--stub', 'stub.js']);
  expect(again).toMatchObject({ code: 1, error: expect.stringContaining('stub.js is there already') });
  expect(readFileSync(join(command.folder, 'stub.js'), 'utf8')).toBe(stub);
});

it('modules whose names are no identifiers have a stub, too', () => {
  command.file('named.wat', '(module (import "./glue.js" "a-b" (func (result i64))))');
  expect(command.run(['build', 'named.wat', '--board', 'banglejs2', '--stub', 'named.js']).code).toBe(0);
  const words = ['build', 'named.wat', '--board', 'banglejs2', '--imports', 'named.js', '-o', 'named'];
  expect(command.run(words)).toMatchObject({ code: 0, error: '' });
});

it.each([
  ['export const env = { log: 1, swap: 2, third: 3, base: 4 };', 1, 'a function is needed'],
  ['export const env = { log(...all) {} };', 1, 'is not what banglejs2 can run'],
  ['export const env = {', 1, 'cannot be bundled'],
  ['nothing.there();', 1, 'fails when it is loaded on a simulated Bangle.js 2'],
])('a wrong file is an error: %s', (text, wanted, message) => {
  command.file('wrong.js', text);
  const { code, error } = command.run([
    'build',
    'app.wat',
    '--board',
    'banglejs2',
    '--imports',
    'wrong.js',
    '-o',
    'wrong',
  ]);
  expect([code, error.includes(message)]).toEqual([wanted, true]);
  expect(existsSync(join(command.folder, 'wrong'))).toBe(false);
});

it('a file that is not there cannot be read, like a module that is not', () => {
  const { code, error } = command.run(['build', 'app.wat', '--board', 'banglejs2', '--imports', 'absent.js']);
  expect([code, error]).toEqual([1, 'error: cannot read absent.js: there is no such file\n']);
});
