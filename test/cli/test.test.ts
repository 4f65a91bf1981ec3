// `tazzina test`: which programs pass, and the reports.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CommandLine } from './command.js';

const commandLine = new CommandLine();

beforeAll(async () => {
  commandLine.file('fine.js', 'setTimeout(function () { result = 1; print("done"); }, 10); result = 0;\n');
  commandLine.file('false.js', 'print("a<b");\nvar result = 1 == 2;\n');
  commandLine.file('thrown.js', 'print("before");\nthrow new Error("bad");\n');
  commandLine.file('strict.js', 'var n = 40;\nprint(1 << n);\n');
});

afterAll(() => commandLine.remove());

it('tells which programs pass, and why the others do not', () => {
  expect(commandLine.run(['test', 'fine.js', 'false.js', 'thrown.js', 'strict.js'])).toEqual({
    code: 1,
    output: [
      'pass fine.js',
      'FAIL false.js',
      '  its result is not true',
      '  a<b',
      'FAIL thrown.js',
      '  Uncaught Error: bad',
      '  before',
      '  Uncaught Error: bad',
      '      at [raw] (:2:22)',
      '  throw new Error("bad");',
      '                       ^',
      'FAIL strict.js',
      '  strict.js:2:7: shift count: 1 << n',
      '    the count is 40; on ARM, counts are not masked; write a << (n & 31)',
      '1 of 4 programs pass',
      '',
    ].join('\n'),
    error: '',
  });
});

it('has the exit code 0 where all pass', () => {
  const { code, output } = commandLine.run(['test', 'fine.js', '--json', '--board', 'puckjs']);
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({ file: 'fine.js', ok: true, stdout: 'done\n' });
});

it('shows text in UTF-8 as characters', () => {
  commandLine.file('größe.js', 'print("Zoë 🎉");\nthrow new Error("größer");\n');
  commandLine.file('grün.js', 'var n = 40;\nprint("ü", 1 << n);\n');
  const { output } = commandLine.run(['test', 'größe.js', 'grün.js', '--junit', 'text.xml']);
  const lines = output.split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'FAIL größe.js',
    '  Uncaught Error: größer',
    '  Zoë 🎉',
    '  Uncaught Error: größer',
  ]);
  expect(lines).toContain('  grün.js:2:13: shift count: 1 << n');
  const report = readFileSync(join(commandLine.folder, 'text.xml'), 'utf8');
  expect(report).toContain('<failure message="Uncaught Error: größer"/><system-out>Zoë 🎉&#10;');
});

it('writes a report in the JUnit format', () => {
  commandLine.run(['test', 'fine.js', 'false.js', '--junit', 'report.xml']);
  const report = readFileSync(join(commandLine.folder, 'report.xml'), 'utf8');
  expect(report).toContain('<testsuite name="tazzina" tests="2" failures="1">');
  expect(report).toContain('name="false.js"');
  expect(report).toContain('<failure message="its result is not true"/><system-out>a&lt;b&#10;</system-out>');
});

it('lets events happen that lie beside a program', () => {
  commandLine.file('app.js', 'var n = 0; Bangle.setUI("updown", d => n += d || 0); print(require("data").x);\n');
  commandLine.file('app.events', '1 drag 88 20 88 140\n2 run if (n != 3) throw new Error("n is " + n);\n');
  commandLine.file('data.js', 'exports.x = 5;\n');
  const { code, output } = commandLine.run(['test', 'app.js', '--put', 'data=data.js', '--json']);
  expect(JSON.parse(output)).toMatchObject({ ok: true, stdout: '5\n' });
  expect(code).toBe(0);
  commandLine.file('app.events', '2 run throw new Error("n is " + n);\n');
  expect(commandLine.run(['test', 'app.js', '--put', 'data=data.js']).output).toContain('  Uncaught Error: n is 0\n');
  commandLine.file('app.events', '2 swype left\n');
  expect(commandLine.run(['test', 'app.js'])).toMatchObject({
    code: 1,
    error: expect.stringContaining('error: app.events: line 1: there is no event "swype"'),
  });
});

it('says what a board has no sensor for', () => {
  commandLine.file('touched.events', '1 touch 5 5\n');
  commandLine.file('touched.js', 'print(1);\n');
  const run = commandLine.run(['run', 'touched.js', '--board', 'puckjs', '--events', 'touched.events']);
  expect(run).toMatchObject({ code: 1, output: '1\n' });
  expect(run.error).toContain('error: puckjs has no touchscreen that is simulated');
  expect(commandLine.run(['test', 'touched.js', '--board', 'puckjs']).output).toContain(
    '  puckjs has no touchscreen that is simulated\n',
  );
});

it('prints the end of what a program that fails has printed', () => {
  commandLine.file('chatty.js', 'for (var i = 0; i < 50; i++) print(i);\nvar result = false;\n');
  const { output } = commandLine.run(['test', 'chatty.js']);
  const [, , omission, first, ...rest] = output.split('\n');
  expect(omission).toBe('  … 10 lines of output before these: --json and --junit have all of them');
  expect([first, rest.length]).toEqual(['  10', 41]);
});
