// `tazzina lint` as a process: lines, JSON, and exit codes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from './command.js';

const commandLine = new CommandLine();
const lint = (...words: string[]) => commandLine.run(['lint', ...words]);

beforeAll(async () => {
  commandLine.file('fine.js', 'var a = 1;\nprint(a);\n');
  commandLine.file('bad.js', 'function f(b) {\n\treturn b ** 2;\n}\nprint(f(1), 1 << 32);\n');
  commandLine.file('warning.js', 'print(1 << 32);\n');
  commandLine.file('long.js', `${'a = 1; '.repeat(40)}b = c ** 2; ${'a = 1; '.repeat(40)}`);
  commandLine.file('no-script.js', 'a = (1;\n');
});

afterAll(() => commandLine.remove());

describe('what it prints', () => {
  it('is the place, the finding, the line and a caret', () => {
    expect(lint('bad.js')).toEqual({
      code: 1,
      output: [
        'bad.js:2:9: error: Espruino cannot parse it; write Math.pow(a, b), or a * a [**]',
        '  \treturn b ** 2;',
        '  \t       ^',
        'bad.js:4:13: warning: on ARM, a shift by 32 or more gives 0 or -1: counts are not masked; write a << (n & 31) [shift count]',
        '  print(f(1), 1 << 32);',
        '              ^',
        '1 error and 1 warning in 1 file',
        '',
      ].join('\n'),
      error: '',
    });
  });

  it('is the summary alone where all is fine', () => {
    expect(lint('fine.js')).toEqual({ code: 0, output: '0 errors and 0 warnings in 1 file\n', error: '' });
  });

  it('is a part of a long line', () => {
    const [, text, caret] = lint('long.js').output.split('\n');
    expect(text.length).toBeLessThan(110);
    expect(text.slice(caret.indexOf('^'))).toMatch(/^c \*\* 2;/);
  });

  it('is one line of JSON for each finding', () => {
    const { code, output } = lint('fine.js', 'bad.js', '--json');
    expect(code).toBe(1);
    expect(
      output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { file: 'bad.js', line: 2, column: 9, rule: '**', severity: 'error', text: 'b ** 2' },
      { file: 'bad.js', line: 4, column: 13, rule: 'shift count', severity: 'warning', text: '1 << 32' },
    ]);
  });
});

describe('its exit code', () => {
  it('is 0 with nothing but warnings', () => {
    expect(lint('warning.js', 'fine.js')).toMatchObject({ code: 0 });
  });

  it('is 1 for what is no script', () => {
    const { code, output } = lint('no-script.js');
    expect(code).toBe(1);
    expect(output).toMatch(/^no-script\.js:1:7: error: /);
  });

  it.each([
    [[], 'missing required argument'],
    [['fine.js', '--board', 'pukjs'], 'did you mean puckjs'],
    [['fine.js', '--loud'], 'unknown option'],
  ])('is 2 for %j', (words, message) => {
    const { code, output, error } = lint(...words);
    expect(code).toBe(2);
    expect(output).toBe('');
    expect(error).toContain(message);
  });
});

it.each([
  ['absent.js', 'cannot read absent.js: there is no such file'],
  ['.', 'cannot read .: it is a directory'],
  ['module.wat', 'module.wat is a module, not a program for Espruino\n  to check a module: tazzina check module.wat'],
  ['module.wasm', 'module.wasm is a module, not a program for Espruino'],
])('refuses the file %s', (file, message) => {
  commandLine.file('module.wat', '(module)');
  commandLine.file('module.wasm', '\0asm\x01\0\0\0');
  expect(lint(file)).toMatchObject({ code: 1, output: '', error: expect.stringContaining(message) });
});

describe('options', () => {
  it('reads standard input', () => {
    const { code, output } = commandLine.run(['lint', '-'], 'a = [...b];\n');
    expect(code).toBe(1);
    expect(output).toMatch(/^standard input:1:6: error: .* \[spread\]\n {2}a = \[\.\.\.b\];\n {7}\^\n/);
  });

  it('warns of a module that the firmware of the board lacks', () => {
    commandLine.file('requires.js', 'require("Storage"); require("./app.wasm");\nrequire("graph");\n');
    expect(lint('requires.js').output).toBe('0 errors and 0 warnings in 1 file\n');
    const { code, output } = lint('requires.js', '--board', 'puckjs');
    expect([code, output.split('\n')[0]]).toEqual([
      0,
      expect.stringMatching(/^requires.js:2:9: warning: .*firmware\]$/),
    ]);
    expect(output).toContain('0 errors and 1 warning');
  });

  it('finds what a board lacks', () => {
    commandLine.file('class.js', 'class A {}\nvar a = Math.sqrt(2);\n');
    expect(lint('class.js', '--board', 'puckjs').code).toBe(0);
    const { code, output } = lint('class.js', '--board', 'microbit1');
    expect(code).toBe(1);
    expect(output).toContain('[missing on this board: classes]');
    expect(output).toContain('[missing on this board: Math.sqrt]');
  });

  it('leaves out what is allowed', () => {
    expect(lint('bad.js', '--allow', '**')).toMatchObject({ code: 0 });
    expect(lint('bad.js', '--allow', '**', '--allow', 'shift count').output).toBe(
      '0 errors and 0 warnings in 1 file\n',
    );
  });

  it('are explained', () => {
    const { code, output } = lint('--help');
    expect(code).toBe(0);
    expect(output).toContain('Usage: tazzina lint [options] FILE...');
  });
});
