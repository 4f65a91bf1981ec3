// `tazzina run app.js --board`: programs for Espruino on a simulated board.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteThatItRuns } from '../../cli/board-run.js';
import { CommandLine } from './command.js';

const commandLine = new CommandLine();
const run = (...words: string[]) => commandLine.run(['run', ...words]);

beforeAll(async () => {
  commandLine.file('blink.js', 'var n = 0; setInterval(() => { digitalWrite(LED1, n & 1); print(n++); }, 4000);\n');
  commandLine.file(
    'module.js',
    'var fib = exports.fib = function (n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); };\n' +
      'exports.add = function (a, b) { return a + b; };\n',
  );
  commandLine.file('loop.js', 'while (1);\n');
  commandLine.file('throws.js', 'print(1);\nthrow new Error("x");\n');
  commandLine.file('shift.js', 'var a = 40;\nprint(1 << a);\n');
  commandLine.file('large.js', 'var a = []; while (1) a.push(new Uint8Array(1000));\n');
});
afterAll(() => commandLine.remove());

const sliced = () =>
  commandLine.file(
    'sliced.wat',
    `(module
      (func (export "sum") (param $n i32) (result i32) (local $sum i32)
        (loop $next
          (local.set $sum (i32.add (local.get $sum) (local.get $n)))
          (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $sum))
      (func (export "divide") (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0))))`,
  );
const typed = () =>
  commandLine.file(
    'typed.wat',
    `(module (func (export "größe") (param f64) (result f64) (local.get 0))
      (func (export "all") (param i64 f32 f64 i32) (result i32 f64 f32 i64)
        (local.get 3) (local.get 2) (local.get 1) (local.get 0)))`,
  );

