// `build --app-loader`: the folder of an app, checked against the rules of the App Loader, and started on a simulated Bangle.js 2.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseExpressionAt } from 'acorn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { banglejs2 } from '../../boards/index.js';
import { type AppMetadata, metadataProblems } from '../../cli/app-loader.js';
import { SimulatedBoard } from '../../sim/index.js';
import { CommandLine } from './command.js';
import { root } from './session.js';

const commandLine = new CommandLine();
const folder = (id: string) => join(commandLine.folder, 'dist/apps', id);
const read = (id: string, name: string) => readFileSync(join(folder(id), name));
const metadataOf = (id: string) => JSON.parse(read(id, 'metadata.json').toString()) as AppMetadata;
const build = (...words: string[]) => commandLine.run(['build', ...words, '--board', 'banglejs2', '--app-loader']);

beforeAll(async () => {
  commandLine.file('fib.wasm', readFileSync(join(root, 'examples/fib/fib.wasm')));
  commandLine.file('counter.js', 'print(require("./fib.wasm").fib(6));\n');
});
afterAll(() => commandLine.remove());

/** Whether the loader transforms a file. A file that checks itself must not be transformed. */
const isTransformed = (url: string) => url.endsWith('.js') && !url.endsWith('.min.js');
/** Whether the loader reads a file as UTF-8. */
const isText = (url: string) => /\.(js|json|csv|txt)$/.test(url);

describe.each([
  ['fib', ['fib.wasm', '--tier', 'interp'], 'app.min.js'],
  ['counter', ['counter.js'], 'app.js'],
])('the app %s', (id, words, url) => {
  it('keeps the rules of the App Loader', () => {
    const { code, error } = build(...words);
    expect([code, error]).toEqual([0, '']);
    const metadata = metadataOf(id);
    expect(metadataProblems(metadata)).toEqual([]);
    expect(metadata).toMatchObject({ id, version: '0.01', icon: 'app.png', supports: ['BANGLEJS2'] });
    const names = metadata.storage.map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual([`${id}.app.js`, `${id}.img`]);
    expect(metadata.storage[0].url).toBe(url);
    for (const { name, url } of metadata.storage) {
      expect(existsSync(join(folder(id), url)), url).toBe(true);
      if (name === `${id}.app.js` || name === `${id}.img`) continue;
      expect([name, isTransformed(url), isText(url)]).toEqual([name, false, false]);
    }
    parse(read(id, url).toString(), { ecmaVersion: 2020 });
    expect(read(id, 'ChangeLog').toString()).toMatch(/^0\.01: /);
    expect([...read(id, 'app.png').subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
    expect(read(id, 'app.png').readUInt32BE(16)).toBe(48);
  });

  it('has an icon that is an image', () => {
    const text = read(id, 'app-icon.js').toString();
    parseExpressionAt(text, 0, { ecmaVersion: 2020 });
    const icon = Buffer.from(/^atob\("([^"]*)"\)\s*$/.exec(text)![1], 'base64');
    expect([icon[0], icon[1], icon.length]).toEqual([48, 48, 4 + (48 * 48) / 8]);
  });

  it('runs from Storage', () => {
    const board = new SimulatedBoard(banglejs2);
    for (const { name, url, evaluate } of metadataOf(id).storage)
      if (!evaluate) board.storage.write(name, read(id, url));
    board.load(`${id}.app.js`);
    if (id === 'fib') board.run('print(fib.fib(6))');
    expect([board.output, board.errors.count]).toEqual(['8\n', 0]);
  });
});

it('what the user has changed is kept', () => {
  const file = join(folder('counter'), 'metadata.json');
  const own = { name: 'My counter', version: '0.02', type: 'app' };
  const settings = { name: 'counter.settings.js', url: 'settings.js' };
  const before = metadataOf('counter');
  writeFileSync(file, JSON.stringify({ ...before, ...own, storage: [...before.storage, settings] }));
  writeFileSync(join(folder('counter'), 'app.png'), 'mine');
  expect(build('counter.js').code).toBe(0);
  const after = metadataOf('counter');
  expect(after).toMatchObject(own);
  expect(after.storage).toEqual([...before.storage, settings]);
  expect(read('counter', 'app.png').toString()).toBe('mine');
  writeFileSync(file, JSON.stringify({ ...before, name: 'a name of more than 20 characters' }));
  const { code, error } = build('counter.js');
  expect([code, error]).toEqual([1, expect.stringContaining('more than 20 characters: give a shortName')]);
});

it('is for a Bangle.js only', () => {
  const { code, error } = commandLine.run(['build', 'fib.wasm', '--board', 'puckjs', '--app-loader']);
  expect([code, error]).toEqual([2, expect.stringContaining('--app-loader is for a Bangle.js')]);
});
