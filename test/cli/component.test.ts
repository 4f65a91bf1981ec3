// Components on the command line: checked, built and run as modules with an interface are, on this machine and on boards.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wat } from '../core/wat.js';
import { componentOf } from '../targets/interfaces/jco.js';
import { CommandLine } from './command.js';

const commandLine = new CommandLine();
const run = (...words: string[]) => commandLine.run(words);

const WIT = `package test:greeting;
interface log { write: func(level: u8, text: string); }
world greeting { import log; export greet: func(name: string) -> string; }
`;
/** Writes what it is given to the log, and returns it with "Hello " before it. */
const MODULE = `(module
  (import "test:greeting/log" "write" (func $write (param i32 i32 i32)))
  (memory (export "memory") 1)
  (global (export "__heap_base") i32 (i32.const 64))
  (global $top (mut i32) (i32.const 64))
  (data (i32.const 0) "Hello ")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.set $top (i32.add (global.get $top) (local.get 3)))
    (i32.sub (global.get $top) (local.get 3)))
  (func (export "greet") (param $name i32) (param $length i32) (result i32)
    (call $write (i32.const 3) (local.get $name) (local.get $length))
    (memory.copy (i32.const 518) (local.get $name) (local.get $length))
    (memory.copy (i32.const 512) (i32.const 0) (i32.const 6))
    (i32.store (i32.const 504) (i32.const 512))
    (i32.store (i32.const 508) (i32.add (local.get $length) (i32.const 6)))
    (global.set $top (i32.const 64))
    (i32.const 504)))`;
const GIVEN = ['--imports', 'host.js', '--memory', '1K'];

beforeAll(async () => {
  commandLine.file('greeting.component.wasm', await componentOf(wat(MODULE), WIT));
  commandLine.file('host.js', 'export const log = { write(level, text) { console.log(level, text); } };');
  const wasi = `(component
    (import "wasi:filesystem/preopens@0.2.0" (instance $i (export "count" (func (result u32)))))
    (core module $m (import "i" "count" (func $count (result i32))) (func (export "f") (result i32) (call $count)))
    (core func $count (canon lower (func $i "count")))
    (core instance $m (instantiate $m (with "i" (instance (export "count" (func $count))))))
    (func (export "f") (result u32) (canon lift (core func $m "f"))))`;
  commandLine.file('files.wasm', await parse(wasi));
}, 60_000);
afterAll(() => commandLine.remove());