describe('a module', () => {
  it('runs as build writes it, on the simulated board', () => {
    const file = commandLine.file('gcd.wat', readFileSync(new URL('../../examples/gcd/gcd.wat', import.meta.url)));
    const { code, output, error } = run(file, '--board', 'puckjs', '--invoke', 'gcd', '48', '36');
    expect([code, output]).toEqual([0, '12\n']);
    expect(error).toMatch(/^about .* on a Puck\.js, .* of it at once; \d+ of 2630 JsVars\n$/);
  });

  it('runs as machine code, and says where and why not', () => {
    const file = commandLine.file('gcd.wat', readFileSync(new URL('../../examples/gcd/gcd.wat', import.meta.url)));
    const call = ['--invoke', 'gcd', '48', '36'];
    const { code, output } = run(file, '--board', 'rpi_pico', '--tier', 'native', ...call);
    expect([code, output]).toEqual([0, '12\n']);
    const refused = (...options: string[]) => {
      const { code, error } = run(file, '--tier', 'native', ...options, ...call);
      return [code, error.split('\n')[0]];
    };
    expect(refused()).toEqual([2, 'error: machine code is for the processor of a board: give --board NAME']);
    expect(refused('--board', 'esp32c3')).toEqual([1, 'error: esp32c3 executes no machine code of programs']);
    expect(refused('--board', 'puckjs', '--jit')).toEqual([
      2,
      'error: --jit is for translated programs: leave out --tier native',
    ]);
  });

  it('traps in the words that this machine has for it, on each tier, with names as people write them', () => {
    const file = commandLine.file(
      'trap.wat',
      `(module (func $_ZN3app4half17h0123456789abcdefE (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
        (func (export "f") (param i32) (result i32) (call 0 (local.get 0))) (func (export "_start") (unreachable)))`,
    );
    const call = ['--invoke', 'f', '0'];
    const trap = 'error: trap: integer divide by zero\n  in function 0 (app::half) at byte ';
    const here = run(file, ...call);
    const offset = /at byte (\d+)/.exec(here.error)![1];
    expect([here.code, here.error.startsWith(`${trap}${offset} of `)]).toEqual([1, true]);
    for (const tier of ['js', 'interp', 'native']) {
      const board = ['--board', 'puckjs', '--tier', tier];
      const { code, output, error } = run(file, ...board, ...call);
      expect([code, output]).toEqual([1, '']);
      expect(error).toMatch(/^error: trap: integer divide by zero\n.*\nabout .*\n$/);
      expect(error.startsWith(`${trap}${offset} of `)).toBe(true);
      const line = JSON.parse(run(file, ...board, ...call, '--json').output);
      const details = { kind: 'trap', function: 0, functionName: 'app::half', offset: Number(offset) };
      expect(line).toMatchObject({ ok: false, error: details, jsVarsOfBoard: 2630 });
      expect(run(file, ...board).error).toMatch(/^error: trap: unreachable\n {2}in function 2 \(_start\) at byte/);
    }
    // Machine code tells the call stack, too.
    const native = run(file, '--board', 'puckjs', '--tier', 'native', '--no-optimise', ...call);
    expect(native.error.replace(/about .*\n$/, '')).toBe(here.error);
    expect(here.error).toContain('\n  called from function 1 (f) at byte ');
  });

  it.each(['js', 'native'])('is given fuel, with the tier %s', (tier) => {
    const file = commandLine.file('gcd.wat', readFileSync(new URL('../../examples/gcd/gcd.wat', import.meta.url)));
    const call = ['--board', 'puckjs', '--invoke', 'gcd', '48', '36', '--fuel'];
    expect(run(file, ...call, '1000', '--tier', tier).output).toBe('12\n');
    const { code, output, error } = run(file, ...call, '10', '--tier', tier);
    expect([code, output, error]).toEqual([
      1,
      '',
      expect.stringMatching(/^error: out of fuel\n {2}in function 0 \(gcd\) at byte \d+ of .*gcd\.wat\nabout /),
    ]);
    expect(run(file, ...call, '1000', '--tier', 'interp')).toMatchObject({
      code: 2,
      error: expect.stringContaining(
        'error: --fuel on a board is for a call of a module: give --invoke NAME, and no --tier interp\n',
      ),
    });
    expect(run(file, '--board', 'puckjs', '--tier', tier, '--fuel', '1000').code).toBe(2);
  });

  it.each([[[]], [['--board', 'puckjs']], [['--board', 'puckjs', '--tier', 'interp']]])(
    'takes arguments and prints results with %j as everywhere',
    (where) => {
      const { code, output } = run(typed(), ...where, '--invoke', 'all', '-1', '0.05', '0x1.8p3', '0x2a');
      expect([code, output]).toEqual([0, '42\n12\n0.05\n-1\n']);
    },
  );

  it('gets no arguments where it is started', () => {
    const { code, error } = run(typed(), '--board', 'puckjs', 'Ada');
    expect([code, error]).toEqual([
      2,
      expect.stringContaining('a module that is started on a board gets no arguments'),
    ]);
  });

  it('refuses arguments that are none of the function that it calls', () => {
    const refusals = [['größe'], ['größe', 'x'], ['all', '1', '1', '1', '4294967296'], ['none']].map((call) => {
      const { code, error } = run(typed(), '--board', 'puckjs', '--invoke', ...call);
      return [code, error.split('\n')[0]];
    });
    expect(refusals).toEqual([
      [2, 'error: "größe" takes 1 argument, not 0'],
      [2, 'error: argument 1 of "größe": x is not an f64'],
      [2, 'error: argument 4 of all: 4294967296 does not fit an i32'],
      [2, 'error: typed.wat exports no function none'],
    ]);
  });

  it('tells of results in JSON as without a board', () => {
    const line = JSON.parse(run(typed(), '--board', 'puckjs', '--json', '--invoke', 'größe', 'nan').output);
    expect(line.results).toEqual([{ type: 'f64', value: 'nan' }]);
  });

  it('has another name than its file where the board needs that', () => {
    commandLine.file('timer.wat', '(module (func (export "f") (result i32) (i32.const 3)))');
    expect(run('timer.wat', '--board', 'puckjs', '--invoke', 'f').output).toBe('3\n');
    // Files are written under the name, so it must be chosen.
    const { code, error } = commandLine.run(['build', 'timer.wat', '--board', 'puckjs']);
    expect([code, error]).toEqual([
      1,
      expect.stringMatching(/^error: timer is a module of .*\n {2}.*--name timer_app\n$/),
    ]);
    const named = run('timer.wat', '--board', 'puckjs', '--name', 'a b', '--invoke', 'f');
    expect([named.code, named.error]).toEqual([
      2,
      expect.stringMatching(/^error: "a b" cannot be the name of a program/),
    ]);
  });

  it.each(['--jit', '--optimise'])('is either interpreted or has %s', (option) => {
    commandLine.file('one.wat', '(module (func (export "f") (result i32) (i32.const 1)))');
    const { code, error } = run('one.wat', '--board', 'banglejs2', '--tier', 'interp', option, '--invoke', 'f');
    expect([code, error]).toEqual([2, `error: ${option} is for translated programs: leave out --tier interp\n`]);
  });

  it.each([
    [3, 'js'],
    [0, 'js'],
    [3, 'interp'],
    [259, 'js'],
    [-1, 'js'],
  ])('passes on the exit code %d of WASI (%s)', (exit, tier) => {
    const file = commandLine.file(
      'exits.wat',
      `(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (memory (export "memory") 1)
        (func (export "_start") (call $exit (i32.const ${exit})))
        (func (export "f") (result i32) (call $exit (i32.const ${exit})) (i32.const 1)))`,
    );
    const { code, output, error } = run(file, '--board', 'puckjs', '--tier', tier);
    expect([code, output, error]).toEqual([exit & 255, '', expect.stringMatching(/^about .*\n$/)]);
    const line = JSON.parse(run(file, '--board', 'puckjs', '--tier', tier, '--json').output);
    expect(line).toMatchObject(exit === 0 ? { ok: true } : { ok: false, error: { kind: 'exit', code: exit & 255 } });
    if (exit !== 0)
      expect(run(file, '--board', 'puckjs', '--invoke', 'f')).toMatchObject({ code: exit & 255, output: '' });
  });

  it('is refused with the reason where it cannot be built', () => {
    const file = commandLine.file('no.wat', '(module (import "a" "b" (func)) (func (export "f")))');
    const { code, error } = run(file, '--board', 'puckjs', '--invoke', 'f');
    expect([code, error.split('\n')[0]]).toEqual([1, 'error: puckjs does not provide what the module imports']);
  });
});

