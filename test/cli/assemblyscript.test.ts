// Modules of AssemblyScript on the command line: their types are found beside them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CommandLine } from './command.js';
import { root } from './session.js';

const commandLine = new CommandLine();
const run = (...words: string[]) => commandLine.run(words);
afterAll(() => commandLine.remove());

const given = (name: string) => readFileSync(join(root, 'test/targets/interfaces/assemblyscript', name));
for (const each of ['wasm', 'd.ts', 'js']) commandLine.file(`values.${each}`, given(`values.${each}`));
commandLine.file('bare.wasm', given('values.wasm'));
commandLine.file(
  'host.js',
  `export const env = { passText(text) { return text; }, passMany(texts) { return texts; }, double(value) { return value; } };
 export const host = { passPoint: (point) => point, passPerson: (person) => person };`,
);
const IMPORTS = ['--imports', 'host.js'];

describe('a module of AssemblyScript', () => {
  it.each<[string[], string]>([
    [['ofString', 'é'], 'é'],
    [['ofNullString', 'null'], 'null'],
    [['ofNested', '[[[1, 2]], []]'], '[[[1,2]],[]]'],
    [
      ['ofPoint', '{"x": 1, "name": "n", "list": ["a"]}'],
      '{"x":1,"y":0,"isThere":false,"name":"n","next":null,"stamp":0,"list":["a"]}',
    ],
    [['ofBuffer', '[1, 255]'], '[1,255]'],
    [['join', 'a'], 'a--'],
    [['join', 'a', '+', '3'], 'a+++'],
    [['makePerson', 'Ada', '36'], '"Person"'],
    [['throughText', 'é'], 'é!'],
  ])('takes and returns values: %s', (words, expected) => {
    const { output, error } = run('run', 'values.wasm', ...IMPORTS, '--invoke', ...words);
    expect([output, error]).toEqual([`${expected}\n`, '']);
  });

  it('says so where an option leaves its types out', () => {
    const { code, output, error } = run('run', 'values.wasm', ...IMPORTS, '--stats', '--invoke', 'ofI32', '7');
    expect([code, output]).toEqual([0, expect.stringMatching(/^7\n/)]);
    expect(error).toContain('warning: the types beside the module are not used: --stats is not there for typed calls');
  });

  it('can be left out by an option whose value is 0', () => {
    const words = ['--verification', 'none', '--invoke', 'ofBool', '1'];
    const { output, error } = run('run', 'values.wasm', ...IMPORTS, ...words);
    expect(output).toBe('1\n');
    expect(error).toContain('not used: --verification is not there for typed calls');
  });

  it('runs on a simulated board', () => {
    const board = ['--board', 'banglejs2', '--tier', 'native', '--memory', '16K', ...IMPORTS, '--invoke'];
    expect(run('run', 'values.wasm', ...board, 'ofStrings', '["a", "é"]').output).toBe('["a","é"]\n');
    expect(run('run', 'values.wasm', ...board, 'ofBuffer', '[1, 255]').output).toBe('[1,255]\n');
  });

  it.each(['', '--tier js', '--board banglejs2', '--board banglejs2 --tier interp'])(
    'passes numbers exactly, and prints them as without types: %s',
    (where) => {
      const words = [...where.split(' ').filter(Boolean), '--memory', '16K', ...IMPORTS, '--json', '--invoke'];
      const resultOf = (...call: string[]) =>
        JSON.parse(run('run', 'values.wasm', ...words, ...call).output).results[0].value;
      expect(
        [
          ['ofF64', '0.3'],
          ['ofF64', '-1.7976931348623157e308'],
          ['ofF64', '-0'],
          ['ofF64', 'nan'],
          ['ofF32', '0.1'],
          ['ofI64', '-9223372036854775808'],
          ['ofDoubles', '[0.3, -0, 1e300, "nan", 4294967296]'],
        ].map((call) => resultOf(...call)),
      ).toEqual([
        ...['0.3', '-1.7976931348623157e+308', '-0', 'nan', '0.1', '-9223372036854775808'],
        '[0.3,-0,1e+300,"nan",4294967296]',
      ]);
    },
  );

  it('is built with declarations of its types, and does not replace what asc wrote', () => {
    const words = ['build', 'values.wasm', '--board', 'banglejs2', '--memory', '16K', ...IMPORTS];
    const { error } = run(...words, '-o', '.');
    expect(error).toContain('values.js is what the program is made of: it is not overwritten');
    expect(run(...words, '-o', 'out').code).toBe(0);
    const text = readFileSync(join(commandLine.folder, 'out/values.d.ts'), 'utf8');
    for (const line of [
      '(value: Float64Array | ArrayLike<number> | null): Float64Array | null;',
      "(value: Omit<app.Point, 'x' | 'y' | 'isThere' | 'next' | 'stamp'> & Partial<app.Point>): app.Point;",
      '(one: string, other?: string, times?: number): string;',
      'async(one: string, other: string | undefined, times: number | undefined, done: (error: Error | undefined, result: string) => void): void;',
      'VERSION: { readonly value: string };',
      'readonly Green: number;',
      'stamp: [low: number, high: number];',
      'interface Person {',
      'passMany(texts: string[], flag: boolean, big: [low: number, high: number]): string[];',
      'passPoint(point: app.Point | null): Omit<',
    ])
      expect(text).toContain(line);
  });

  it('says what an argument has to be', () => {
    expect(run('run', 'values.wasm', ...IMPORTS, '--invoke', 'nameOf', '1').error).toContain(
      'person of nameOf is Person: only a program can give an object of the module',
    );
    expect(run('run', 'values.wasm', ...IMPORTS, '--invoke', 'join').error).toContain(
      'join takes 1 to 3 arguments, not 0',
    );
    const point = (json: string) => run('run', 'values.wasm', ...IMPORTS, '--invoke', 'ofPoint', json);
    expect(point('{"x": 1, "name": "n"}').error).toContain('value of ofPoint is Point: list is missing\n');
    expect(point('[]').error).toContain('value of ofPoint is Point: it is written { … }\n');
    expect(point('{"x": 1, "list": [1]}').code).toBe(2);
    const join = run('run', 'values.wasm', ...IMPORTS, '--invoke', 'join', 'a', 'b', 'c').error;
    expect(join).toContain('times of join is i32: ');
    expect(join).toContain('join: (one: string, other?: string, times?: i32) => string\n');
  });

  it('is a module of numbers without a declaration, and with another one where it is given', () => {
    expect(run('run', 'bare.wasm', '--invoke', 'ofI32', '5', ...IMPORTS).output).toBe('5\n');
    const typed = run('run', 'bare.wasm', '--types', 'values.d.ts', ...IMPORTS, '--invoke', 'ofStrings', '["a"]');
    expect(typed.output).toBe('["a"]\n');
    expect(run('run', 'bare.wasm', '--types', 'none.d.ts', '--invoke', 'ofI32', '5').error).toContain(
      'there is no file',
    );
    expect(run('run', 'values.wasm', '--fuel', '100000', '--invoke', 'ofI32', '5', ...IMPORTS).output).toBe('5\n');
  });

  it('is checked with the functions that its imports take', () => {
    const { output, error } = run('check', 'values.wasm', '--board', 'puckjs');
    expect(output + error).toContain('values.d.ts imports functions');
    expect(output + error).toContain('passMany: (texts: Array<string>, flag: bool, big: u64) => Array<string>');
  });
});