describe('a typed call on this machine', () => {
  const MATH = `package test:math;
    interface log { say: func(text: string); }
    world math { import log; export divide: func(one: s32, other: s32) -> result<s32, string>; export trap: func(one: s32) -> s32;
      export names: func() -> list<string>; export low: func(value: tuple<u64>) -> u32; }`;
  const CORE = `(module (import "test:math/log" "say" (func $say (param i32 i32))) (memory (export "memory") 1)
    (data (i32.const 16) "by zero" "Zo\\c3\\ab") (data (i32.const 32) "\\17\\00\\00\\00\\04\\00\\00\\00")
    (func (export "divide") (param i32 i32) (result i32)
      (i32.store8 (i32.const 0) (i32.eqz (local.get 1)))
      (if (local.get 1) (then (i32.store (i32.const 4) (i32.div_s (local.get 0) (local.get 1))))
        (else (i32.store (i32.const 4) (i32.const 16)) (i32.store (i32.const 8) (i32.const 7))))
      (i32.const 0))
    (func (export "trap") (param i32) (result i32) (call $say (i32.const 16) (i32.const 7)) (i32.div_s (i32.const 1) (local.get 0)))
    (func (export "low") (param i64) (result i32) (i32.wrap_i64 (local.get 0)))
    (func (export "names") (result i32)
      (i32.store (i32.const 0) (i32.const 32)) (i32.store (i32.const 4) (i32.const 1)) (i32.const 0)))`;
  const given = ['--wit', 'math.wit', '--imports', 'say.js'];
  const math = (...words: string[]) => run('run', 'math.wat', ...given, ...words);

  beforeAll(() => {
    commandLine.file('math.wit', MATH);
    commandLine.file('math.wat', CORE);
    commandLine.file('say.js', 'export const log = { say(text) { console.log(text); } };');
    commandLine.file('throws.js', 'export const log = { say() { throw new Error("no log"); } };');
  });

  it.each<[string[], number, string]>([
    [['--invoke', 'divide', '7', '0'], 1, 'error: divide returned an error: by zero\n'],
    [['--invoke', 'trap', '0'], 1, 'error: trap: integer divide by zero\n  in function 2 at byte '],
    [['--tier', 'js', '--invoke', 'trap', '0'], 1, 'error: trap: integer divide by zero\n  in function 2 at byte '],
    [['--imports', 'throws.js', '--invoke', 'trap', '1'], 1, 'error: trap: no log\n'],
    [['--invoke', 'divide', '7'], 2, 'error: divide takes 2 arguments, not 1\n'],
    [
      ['--invoke', 'divide', '2147483648', '1'],
      2,
      'one of divide is s32: 2147483648 is not from -2147483648 to 2147483647\n',
    ],
    [['--invoke', 'divide', '1', '0.5'], 2, 'other of divide is s32: 0.5 is no whole number\n'],
    [['--invoke', 'divide', '1', '"2"'], 2, 'other of divide is s32: "2" is no number\n'],
    [['--invoke', 'low', '[9007199254740993]'], 2, 'tuple<u64>: 9007199254740992 may be rounded: write it in quotes\n'],
    [['--invoke', 'low', '5'], 2, 'value of low is tuple<u64>: it is written [ … ]\n'],
  ])('%j ends with a message', (words, exitCode, message) => {
    const { code, error } = math(...words);
    expect([code, error]).toEqual([exitCode, expect.stringContaining(message)]);
    expect(error).not.toContain('itself failed');
  });

  it('has limits of fuel and memory, and prints JSON', () => {
    const call = ['--invoke', 'divide', '84', '2'];
    const { fuel, ...line } = JSON.parse(math(...call, '--json', '--fuel', '1000', '--memory', '1K').output);
    expect(line).toEqual({ ok: true, results: [{ type: 's32', value: '42' }] });
    expect(math(...call, '--fuel', String(fuel)).output).toBe('42\n');
    const short = math(...call, '--fuel', String(fuel - 1));
    expect([short.code, short.error]).toEqual([
      1,
      expect.stringMatching(/^error: out of fuel\n {2}in function 1 at byte \d+ of [\w.-]+\n$/),
    ]);
    expect(math(...call, '--memory', '20').error).toContain('20 bytes of memory are too few');
    expect(math(...call, '--fuel', '9', '--tier', 'interp').code).toBe(2);
    const failed = JSON.parse(math('--invoke', 'divide', '1', '0', '--json').output);
    expect(failed).toMatchObject({
      ok: false,
      error: { kind: 'result', message: 'divide returned an error: by zero' },
    });
  });

  it('takes integers that a double does not hold in quotes', () => {
    expect(math('--invoke', 'low', '["9007199254740993"]').output).toBe('1\n');
    expect(math('--invoke', 'low', '[4294967301]').output).toBe('5\n');
  });

  it.each(['null', '{"tag":"none"}', '{"tag":"some","val":null}', '{"tag":"some","val":7}'])(
    'takes and prints an option of an option of an option: %s',
    (value) => {
      const type = 'option<option<option<u8>>>';
      commandLine.file('options.wit', `package a:b; world w { export same: func(x: ${type}) -> ${type}; }`);
      commandLine.file(
        'options.wat',
        `(module (memory (export "memory") 1) (func (export "same") (param i32 i32 i32 i32) (result i32)
          (i32.store8 (i32.const 8) (local.get 0)) (i32.store8 (i32.const 9) (local.get 1))
          (i32.store8 (i32.const 10) (local.get 2)) (i32.store8 (i32.const 11) (local.get 3)) (i32.const 8)))`,
      );
      const call = ['run', 'options.wat', '--wit', 'options.wit', '--invoke', 'same', value];
      expect(run(...call).output).toBe(`${value}\n`);
      expect(run(...call, '--board', 'puckjs', '--memory', '256').output).toBe(`${value}\n`);
    },
  );

  it('prints text within lists as on a board', () => {
    const here = math('--invoke', 'names').output;
    expect(here).toBe('["Zoë"]\n');
    expect(math('--invoke', 'names', '--board', 'puckjs', '--memory', '1K').output).toBe(here);
  });

  it('has a stub of the functions that its world imports', () => {
    expect(run('check', 'math.wat', '--wit', 'math.wit', '--board', 'puckjs', '--stub', 'stub.js').code).toBe(0);
    const text = readFileSync(join(commandLine.folder, 'stub.js'), 'utf8');
    expect(text).toContain('export const log = {\n  // func(text: string)\n  say(text) {},\n};\n');
    expect(run('run', 'math.wat', '--wit', 'math.wit', '--imports', 'stub.js', '--invoke', 'trap', '1').output).toBe(
      '1\n',
    );
  });

  it('is refused for types that double again and again', () => {
    const types = Array.from({ length: 40 }, (_, at) => `record t${at + 1} { a: t${at}, b: t${at} }`);
    commandLine.file(
      'double.wit',
      `package a:b; interface i { record t0 { a: u8 } ${types.join(' ')} f: func(a: t40); } world w { export i; }`,
    );
    const { code, error } = run('check', 'math.wat', '--wit', 'double.wit', '--board', 'puckjs');
    expect([code, error]).toEqual([1, expect.stringContaining('f has the type t40, which has more than 5000 parts')]);
  });
});