describe('a program for Espruino', () => {
  it('prints, and then what it takes is told', () => {
    const { code, output, error } = run('blink.js', '--board', 'puckjs');
    expect([code, output]).toEqual([0, '0\n1\n']);
    expect(error).toMatch(/^about [\d.]+ ms on a Puck\.js, [\d.]+ ms of it at once; \d+ of 2630 JsVars\n$/);
    expect(run('blink.js', '--board', 'banglejs2', '--seconds', '13').output).toBe('0\n1\n2\n');
  });

  it('is told of in JSON', () => {
    const line = JSON.parse(run('blink.js', '--board', 'puckjs', '--json').output);
    expect(line).toMatchObject({ ok: true, stdout: '0\n1\n', jsVarsOfBoard: 2630 });
    expect(line.seconds).toBeGreaterThan(line.longestBlock);
    expect(line.jsVars).toBeGreaterThan(0);
  });

  it('is ended for what the board cannot do, with the spot', () => {
    const shift = run('shift.js', '--board', 'puckjs');
    expect([shift.code, shift.error.split('\n')[0]]).toEqual([1, 'error: shift.js:2:7: shift count: 1 << a']);
    const loop = run('loop.js', '--board', 'puckjs', '--watchdog', '0.5');
    expect([loop.code, loop.error.split('\n')[0]]).toEqual([1, 'error: loop.js:1:1: blocks too long: while (1);']);
    expect(run('large.js', '--board', 'puckjs').error).toMatch(/out of memory[\s\S]*puckjs has 2630/);
  });

  it('has an hour for what blocks the board, where nothing else is said', () => {
    const { code, error } = run('loop.js', '--board', 'puckjs');
    expect([code, error]).toEqual([
      1,
      expect.stringMatching(/blocks too long[\s\S]*at most 3600 s[\s\S]*--watchdog none/),
    ]);
    expect(run('throws.js', '--board', 'puckjs', '--watchdog', 'none').output).toMatch(/^1\n/);
  });

  it('ends after its seconds, where it is interpreted in slices', () => {
    commandLine.file('endless.wat', '(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))');
    const { code, error } = run('endless.wat', '--board', 'puckjs', '--tier', 'interp', '--seconds', '1');
    expect([code, error]).toEqual([0, expect.stringMatching(/^about 1\.\d s on a Puck\.js/)]);
  });

  it('names the fonts of texts that its picture lacks', () => {
    commandLine.file(
      'texts.js',
      'g.setFont("6x8").drawString("a",9,9).setFont("12x20").drawString("b",9,9).setFont("Vector",20).drawString("c",9,9);',
    );
    const { code, error } = run('texts.js', '--board', 'banglejs2', '--png', 'texts.png');
    expect([code, error.match(/^warning.*/gm)]).toEqual([
      0,
      [
        'warning: texts.png lacks texts in the font "12x20", of which the simulator knows only the widths',
        'warning: texts.png lacks texts in the font Vector: give its outlines with --vector-font',
      ],
    ]);
  });

  it('is a module, of which a function is called', () => {
    const { code, output, error } = run('module.js', '--board', 'puckjs', '--invoke', 'fib', '10');
    expect([code, output]).toEqual([0, '55\n']);
    expect(error).toMatch(/^about [\d.]+ ms on a Puck\.js/);
    expect(run('module.js', '--board', 'banglejs2', '--invoke', 'add', '-1.5', '0x10').output).toBe('14.5\n');
    const absent = run('module.js', '--board', 'puckjs', '--invoke', 'absent');
    expect([absent.code, absent.output, absent.error]).toEqual([
      2,
      '',
      'error: module.js exports no function absent\n  a program exports with exports.NAME = function\n',
    ]);
    expect(run('module.js', '--board', 'puckjs', '--invoke', 'fib', 'x').code).toBe(2);
  });

  it.each([[['--resumable']], [['--resumable=sum', '--json']], [['--resumable', '--tier', 'native']]])(
    'calls a function in slices: %j',
    (options) => {
      const board = [sliced(), '--board', 'banglejs2', ...options];
      expect(run(...board, '--invoke', 'sum', '30000').output).toMatch(/^450015000\n|"value":"450015000"/);
      expect(run(...board, '--invoke', 'divide', '0').error + run(...board, '--invoke', 'divide', '0').output).toMatch(
        /integer divide by zero/,
      );
    },
  );

  it('ends a call in slices that has not ended in time', () => {
    const { code, output, error } = run(
      ...[sliced(), '--board', 'puckjs', '--resumable', '--seconds', '1', '--invoke', 'sum', '100000000'],
    );
    expect([code, output, error]).toEqual([
      1,
      '',
      'error: the call has not ended in this time\n  to give it more: --seconds\n',
    ]);
  });

  it.each(['sampling', 'standard', 'full'])('verifies at the level %s', (level) => {
    const where = ['--board', 'puckjs', '--verification', level];
    expect(run(sliced(), ...where, '--invoke', 'sum', '10').output).toBe('55\n');
  });

  it('runs the files of a folder that build wrote', () => {
    const folder = join(commandLine.folder, 'built');
    expect(commandLine.run(['build', sliced(), '--board', 'puckjs', '--output', folder]).code).toBe(0);
    expect(run(folder, '--invoke', 'sum', '10').output).toBe('55\n');
    expect(run(folder, '--board', 'puckjs', '--invoke', 'divide', '0').error).toMatch(
      /^error: trap: integer divide by zero\n/,
    );
    expect(run(folder, '--board', 'banglejs2')).toMatchObject({
      code: 2,
      error: expect.stringContaining('for puckjs'),
    });
    expect(run(folder, '--tier', 'js')).toMatchObject({ code: 2, error: expect.stringContaining('is built already') });
  });

  it('says what helps where calls are too deep', () => {
    const fib = ['fib.wasm', '--board', 'puckjs', '--invoke', 'fib', '20'];
    commandLine.file('fib.wasm', readFileSync('examples/fib/fib.wasm'));
    const { code, error } = run(...fib);
    expect([code, error.split('\n')[3]]).toEqual([
      1,
      'calls take C stack, of which a Puck.js has little: --tier native takes less, and --tier interp takes none',
    ]);
    const espruino = run(...fib.map((word) => (word === 'puckjs' ? 'esp8266' : word))).error;
    expect(espruino).toMatch(/has little: --tier interp takes none$/m);
    expect(run('fib.wasm', '--board', 'puckjs', '--invoke', 'fib', '4').error).not.toContain('C stack');
  });

  it('that throws fails', () => {
    const { code, output } = run('throws.js', '--board', 'puckjs');
    expect([code, output]).toEqual([1, expect.stringMatching(/^1\nUncaught Error: x\n {4}at /)]);
    const { ok, error } = JSON.parse(run('throws.js', '--board', 'puckjs', '--json').output);
    expect([ok, error]).toEqual([false, { kind: 'uncaught', message: 'Error: x' }]);
  });

  it('needs a board, and no arguments', () => {
    expect(run('blink.js').code).toBe(2);
    expect(run('blink.js', '--board', 'puckjs', 'x').error).toContain('a program for Espruino gets no arguments');
    expect(run('blink.js', '--board', 'puckjs', '--watchdog', '0').code).toBe(2);
  });
});

