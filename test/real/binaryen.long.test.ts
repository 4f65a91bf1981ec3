// The largest module at hand, ten megabytes of C++: Binaryen with its own glue code, optimising a module on this engine.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';
import { createWebAssembly, Engine, type WebAssemblyNamespace } from '../../targets/node/index.js';
import { observed, type Package } from './package.js';

const platform = (globalThis as unknown as { WebAssembly: WebAssemblyNamespace }).WebAssembly;
const { href } = pathToFileURL(createRequire(import.meta.url).resolve('binaryen'));

/** Its file waits for itself at the top level, so that it can be had only as an ES module: with the global replaced. */
async function loadBinaryen(name: string, api: WebAssemblyNamespace): Promise<Package> {
  vi.stubGlobal('WebAssembly', api);
  try {
    return (await import(/* @vite-ignore */ `${href}?${name}`)).default;
  } finally {
    vi.unstubAllGlobals();
  }
}

/** The text and the bytes of the optimised module. */
function optimised(binaryen: Package, path: string): unknown {
  const module = binaryen.readBinary(readFileSync(new URL(`../../${path}`, import.meta.url)));
  module.optimize();
  const outcome = [module.validate(), module.emitText(), Buffer.from(module.emitBinary()).toString('hex')];
  module.dispose();
  return outcome;
}

it('binaryen, C++', async () => {
  const instantiate = vi.spyOn(Engine.prototype, 'instantiate');
  const file = 'examples/fib/fib.wasm';
  const expected = optimised(await loadBinaryen('platform', platform), file);
  expect(instantiate).not.toHaveBeenCalled();
  const seen = observed(createWebAssembly());
  const binaryen = await loadBinaryen('engine', seen.api);
  // Includes engines that were too small.
  const fuel = () => (instantiate.mock.contexts as Engine[]).reduce((sum, { fuelUsed }) => sum + fuelUsed, 0);
  const before = fuel();
  expect(optimised(binaryen, file)).toEqual(expected);
  expect(fuel() - before).toBeGreaterThan(1e7);
  expect(seen.modules[0]).toBeGreaterThan(5e6);
  console.log(`binaryen, C++: ${seen.modules} bytes, fuel ${fuel()}`);
});
