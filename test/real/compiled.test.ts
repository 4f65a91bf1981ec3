// Real modules translated to JavaScript, driven by their packages' own glue code, beside the platform's.
import { expect, it, vi } from 'vitest';
import { createCompilingWebAssembly } from '../../targets/node/compiling-webassembly.js';
import { Engine, type WebAssemblyNamespace } from '../../targets/node/index.js';
import { loadPackage, observed } from './package.js';
import { type Work, works } from './packages.js';

const platform = (globalThis as unknown as { WebAssembly: WebAssemblyNamespace }).WebAssembly;
const instantiate = vi.spyOn(Engine.prototype, 'instantiate');

async function outcome({ entry, run }: Work, api: WebAssemblyNamespace) {
  const seen = observed(api);
  const result = await run(await loadPackage(entry, seen.api));
  // Instances may differ: packages choose other modules where there is SIMD.
  return { result, instances: seen.instances };
}

it.each(
  works.map((work): [string, string, Work] => [work.entry.replace(/^.*node_modules\//, ''), work.language, work]),
)('%s, %s', async (_entry, _language, work) => {
  const expected = await outcome(work, platform);
  const found = await outcome(work, createCompilingWebAssembly() as unknown as WebAssemblyNamespace);
  expect(found).toEqual(expected);
  expect(found.instances).toBeGreaterThan(0);
  expect(instantiate).not.toHaveBeenCalled();
});