describe('a file that is put into Storage', () => {
  it('is there for the program', () => {
    commandLine.file('reads.js', "print(require('Storage').read('note'));\n");
    commandLine.file('note.txt', 'hello');
    expect(run('reads.js', '--board', 'puckjs', '--put', 'note=note.txt').output).toBe('hello\n');
  });

  it.each([
    [
      'x'.repeat(29),
      'loop.js',
      2,
      /^error: --put: "x{29}" cannot be the name of a file in Storage\n {2}.*28 characters/,
    ],
    ['x', 'absent', 1, /^error: cannot read absent: there is no such file\n$/],
    ['x', '.', 1, /^error: cannot read \.: it is a directory\n$/],
    ['x', '/dev/zero', 1, /^error: cannot read \/dev\/zero: it is a device/],
    ['x', 'empty', 1, /^error: empty is empty: Storage has no empty files\n$/],
    [
      'x',
      'much',
      1,
      /^error: "x" does not fit into the Storage of a Puck\.js\n {2}it has 1000000 bytes, and \d+ of \d+ are/,
    ],
    ['x', '', 2, /write NAME=FILE/],
  ])('is refused with the reason: %s=%s', (name, file, exitCode, message) => {
    commandLine.file('empty', '');
    commandLine.file('much', Buffer.alloc(1_000_000));
    const { code, output, error } = run('throws.js', '--board', 'puckjs', '--put', `${name}=${file}`);
    expect([code, output]).toEqual([exitCode, '']);
    expect(error).toMatch(message);
  });
});

it('a program that does not end is said to run still, once, and how it is ended', () => {
  let time = 0;
  const printed: string[] = [];
  const pause = noteThatItRuns(
    () => time,
    (text) => printed.push(text),
  );
  pause();
  expect(printed).toEqual([]);
  for (time of [6000, 60_000]) pause();
  expect(printed).toEqual([expect.stringMatching(/^note: the program still runs: ctrl-C ends it/)]);
});
