// Real modules, driven by their packages' own glue code, once on this engine and once on the platform's.
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { createWebAssembly, Engine, type WebAssemblyNamespace } from '../../targets/node/index.js';
import { isFull } from '../amount.js';
import { loadPackage, observed } from './package.js';
import { type Work, works } from './packages.js';

const platform = (globalThis as unknown as { WebAssembly: WebAssemblyNamespace }).WebAssembly;

const instantiate = vi.spyOn(Engine.prototype, 'instantiate');
beforeEach(() => void instantiate.mockClear());

/** With the fuel that this engine used: none on the platform's. */
async function outcome({ entry, run }: Work, api: WebAssemblyNamespace) {
  const seen = observed(api);
  const result = await run(await loadPackage(entry, seen.api));
  const engines = new Set(instantiate.mock.contexts as Engine[]);
  const fuel = [...engines].reduce((sum, { fuelUsed }) => sum + fuelUsed, 0);
  return { result, modules: seen.modules, instances: seen.instances, fuel };
}

const rows: string[][] = [];
const column = (width: number, text: string) => text.padEnd(width);

afterAll(() => {
  const widths = rows.reduce((most, row) => row.map((cell, index) => Math.max(most[index], cell.length)), [0, 0, 0, 0]);
  const lines = rows.map((row) => row.map((cell, index) => column(widths[index], cell)).join('  '));
  console.log(`package, language, bytes of the modules, fuel\n${lines.join('\n')}`);
});

/** They encode sound for seconds: in `npm run test:full`, and translated to JavaScript. */
const SLOW = ['C (LAME)', 'C (Vorbis)'];
const chosen = works.filter(({ language }) => isFull || !SLOW.includes(language));

it.each(
  chosen.map((work): [string, string, Work] => [work.entry.replace(/^.*node_modules\//, ''), work.language, work]),
)('%s, %s', async (entry, language, work) => {
  const expected = await outcome(work, platform);
  expect(expected.fuel).toBe(0);
  const found = await outcome(work, createWebAssembly());
  expect(found.result).toEqual(expected.result);
  expect(found.instances).toBe(expected.instances);
  expect(found.instances).toBeGreaterThan(0);
  // Real work: more than what it takes to start.
  expect(found.fuel).toBeGreaterThan(10000);
  rows.push([entry, language, found.modules.join(', '), String(found.fuel)]);
});
