// The cache of what binaryen made: kept by content, checked when it is read, bounded, and never in the way.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cached, type Kept } from '../../../targets/optimise/cache.js';

let folder = '';
let made = 0;
const before = process.env.TAZZINA_CACHE;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tazzina-cache-'));
  process.env.TAZZINA_CACHE = join(folder, 'kept');
  made = 0;
});
afterEach(() => {
  process.env.TAZZINA_CACHE = before;
  rmSync(folder, { recursive: true });
});

const KEPT: Kept = { binary: Uint8Array.of(0, 255, 7), sourceMap: '{"mappings":"é"}' };
const make = async () => {
  made++;
  return KEPT;
};
const files = () => readdirSync(join(folder, 'kept')).map((name) => join(folder, 'kept', name));

it('makes a thing once, and again for another text or another maker', async () => {
  expect(await cached('a', 'text', make)).toEqual(KEPT);
  expect(await cached('a', 'text', make)).toEqual(KEPT);
  expect(made).toBe(1);
  await cached('a', 'other', make);
  await cached('b', 'text', make);
  expect(made).toBe(3);
});

it('makes it again if the file is damaged', async () => {
  await cached('a', 'text', make);
  const [file] = files();
  const bytes = readFileSync(file);
  for (const damaged of [bytes.subarray(0, 20), Uint8Array.from([...bytes.subarray(0, -1), 0])]) {
    writeFileSync(file, damaged);
    expect(await cached('a', 'text', make)).toEqual(KEPT);
  }
  expect(made).toBe(3);
});

it('works without a folder that can be written', async () => {
  writeFileSync(join(folder, 'file'), '');
  process.env.TAZZINA_CACHE = join(folder, 'file/below');
  expect(await cached('a', 'text', make)).toEqual(KEPT);
  process.env.TAZZINA_CACHE = 'off';
  expect(await cached('a', 'text', make)).toEqual(KEPT);
  expect(made).toBe(2);
});

it('removes the oldest when it is full', async () => {
  const large = async () => ({ binary: new Uint8Array(12 * 2 ** 20), sourceMap: '' });
  await cached('a', '1', large);
  const [first] = files();
  utimesSync(first, 1, 1);
  for (const text of ['2', '3']) await cached('a', text, large);
  expect(files()).not.toContain(first);
  expect(files().reduce((sum, each) => sum + statSync(each).size, 0)).toBeLessThan(32 * 2 ** 20);
});