describe('a component', () => {
  it.each(['interp', 'js'])('runs on this machine, --tier %s', (tier) => {
    const { code, output } = run(
      'run',
      'greeting.component.wasm',
      '--imports',
      'host.js',
      '--tier',
      tier,
      '--invoke',
      'greet',
      'Ada é',
    );
    expect([code, output]).toEqual([0, '3 Ada é\nHello Ada é\n']);
  });

  it.each(['js', 'native', 'interp'])('runs on a simulated board, --tier %s', (tier) => {
    const words = [...GIVEN, '--board', 'banglejs2', '--tier', tier];
    const { code, output } = run('run', 'greeting.component.wasm', ...words, '--invoke', 'greet', 'Ada');
    expect([code, output]).toEqual([0, '3 Ada\nHello Ada\n']);
  });

  it('is checked and built, with declarations of what it exports', () => {
    const checked = run('check', 'greeting.component.wasm', ...GIVEN, '--board', 'puckjs', '--json');
    expect(JSON.parse(checked.output)).toMatchObject({ ok: true, verdict: 'may fit' });
    const { code, error } = run('build', 'greeting.component.wasm', ...GIVEN, '--board', 'puckjs', '-o', 'out');
    expect([code, error]).toEqual([0, '']);
    expect(readFileSync(join(commandLine.folder, 'out/greeting.d.ts'), 'utf8')).toContain('(name: string): string;');
  });

  it.each([
    [
      'without what it imports',
      ['greeting.component.wasm', '--board', 'puckjs'],
      'log.write: func(level: u8, text: string)',
    ],
    [
      'with an interface of its own',
      ['greeting.component.wasm', ...GIVEN, '--wit', 'app.wit', '--board', 'puckjs'],
      'the module has its own interface: leave out --wit',
    ],
    [
      'that needs a system',
      ['files.wasm', '--board', 'puckjs'],
      'a board is no host of wasi:filesystem/preopens@0.2.0, which the module imports',
    ],
  ])('is refused %s', (_, words, message) => {
    const { code, error } = run('build', ...words);
    expect(code).toBeGreaterThan(0);
    expect(error).toContain(message);
  });

  it('does not fit a board that is no host for it', () => {
    const { code, output } = run('check', 'files.wasm', '--board', 'puckjs');
    expect(code).toBe(1);
    expect(output).toMatch(/^files\.wasm on puckjs: does not fit\n\n {2}a board is no host of wasi:filesystem/);
  });

  it('is refused where it is damaged', () => {
    const bytes = Uint8Array.from(readFileSync(join(commandLine.folder, 'greeting.component.wasm')));
    bytes[8] = 77;
    commandLine.file('damaged.wasm', bytes);
    const { code, error } = run('check', 'damaged.wasm', '--board', 'puckjs');
    expect([code, error]).toEqual([1, expect.stringContaining('the component is damaged: unknown section 77')]);
  });
});
