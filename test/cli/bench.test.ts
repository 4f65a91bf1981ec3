// `tazzina bench`: which rows there are, what they have, and what is refused. The times themselves are not tested.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { BenchRow } from '../../cli/bench-row.js';
import { CommandLine } from './command.js';
import { root } from './session.js';

const commandLine = new CommandLine();
const fib = join(root, 'examples/fib/fib.wasm');
const run = (...words: string[]) => commandLine.run(['bench', ...words]);
afterAll(() => commandLine.remove());

const rowsOf = (output: string) => JSON.parse(output).rows as BenchRow[];

describe('on this machine', () => {
  it('has V8, the translated module and the interpreter at the levels that are asked for', () => {
    const { code, output } = run(fib, '--invoke', 'fib', '12', '--verification', 'none', 'full', '--json');
    expect(code).toBe(0);
    const rows = rowsOf(output);
    expect(rows.map(({ name }) => name)).toEqual(['V8', 'js', 'interp', 'interp, full']);
    for (const { seconds, spread } of rows) {
      expect(seconds).toBeGreaterThan(0);
      expect(spread).toBeGreaterThanOrEqual(1);
    }
    expect(JSON.parse(output)).toMatchObject({ ok: true, function: 'fib', arguments: ['12'], hot: [{ name: 'fib' }] });
  });
});

describe('for a board', () => {
  it('has each tier with what it takes, the fastest of which it names, and a chart', () => {
    const { code, output } = run(fib, '--invoke', 'fib', '6', '--board', 'puckjs', '--chart', 'tiers.svg');
    expect(code).toBe(0);
    expect(output).toMatch(
      /^fib\(6\) on a Puck.js, estimated\n\n {2}tier +one call +relative +JsVars +Storage\n {2}native +[\d.]+ µs +1 /,
    );
    expect(output).toContain('  where the time goes: fib 100 %\n');
    expect(output).toContain('  fastest: tazzina build FILE --board puckjs --tier native\n');
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const chart = readFileSync(join(commandLine.folder, 'tiers.svg'), 'utf8');
    expect(chart.match(/<rect /g)).toHaveLength(4);
  });

  it('says why a tier has no time', () => {
    const { output } = run(fib, '--invoke', 'fib', '12', '--board', 'puckjs', '--tier', 'js', 'interp', '--json');
    expect(rowsOf(output)).toEqual([
      expect.objectContaining({ name: 'js', why: expect.stringContaining('call stack exhausted') }),
      expect.objectContaining({ name: 'interp', seconds: expect.any(Number) }),
    ]);
  });
});

describe('of a typed function', () => {
  const greeter = (...words: string[]) => {
    const folder = join(root, 'examples/greeter');
    return run(join(folder, 'greeter.wasm'), '--wit', join(folder, 'greeter.wit'), ...imports(folder), ...words);
  };
  const imports = (folder: string) => ['--imports', join(folder, 'host.js')];

  it('has the same rows, with its arguments as `run` takes them', () => {
    const { code, output } = greeter('--invoke', 'greet', 'Ada', '--json');
    expect(code).toBe(0);
    expect(rowsOf(output).map(({ name }) => name)).toEqual(['V8', 'js', 'interp']);
    const onBoard = greeter('--invoke', 'checksum', '[1, 2, 3]', '--board', 'puckjs', '--tier', 'js', 'native');
    expect(onBoard.output).toMatch(/^checksum\(\[1, 2, 3\]\) on a Puck.js, estimated\n(.*\n)+ {2}js +[\d.]+ ms/);
  });

  it('is that of a component, too', () => {
    const roman = join(root, 'examples/roman/roman.component.wasm');
    expect(rowsOf(run(roman, '--invoke', 'to-roman', '7', '--json').output)).toHaveLength(3);
    expect(run(roman, '--invoke', 'to-roman', '5000').error).toContain('to-roman returned an error: numbers from');
    expect(run(roman, '--invoke', 'to-roman').error).toContain('to-roman takes 1 argument, not 0');
    expect(run(roman, '--invoke', 'to-roman', '7', '--verification', 'full').code).toBe(2);
  });
});

describe('is refused', () => {
  it.each<[string, string[], number, string]>([
    ['without a function', [fib], 2, "required option '-i, --invoke <name>' not specified"],
    ['for a function that is not there', [fib, '--invoke', 'nix'], 2, 'exports no function nix'],
    [
      'for a tier of boards on this machine',
      [fib, '--invoke', 'fib', '3', '--tier', 'native'],
      2,
      '--tier native is for boards',
    ],
    [
      'where every tier fails',
      [fib, '--invoke', 'fib', '20', '--board', 'puckjs', '--tier', 'js'],
      1,
      'no tier ran fib',
    ],
  ])('%s', (_, words, exitCode, message) => {
    const { code, error } = run(...words);
    expect([code, error]).toEqual([exitCode, expect.stringContaining(message)]);
  });
});
