// `tazzina run` as a process: what it prints where, and what it exits with.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wat } from '../core/wat.js';
import { CommandLine } from './command.js';
import type { Outcome } from './standard-streams.js';

const commandLine = new CommandLine();
const example = (path: string) => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));
const run = (...words: string[]) => commandLine.run(['run', ...words]);
const fine = (output: string): Outcome => ({ code: 0, output, error: '' });

/** The line of JSON of a run. */
function json(...words: string[]) {
  const { code, output, error } = run(...words, '--json');
  expect(output.indexOf('\n')).toBe(output.length - 1);
  expect(error).toBe('');
  return { code, ...JSON.parse(output) };
}

const TYPES = ['i32', 'i64', 'f32', 'f64', 'externref'];

beforeAll(async () => {
  const same = TYPES.map((type) => `(func (export "${type}") (param ${type}) (result ${type}) (local.get 0))`);
  commandLine.file('same.wasm', wat(`(module ${same.join('\n')})`));
  commandLine.file(
    'app.wasm',
    wat(`(module
      (memory (export "memory") 1 400)
      (global (export "counter") (mut i32) (i32.const 0))
      (table (export "table") 2 4 funcref)
      (func (export "nothing"))
      (func $subtract (export "subtract") (param i32 i32) (result i32) (i32.sub (local.get 0) (local.get 1)))
      (func (export "several") (result i32 f64 i64) (i32.const 1) (f64.const 2.5) (i64.const -3))
      (func $divide (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
      (func $forever (export "forever") (loop (br 0)))
      (func $deep (export "deep") (param i32) (result i32)
        (if (result i32) (local.get 0)
          (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
          (else (i32.const 0))))
      (func (export "grow") (param i32) (result i32 i32 i32)
        (i32.store (i32.const 65532) (i32.const 7))
        (memory.grow (local.get 0))
        (memory.size)
        (i32.load (i32.const 65532)))
      (func (export "touch") (param i32) (i32.store8 (local.get 0) (i32.const 1))))`),
  );
});

afterAll(() => commandLine.remove());

describe('a trap of a module with debugging information', () => {
  const shapes = fileURLToPath(new URL('../targets/module/debug/shapes-dwarf5.wasm', import.meta.url));

  it.each(['interp', 'js'])('names the line of its source with --tier %s', (tier) => {
    const { code, error } = run(shapes, '--tier', tier, '--invoke', 'divide', '1', '0');
    expect(code).toBe(1);
    expect(error).toContain('error: trap: integer divide by zero\n');
    expect(error).toMatch(
      /in function 2 \(half\(int, int\)\) at byte \d+ of .*shapes-dwarf5\.wasm, shapes\.cpp:10:16\n/,
    );
  });

  it('names it on a board, too', () => {
    const { code, error } = run(shapes, '--board', 'banglejs2', '--invoke', 'divide', '1', '0');
    expect(code).toBe(1);
    expect(error).toMatch(/at byte \d+ of .*shapes-dwarf5\.wasm, shapes\.cpp:10:16\nabout /);
  });
});

describe('--tier js', () => {
  it('prints what the interpreter prints', () => {
    for (const words of [
      [example('fib/fib.wasm'), '--invoke', 'fib', '20'],
      ['app.wasm', '--invoke', 'several'],
      ['app.wasm', '--invoke', 'divide', '1', '0'],
      ['app.wasm', '--invoke', 'touch', '65536'],
      ['app.wasm', '--invoke', 'grow', '2', '--json'],
      ['app.wasm', '--invoke', 'touch', '70000', '--memory', '64K'],
      ['app.wasm', '--invoke', 'forever', '--fuel', '1000'],
      ['same.wasm', '--invoke', 'f32', 'nan:0x200001'],
      ['same.wasm', '--invoke', 'f64', '-nan:0x4000000000001'],
      ['same.wasm', '--invoke', 'externref', 'null'],
      [example('fib/fib.wasm'), '--invoke', 'fib', '20', '--fuel', '10000000', '--json'],
    ]) {
      const expected = run(...words);
      // Without --fuel, it counts none.
      const output = words.includes('--fuel') ? expected.output : expected.output.replace(/,"fuel":\d+/, '');
      expect(run(...words, '--tier', 'js'), words.join(' ')).toEqual({ ...expected, output });
    }
  });

  it('runs WASI programs', () => {
    const words = ['run', example('crc32/crc32.wasm')];
    const expected = commandLine.run(words, 'some input');
    expect(expected.output).not.toBe('');
    expect(commandLine.run([...words, '--tier', 'js'], 'some input')).toEqual(expected);
  });

  it('has no capacities', () => {
    expect(run('app.wasm', '--invoke', 'nothing', '--tier', 'js', '--stats').code).toBe(2);
    expect(run('app.wasm', '--invoke', 'nothing', '--tier', 'jit').code).toBe(2);
  });
});

