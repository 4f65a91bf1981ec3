// Real modules, driven by their packages' own glue code, once on this engine and once on the platform's.
import { expect, it } from 'vitest';
import { createWebAssembly, type WebAssemblyNamespace } from '../../targets/node/index.js';
import { loadPackage, observed } from './package.js';
import { type Work, works } from './packages.js';

const platform = (globalThis as unknown as { WebAssembly: WebAssemblyNamespace }).WebAssembly;

async function outcome({ entry, run }: Work, api: WebAssemblyNamespace) {
  const seen = observed(api);
  const result = await run(await loadPackage(entry, seen.api));
  return { result, modules: seen.modules, instances: seen.instances };
}

it.each(
  works.map((work): [string, string, Work] => [work.entry.replace(/^.*node_modules\//, ''), work.language, work]),
)('%s, %s', async (entry, language, work) => {
  const expected = await outcome(work, platform);
  const found = await outcome(work, createWebAssembly());
  expect(found.result).toEqual(expected.result);
  expect(found.instances).toBe(expected.instances);
  expect(found.instances).toBeGreaterThan(0);
  console.log(`${entry}, ${language}: ${found.modules.join(', ')} bytes`);
});
