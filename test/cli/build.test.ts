// `tazzina build` as a process: the files that it writes, and its errors.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { banglejs2, puckjs } from '../../boards/index.js';
import { SimulatedBoard } from '../../sim/index.js';
import { CommandLine } from './command.js';

const command = new CommandLine();
const FIB = readFileSync(fileURLToPath(new URL('../../examples/fib/fib.wasm', import.meta.url)));

afterAll(() => command.remove());

interface Manifest {
  files: { name: string; file: string; bytes: number; crc32: number }[];
}

describe('tazzina build', () => {
  it('writes files that run on the board', () => {
    const module = command.file('fib.wasm', FIB);
    const { code, output, error } = command.run(['build', module, '--board', 'puckjs', '--name', 'app', '-o', 'out']);
    expect(error).toBe('');
    expect(code).toBe(0);
    expect(output).toMatch(/^app for puckjs, in out:\n/);
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const folder = join(command.folder, 'out');
    const { files } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
    expect(files[files.length - 1].name).toBe('app');
    const board = new SimulatedBoard(puckjs);
    for (const { name, file, bytes, crc32: sum } of files) {
      const content = readFileSync(join(folder, file));
      expect([content.length, crc32(content)]).toEqual([bytes, sum]);
      board.run(`require("Storage").write("${name}", atob("${content.toString('base64')}"))`);
    }
    board.run('print(require("app").fib(5))');
    expect(board.output).toBe('5\n');
    expect(readFileSync(join(folder, 'app.d.ts'), 'utf8')).toContain('async(p0: number): Promise<number>;');
  });

  it('explains a function instead', () => {
    const module = command.file('fib.wasm', FIB);
    const words = ['build', module, '--board', 'puckjs', '--explain', 'fib', '-o', 'unwritten'];
    const { code, output } = command.run([...words, '--tier', 'js']);
    expect(code).toBe(0);
    expect(output).toMatch(/^function \d+ \(fib\) on a Puck\.js/);
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(JSON.parse(command.run([...words, '--tier', 'js', '--json']).output).name).toBe('fib');
    expect(existsSync(join(command.folder, 'unwritten'))).toBe(false);
    const interpreted = command.run([...words, '--tier', 'interp']);
    expect(interpreted).toMatchObject({ code: 2, error: expect.stringContaining('leave out --tier interp') });
  });

  it.each([
    [['--tier', 'interp', '--jit'], '--jit is for translated programs: leave out --tier interp'],
    [['--tier', 'interp', '--optimise'], '--optimise is for translated programs: leave out --tier interp'],
    [['--jit', 'hot', '--resumable'], 'compiled functions do not yield: leave out --jit or --resumable'],
    [['--runtime', 'full', '--optimise'], 'the full runtime interprets: leave out --optimise'],
    [['--call-depth', '9'], '--call-depth is for --tier interp: calls of other tiers take C stack'],
  ])('refuses options that exclude each other: %j', (options, message) => {
    const files = options.includes('full') ? [] : [command.file('fib.wasm', FIB)];
    const outcome = command.run(['build', ...files, '--board', 'banglejs2', '-o', 'unwritten', ...options]);
    expect(outcome).toEqual({ code: 2, output: '', error: `error: ${message}\n` });
    expect(existsSync(join(command.folder, 'unwritten'))).toBe(false);
  });

  it('writes machine code for firmware in C', () => {
    const module = command.file('fib.wasm', FIB);
    const { code, output, error } = command.run([
      'build',
      module,
      '--cpu',
      'cortex-m0plus',
      '-o',
      'firmware',
      '--json',
    ]);
    expect([code, error]).toEqual([0, '']);
    const { cpu, files } = JSON.parse(output) as { cpu: string; files: { name: string; bytes: number }[] };
    expect(cpu).toBe('cortex-m0plus');
    expect(files.map(({ name }) => name)).toEqual(['fib.bin', 'fib.h', 'fib.c']);
    for (const { name, bytes } of files)
      expect(readFileSync(join(command.folder, 'firmware', name)).length).toBe(bytes);
  });

  it.each([
    [['--board', 'puckjs'], '--board'],
    [['--tier', 'native'], '--tier'],
    [['--resumable'], '--resumable'],
  ])('refuses --cpu with %j', (options, named) => {
    const module = command.file('fib.wasm', FIB);
    const outcome = command.run(['build', module, '--cpu', 'cortex-m4f', '-o', 'unwritten', ...options]);
    const error = `error: --cpu is for firmware in C, without a board: leave out ${named}\n`;
    expect(outcome).toEqual({ code: 2, output: '', error });
    expect(existsSync(join(command.folder, 'unwritten'))).toBe(false);
  });

  it('has the program verify itself at the level that is named', () => {
    const module = command.file('fib.wasm', FIB);
    const texts = ['none', 'sampling', 'full'].map((level) => {
      const words = [
        'build',
        module,
        '--board',
        'puckjs',
        '--name',
        'app',
        '-o',
        `at-${level}`,
        '--tier',
        'interp',
        '--verification',
        level,
      ];
      expect(command.run(words).code).toBe(0);
      return readFileSync(join(command.folder, `at-${level}`, 'app.js'), 'latin1');
    });
    expect(texts.map((text) => text.includes('integrity: '))).toEqual([false, true, true]);
    expect(texts.map((text) => text.includes('the value slots'))).toEqual([false, false, true]);
    const { code, error } = command.run(['build', module, '--board', 'puckjs', '--verification', 'some']);
    expect(code).toBe(2);
    expect(error).toContain('write none, sampling, standard or full');
  });

  it('translates a module to JavaScript', () => {
    const module = command.file('fib.wasm', FIB);
    const line = ['build', module, '--board', 'banglejs2', '--tier', 'js', '-o', 'translated'];
    expect(command.run(line).error).toBe('');
    const board = new SimulatedBoard(banglejs2);
    const { files } = JSON.parse(readFileSync(join(command.folder, 'translated', 'manifest.json'), 'utf8')) as Manifest;
    expect(files.map(({ name }) => name)).toEqual(['fib.trap', 'fib']);
    for (const { name, file } of files)
      board.storage.write(name, readFileSync(join(command.folder, 'translated', file)));
    board.run('print(require("fib").fib(7))');
    expect(board.output).toBe('13\n');
    expect(command.run([...line, '--verification', 'full', '--resumable']).code).toBe(0);
    const run = ['run', module, '--board', 'banglejs2', '--tier', 'js', '--invoke', 'fib', '7'];
    expect(command.run(run).output).toContain('13');
  });

  it('says what it cannot build, and writes nothing', () => {
    const module = command.file('odd.wat', '(module (import "env" "unknown" (func)))');
    const { code, error } = command.run(['build', module, '--board', 'puckjs', '-o', 'none']);
    expect(code).toBe(1);
    expect(error).toContain('puckjs does not provide what the module imports\n  env unknown: ()');
    expect(existsSync(join(command.folder, 'none'))).toBe(false);
  });

  it('asks for a board', () => {
    const { code, error } = command.run(['build', command.file('fib.wasm', FIB)]);
    expect(code).toBe(2);
    expect(error).toContain('which board?');
  });
});