describe('--invoke', () => {
  it('prints the results, one a line', () => {
    expect(run(example('fib/fib.wasm'), '--invoke', 'fib', '20')).toEqual(fine('6765\n'));
    expect(run('app.wasm', '--invoke', 'several')).toEqual(fine('1\n2.5\n-3\n'));
    expect(run('app.wasm', '--invoke', 'nothing')).toEqual(fine(''));
  });

  it('takes options in any order, and negative numbers', () => {
    for (const words of [
      ['app.wasm', '--invoke', 'subtract', '-5', '3'],
      ['--invoke', 'subtract', 'app.wasm', '-5', '3'],
      ['--invoke=subtract', 'app.wasm', '-5', '3'],
      ['-i', 'subtract', 'app.wasm', '-5', '3', '--fuel', '1000'],
      ['app.wasm', '--fuel=1000', '--invoke', 'subtract', '--', '-5', '3'],
      ['app.wasm', '--invoke', 'subtract', '-5', '--fuel', '1000', '3'],
    ]) {
      expect([words, run(...words)]).toEqual([words, fine('-8\n')]);
    }
  });

  it.each([
    ['i32', '0xffffffff', '-1'],
    ['i64', '-9223372036854775808', '-9223372036854775808'],
    ['f32', '0.1', '0.1'],
    ['f32', '-nan:0x200001', '-nan:0x200001'],
    ['f64', '-0', '-0'],
    ['f64', '-.5e1', '-5'],
    ['f64', '-inf', '-inf'],
    ['f64', '-nan:0x123', '-nan:0x123'],
    ['externref', '7', '7'],
    ['externref', 'null', 'null'],
  ])('passes an %s %s through as %s', (type, text, printed) => {
    expect(run('same.wasm', '--invoke', type, text)).toEqual(fine(`${printed}\n`));
  });

  it.each([
    ['i32', '1.5', '1.5 is not an i32'],
    ['i32', '4294967296', '4294967296 does not fit an i32'],
    ['externref', 'x', 'x is not an externref'],
  ])('refuses as an %s: %s', (type, text, message) => {
    const { code, output, error } = run('same.wasm', '--invoke', type, text);
    expect([code, output, error.split('\n')[0]]).toEqual([2, '', `error: argument 1 of ${type}: ${message}`]);
    expect(error).toContain(`  ${type}(${type}) -> ${type}\n`);
  });

  it('wants as many arguments as there are parameters', () => {
    expect(run('app.wasm', '--invoke', 'subtract', '1')).toEqual({
      code: 2,
      output: '',
      error: 'error: subtract takes 2 arguments, not 1\n  subtract(i32, i32) -> i32\n',
    });
    expect(run('same.wasm', '--invoke', 'i32', '1', '2').error).toContain('i32 takes 1 argument, not 2');
  });

  it('lists the exports where there is none of the name', () => {
    const { code, error } = run('app.wasm', '--invoke', 'devide', '1', '2');
    expect(code).toBe(2);
    expect(error).toContain('error: app.wasm exports no function devide\n  did you mean divide(i32, i32) -> i32?\n');
    expect(error).toContain('\n    several() -> (i32, f64, i64)\n');
    expect(error).toContain('\n    memory: memory 1 400\n    counter: global mut i32\n    table: table 2 4 funcref\n');
    expect(run('app.wasm', '--invoke', 'memory').error).toMatch(/^error: memory is no function but memory 1 400\n/);
  });

  it('initialises a library first', () => {
    commandLine.file(
      'library.wasm',
      wat(`(module (global $ready (mut i32) (i32.const 0))
        (func (export "_initialize") (global.set $ready (i32.const 9)))
        (func (export "ready") (result i32) (global.get $ready)))`),
    );
    expect(run('library.wasm', '--invoke', 'ready')).toEqual(fine('9\n'));
  });
});

