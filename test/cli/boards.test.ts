// `tazzina boards`, and `tazzina check` with these boards: tables, JSON, exit codes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boards, findBoard } from '../../boards/index.js';
import { withArticle } from '../../cli/named-board.js';
import { footprintBytes } from '../../src/index.js';
import { wat } from '../core/wat.js';
import { CommandLine } from './command.js';

const commandLine = new CommandLine();
const run = (...words: string[]) => commandLine.run(words);

beforeAll(async () => {
  commandLine.file('add.wasm', wat('(module (func (export "f") (param i32) (result i32) (local.get 0)))'));
  commandLine.file('big.wasm', wat('(module (memory (export "memory") 4) (data (i32.const 260000) "x"))'));
});

afterAll(() => commandLine.remove());

describe('tazzina boards', () => {
  it('lists all within 80 columns', () => {
    const { code, output, error } = run('boards');
    expect([code, error]).toEqual([0, '']);
    const [head, ...rows] = output.trimEnd().split('\n');
    expect(head).toMatch(/^name +chip +MHz +RAM +JsVars +Storage +native +engine$/);
    expect(rows.map((row) => row.split(' ')[0])).toEqual(boards.map(({ name }) => name));
    expect(Math.max(...[head, ...rows].map((row) => row.length))).toBeLessThanOrEqual(80);
    expect(rows[2]).toMatch(/^puckjs +NRF52832 +64 +64K +2630\*13 +40K +yes +\d+(\.\d)?K$/);
  });

  it('shows one in full', () => {
    const { code, output } = run('boards', 'PuckJS');
    expect(code).toBe(0);
    const { capacities } = findBoard('puckjs');
    expect(output).toMatch(/^puckjs: Puck\.js\n/);
    for (const [name, value] of Object.entries(capacities))
      expect(output).toMatch(new RegExp(`\\b${name} +${value.toLocaleString('en')}\\b`));
    expect(output).toContain('boards/PUCKJS.py');
    expect(output).toContain('\nmissing:\n  Bangle\n  g\n');
    expect(run('boards', 'banglejs2').output.split('missing:')[1]).toBeUndefined();
    expect(run('boards', 'microbit1').output).toMatch(/\nmissing:\n {2}arrow functions\n {2}classes\n/);
  });

  it('prints JSON', () => {
    const lines = run('boards', '--json').output.trimEnd().split('\n');
    const [first, ...rest] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rest).toHaveLength(boards.length - 1);
    expect(first).toMatchObject(JSON.parse(JSON.stringify(boards[0])) as object);
    expect(first.engine).toMatchObject({ bytes: footprintBytes(boards[0].capacities) });
    expect(JSON.parse(run('boards', 'esp32', '--json').output)).toMatchObject({ name: 'esp32', firmware: 'ESP32' });
  });

  it('refuses a board that there is not', () => {
    const { code, output, error } = run('boards', 'pukjs');
    expect([code, output]).toEqual([2, '']);
    expect(error).toMatch(/^error: there is no board "pukjs"\n {2}did you mean puckjs\?\n {2}boards: banglejs, /);
    const json = run('boards', 'pukjs', '--json');
    expect(json.code).toBe(2);
    expect(JSON.parse(json.output)).toMatchObject({ ok: false, error: { kind: 'usage' } });
    expect(run('boards', 'puckjs', 'pixljs')).toMatchObject({ code: 2, output: '' });
    expect(run('boards', 'puckjs', 'pixljs').error).toContain('see tazzina boards --help');
  });

  it('has a help of its own, and is in the help of all', () => {
    expect(run('boards', '--help').output).toContain('tazzina boards puckjs');
    expect(run('--help').output).toMatch(/\n {2}check .*\n(?:.*\n)* {2}boards /);
  });
});

describe('tazzina check', () => {
  it('knows the boards', () => {
    expect(run('check', 'add.wasm', '--board', 'puckjs')).toMatchObject({ code: 0, error: '' });
    expect(run('check', 'add.wasm', '--board', 'puckjs').output).toMatch(/^add\.wasm on puckjs: fits$/m);
    expect(run('check', 'big.wasm', '--board', 'puckjs')).toMatchObject({ code: 1, error: '' });
    const unknown = run('check', 'add.wasm', '--board', 'pukjs');
    expect(unknown.code).toBe(2);
    expect(unknown.error).toContain('did you mean puckjs?');
    expect(run('check', '--board').error).toContain('see tazzina check --help');
  });

  it('compares them all', () => {
    const { code, output } = run('check', 'add.wasm', 'big.wasm', '--all-boards');
    expect(code).toBe(1);
    expect(output.trimEnd().split('\n')).toHaveLength(boards.length + 1);
    expect(output).toMatch(/\nbanglejs2 +fits +-\n/);
  });
});

it('have an article in messages, as they are spoken', () => {
  const titles = boards.map(({ title }) => withArticle(title));
  for (const each of ['an ESP32', 'an MDBT42Q Module', 'an STM32 F4 Discovery', 'a Puck.js', 'a BBC micro:bit 2'])
    expect(titles).toContain(each);
});