describe('a WASI program', () => {
  it('gets arguments and environment, and passes its exit code on', () => {
    const hello = example('hello/hello.wasm');
    expect(run(hello, 'Ada', '-x')).toEqual(fine('Hello, Ada!\nHello, -x!\n'));
    expect(run(hello, '--', '--json', '-x')).toEqual(fine('Hello, --json!\nHello, -x!\n'));
    const error =
      'warning: --json is an argument of the program here: options stand before them (-- says that it is meant)\n';
    expect(run(hello, 'Ada', '--json')).toEqual({ code: 0, output: 'Hello, Ada!\nHello, --json!\n', error });
    expect(run(hello, '--env', 'NAME=a=b', '--env', 'OTHER=')).toEqual(fine('Hello, a=b!\n'));
    expect(run('--env', 'NAME=Ada', hello)).toEqual(fine('Hello, Ada!\n'));
    const failed = { code: 3, output: '', error: 'Whom shall I greet? Give a name, or set NAME.\n' };
    expect(run(hello)).toEqual(failed);
    expect(commandLine.spawn(['run', hello])).toEqual(failed);
  });

  it('reads standard input', () => {
    const words = ['run', example('crc32/crc32.wasm')];
    expect(commandLine.run(words, '123456789')).toEqual(fine('cbf43926\n'));
    expect(commandLine.spawn(words, '123456789')).toEqual(fine('cbf43926\n'));
  });

  it('prints what it printed before it trapped', () => {
    commandLine.file('printing.wasm', printing('unreachable'));
    const { code, output, error } = run('printing.wasm');
    expect([code, output]).toEqual([1, 'text\n']);
    expect(error).toMatch(/^error: trap: unreachable\n {2}in function 1 \(_start\) at byte \d+ of printing.wasm\n$/);
  });

  it('may print much, and may be read by nobody', () => {
    commandLine.file(
      'much.wasm',
      printing('(br_if 0 (i32.gt_u (local.tee 0 (i32.sub (local.get 0) (i32.const 1))) (i32.const 0)))'),
    );
    expect(run('much.wasm').output).toBe('text\n'.repeat(100000));
    const shell = `"${process.execPath}" "${commandLine.program}" run much.wasm | head -n 1; echo \${PIPESTATUS[0]}`;
    const { stdout, stderr } = spawnSync('bash', ['-c', shell], { cwd: commandLine.folder, encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['text\n141\n', '']);
  });

  /** Prints `text` in a loop of this end, starting at 100,000. */
  function printing(end: string): Uint8Array {
    return wat(`(module
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 0) "\\10\\00\\00\\00\\05\\00\\00\\00")
      (data (i32.const 16) "text\\n")
      (func (export "_start") (local i32)
        (local.set 0 (i32.const 100000))
        (loop (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) ${end})))`);
  }
});

describe('a module without _start', () => {
  it('is not run: its exports are listed, with what to type', () => {
    const file = example('fib/fib.wasm');
    expect(run(file)).toEqual({
      code: 2,
      output: '',
      error: [
        `error: ${file} is no WASI program: it exports no function _start`,
        '  it exports:',
        '    fib(i32) -> i32',
        '    fib_fast(i32) -> i64',
        '    memory: memory 2',
        `  to call one: tazzina run ${file} --invoke fib 1\n`,
      ].join('\n'),
    });
  });

  it('may consist of a start function', () => {
    commandLine.file('start.wasm', wat('(module (func $start unreachable) (start $start))'));
    expect(run('start.wasm').error).toContain('trap: unreachable');
    commandLine.file('fine.wasm', wat('(module (func $start) (start $start))'));
    expect(run('fine.wasm')).toEqual(fine(''));
    commandLine.file('endless.wasm', wat('(module (func $start (loop (br 0))) (start $start))'));
    expect(run('endless.wasm', '--fuel', '1000').error).toMatch(/^error: out of fuel/);
  });
});

describe('the module', () => {
  const divide = ['--invoke', 'divide', '7', '2'];

  it('comes from standard input', () => {
    const bytes = readFileSync(join(commandLine.folder, 'app.wasm'));
    expect(commandLine.run(['run', '-', ...divide], bytes)).toEqual(fine('3\n'));
    const text = readFileSync(example('gcd/gcd.wat'));
    expect(commandLine.run(['run', '-', ...divide], text)).toEqual(fine('3\n1\n'));
  });

  it('may be text, by its name or its looks', () => {
    expect(run(example('gcd/gcd.wat'), '--invoke', 'gcd', '48', '36')).toEqual(fine('12\n'));
    commandLine.file('text', `\n ${readFileSync(example('gcd/gcd.wat'), 'utf8')}`);
    expect(run('text', ...divide)).toEqual(fine('3\n1\n'));
    commandLine.file('broken.wat', '(module (func (i32.bla)))');
    const { code, error } = run('broken.wat');
    expect(code).toBe(1);
    expect(error).toMatch(/^error: broken.wat is not in the text format\n {2}broken.wat:1:16: error: unexpected token/);
  });

  it('may be text that nests too deeply to be assembled', () => {
    const nested = `${'(i32.add (i32.const 1) '.repeat(250)}(i32.const 0)${')'.repeat(250)}`;
    commandLine.file('deep.wat', `(module (func (result i32) ${nested}))`);
    const { code, error } = run('deep.wat');
    expect([code, error]).toEqual([1, expect.stringContaining('deep.wat:1: it nests too deeply for the assembler')]);
  });

  it('has to be there', () => {
    expect(run('absent.wasm')).toEqual({
      code: 1,
      output: '',
      error: 'error: cannot read absent.wasm: there is no such file\n',
    });
    mkdirSync(join(commandLine.folder, 'folder'));
    expect(run('folder').error).toMatch(/^error: folder is not a folder that "tazzina build" wrote\n/);
    commandLine.file('empty.wasm', '');
    expect(run('empty.wasm')).toMatchObject({ code: 1, error: 'error: empty.wasm is empty\n' });
  });

  it('has to be well formed and valid', () => {
    commandLine.file('cut.wasm', readFileSync(example('fib/fib.wasm')).subarray(0, 60));
    expect(run('cut.wasm')).toMatchObject({ code: 1, output: '' });
    expect(run('cut.wasm').error).toMatch(/^error: malformed module: .+\n {2}at byte \d+ of cut.wasm\n$/);
    commandLine.file('vectors.wat', '(module (func (param v128)))');
    expect(run('vectors.wat').error).toMatch(
      /^error: SIMD is not supported: type v128 \(compile without -msimd128 or \+simd128\)\n {2}at byte \d+ of vectors.wat\n$/,
    );
    commandLine.file('invalid.wat', '(module (func (result i32) (f32.const 1)))');
    expect(run('invalid.wat')).toMatchObject({ code: 1 });
    expect(run('invalid.wat').error).toMatch(
      /^error: invalid module: type mismatch: .+\n {2}in function 0 at byte \d+ of invalid.wat\n$/,
    );
  });

  it('may import only what there is', () => {
    commandLine.file(
      'imports.wat',
      `(module
        (import "env" "log" (func (param i32 f64)))
        (import "wasi_snapshot_preview1" "fd_fly" (func (result i32)))
        (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32)))
        (import "env" "memory" (memory 1))
        (func (export "_start")))`,
    );
    const { code, error } = run('imports.wat');
    expect(code).toBe(1);
    // Memories and tables are made.
    expect(error.split('\n').slice(0, 4)).toEqual([
      'error: imports.wat has imports that nothing provides',
      '    env.log(i32, f64)',
      '    wasi_snapshot_preview1.fd_fly() -> i32',
      '  tazzina provides WASI preview 1 and the imports that compilers generate: docs/host-functions.md',
    ]);
    expect(json('imports.wat').error.imports[0]).toEqual({ module: 'env', name: 'log', type: '(i32, f64)' });
    commandLine.file('type.wat', '(module (import "env" "abort" (func (param i64))) (func (export "_start")))');
    expect(run('type.wat')).toMatchObject({ code: 1 });
    expect(run('type.wat').error).toMatch(/^error: incompatible import type: "env" "abort" has type/);
  });

  it('may be of AssemblyScript', () => {
    commandLine.file(
      'assemblyscript.wat',
      `(module
        (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
        (import "env" "trace" (func $trace (param i32 i32 f64 f64 f64 f64 f64)))
        (import "env" "seed" (func $seed (result f64)))
        (memory 1)
        (data (i32.const 8) "\\06\\00\\00\\00b\\00a\\00d\\00")
        (data (i32.const 28) "\\08\\00\\00\\00a\\00.\\00t\\00s\\00")
        (func (export "trace")
          (call $trace (i32.const 12) (i32.const 2) (f64.const 1.5) (f64.const -2) (call $seed) (f64.const 0) (f64.const 0)))
        (func (export "abort") (call $abort (i32.const 12) (i32.const 32) (i32.const 3) (i32.const 4)))
        (func (export "lost") (call $abort (i32.const -4) (i32.const 0) (i32.const 3) (i32.const 4))))`,
    );
    expect(run('assemblyscript.wat', '--invoke', 'trace')).toEqual({
      code: 0,
      output: '',
      error: 'trace: bad 1.5, -2\n',
    });
    expect(run('assemblyscript.wat', '--invoke', 'abort')).toEqual({
      code: 1,
      output: '',
      error: 'error: trap: abort: bad at a.ts:3:4\n',
    });
    expect(run('assemblyscript.wat', '--invoke', 'lost').error).toBe('error: trap: abort\n');
    for (const tier of ['js', 'interp'])
      expect(json('assemblyscript.wat', '--board', 'puckjs', '--tier', tier, '--invoke', 'abort').error).toEqual(
        json('assemblyscript.wat', '--invoke', 'abort').error,
      );
  });

  it('may be large', () => {
    const functions = Array.from(
      { length: 20000 },
      (_, index) => `(func (export "f${index}") (result i32) (i32.const ${index}))`,
    );
    const locals = `(func (export "locals") (local ${'i32 '.repeat(10000)}))`;
    commandLine.file('large.wasm', wat(`(module ${functions.join('')} ${locals} (memory 600))`));
    expect(run('large.wasm', '--invoke', 'f19999')).toEqual(fine('19999\n'));
    const { code, error } = run('large.wasm');
    expect([code, error.split('\n').length]).toEqual([2, 25]);
    expect(error).toContain('    and 19981 more\n');
  });
});

describe('a trap', () => {
  it('is told with its place', () => {
    const { code, output, error } = run('app.wasm', '--invoke', 'divide', '1', '0');
    expect([code, output]).toEqual([1, '']);
    expect(error).toMatch(
      /^error: trap: integer divide by zero\n {2}in function 3 \(divide\) at byte \d+ of app.wasm\n$/,
    );
    const offset = Number(/byte (\d+)/.exec(error)?.[1]);
    const I32_DIV_S = 0x6d;
    expect(readFileSync(join(commandLine.folder, 'app.wasm'))[offset]).toBe(I32_DIV_S);
  });

  it('ends an endless recursion, and not a deep one', () => {
    expect(run('app.wasm', '--invoke', 'deep', '50000')).toEqual(fine('50000\n'));
    expect(run('app.wasm', '--invoke', 'deep', '-1').error).toMatch(/^error: trap: call stack exhausted\n/);
  });
});

describe('--fuel', () => {
  it('ends what runs for too long', () => {
    for (const tier of ['interp', 'js']) {
      const { code, output, error } = run('app.wasm', '--tier', tier, '--fuel', '100_000', '--invoke', 'forever');
      expect([code, output]).toEqual([1, '']);
      expect(error).toMatch(/^error: out of fuel\n {2}in function 4 \(forever\) at byte \d+ of app.wasm\n$/);
    }
    expect(run('app.wasm', '--fuel', '100', '--invoke', 'divide', '6', '3')).toEqual(fine('2\n'));
  });

  it('is for everything that runs', () => {
    const loop = (name: string) => `(func (export "${name}") (local i32)
      (loop (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 100)))))`;
    commandLine.file('loops.wat', `(module ${loop('_initialize')} ${loop('again')})`);
    const { fuel } = json('loops.wat', '--invoke', 'again');
    expect(run('loops.wat', '--invoke', 'again', '--fuel', String(fuel))).toEqual(fine(''));
    expect(run('loops.wat', '--invoke', 'again', '--fuel', String(Math.floor(fuel * 0.7)))).toMatchObject({ code: 1 });
  });

  it('has to be a number', () => {
    expect(run('app.wasm', '--fuel', 'much')).toMatchObject({ code: 2 });
  });
});

describe('--memory', () => {
  const touch = (at: number, ...words: string[]) => run('app.wasm', '--invoke', 'touch', String(at), ...words).code;

  it('says how many bytes there are', () => {
    expect(touch(65535)).toBe(0);
    expect(touch(1023, '--memory', '1K')).toBe(0);
    expect(touch(1024, '--memory', '1K')).toBe(1);
    expect(touch(999, '--memory', '1000')).toBe(0);
    expect(touch(1000, '--memory', '1000')).toBe(1);
    expect(run('app.wasm', '--invoke', 'grow', '1', '--memory', '128K')).toEqual(fine('1\n2\n7\n'));
    expect(run('app.wasm', '--invoke', 'grow', '2', '--memory', '128K')).toEqual(fine('-1\n1\n7\n'));
  });

  it('has to hold the data', () => {
    commandLine.file('data.wat', '(module (memory 1) (data (i32.const 100) "abc") (func (export "_start")))');
    expect(run('data.wat', '--memory', '103')).toEqual(fine(''));
    const { code, error } = run('data.wat', '--memory', '102');
    expect([code, error.split('\n')[0]]).toEqual([
      1,
      'error: 102 bytes of memory are too few: its data end at byte 103',
    ]);
  });

  it('is otherwise what the module declares, up to its maximum', () => {
    expect(run('app.wasm', '--invoke', 'grow', '399')).toEqual(fine('1\n400\n7\n'));
    expect(run('app.wasm', '--invoke', 'grow', '400')).toEqual(fine('-1\n1\n7\n'));
    commandLine.file('huge.wat', '(module (memory 65536) (func (export "_start")))');
    expect(run('huge.wat')).toMatchObject({ code: 1 });
    expect(run('huge.wat').error).toContain('error: the module needs 4294967296 bytes of memory');
  });

  it('has to be a number of bytes', () => {
    for (const bytes of ['1T', 'K', '-1', '3G'])
      expect(run('app.wasm', `--memory=${bytes}`)).toMatchObject({ code: 2 });
  });
});

describe('--json', () => {
  it('prints results', () => {
    expect(json(example('fib/fib.wasm'), '--invoke', 'fib', '10')).toEqual({
      code: 0,
      ok: true,
      results: [{ type: 'i32', value: '55' }],
      fuel: expect.any(Number),
    });
    expect(json('app.wasm', '--invoke', 'several').results).toEqual([
      { type: 'i32', value: '1' },
      { type: 'f64', value: '2.5' },
      { type: 'i64', value: '-3' },
    ]);
  });

  it('counts the fuel', () => {
    const [few, many] = ['10', '20'].map((n) => json(example('fib/fib.wasm'), '--invoke', 'fib', n).fuel);
    expect(few).toBeGreaterThan(100);
    expect(many).toBeGreaterThan(few * 100);
  });

  it('has what the program printed', () => {
    expect(commandLine.run(['run', '--json', example('hello/hello.wasm'), 'Ada']).output).toMatch(
      /^\{"ok":true,"results":\[\],"fuel":\d+,"stdout":"Hello, Ada!\\n"\}\n$/,
    );
    const { code, output, error } = run('--json', example('hello/hello.wasm'));
    expect([code, error]).toEqual([3, 'Whom shall I greet? Give a name, or set NAME.\n']);
    expect(JSON.parse(output)).toEqual({
      ok: false,
      error: { kind: 'exit', message: 'the program ended with exit code 3', code: 3 },
      fuel: expect.any(Number),
    });
  });

  it('says what went wrong, of every kind', () => {
    commandLine.file('lonely.wat', '(module (import "a" "b" (func)) (func (export "_start")))');
    commandLine.file('bytes.wasm', 'nothing of the kind');
    commandLine.file('mismatch.wat', '(module (func (result i32)))');
    commandLine.file('typo.wat', '(modul)');
    commandLine.file('full.wat', '(module (memory 1) (data (i32.const 2000) "x") (func (export "_start")))');
    for (const [kind, exitCode, ...words] of [
      ['usage', 2, 'app.wasm'],
      ['usage', 2, '--bogus', 'app.wasm'],
      ['usage', 2],
      ['input', 1, 'absent.wasm'],
      ['text', 1, 'typo.wat'],
      ['decode', 1, 'bytes.wasm'],
      ['validation', 1, 'mismatch.wat'],
      ['link', 1, 'lonely.wat'],
      ['capacity', 1, 'full.wat', '--memory', '1K'],
      ['fuel', 1, 'app.wasm', '--invoke', 'forever', '--fuel', '1000'],
      ['trap', 1, 'app.wasm', '--invoke', 'divide', '1', '0'],
    ] as const) {
      const { code, ok, error } = json('--json', ...words);
      expect([words, code, ok, error.kind]).toEqual([words, exitCode, false, kind]);
      expect(error.message).toMatch(/\w/);
    }
    expect(json('app.wasm', '--invoke', 'divide', '1', '0')).toMatchObject({
      error: {
        code: 3,
        message: 'integer divide by zero',
        function: 3,
        functionName: 'divide',
        offset: expect.any(Number),
      },
    });
  });
});

describe('the command line', () => {
  it('has a version', () => {
    const { version } = JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'));
    expect(commandLine.run(['--version'])).toEqual(fine(`${version}\n`));
  });

  it.each([
    [['run'], "error: missing required argument 'FILE'\n  see tazzina run --help\n"],
    [['run', '--jsno', 'app.wasm'], "error: unknown option '--jsno'; did you mean --json?\n  see tazzina run --help\n"],
    [
      ['run', 'app.wasm', '--invoke'],
      "error: option '-i, --invoke <name>' argument missing\n  see tazzina run --help\n",
    ],
    [
      ['run', '--env', 'NAME', 'app.wasm'],
      "error: option '-e, --env <name=value>' argument 'NAME' is invalid\n  write NAME=VALUE\n  see tazzina run --help\n",
    ],
    [['app.wasm'], "error: unknown command 'app.wasm'\n  to run a module: tazzina run app.wasm\n"],
    [['rum'], "error: unknown command 'rum'; did you mean run?\n  see tazzina --help\n"],
  ])('is explained where it is wrong: %j', (words, message) => {
    const { code, output, error } = commandLine.run(words);
    expect([code, output]).toEqual([2, '']);
    expect(error).toBe(message);
  });
});
