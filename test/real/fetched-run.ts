// Runs the fetched packages in this process on one WebAssembly, named by the first argument, and prints what came out, a line of
// JSON each. What the platform has is replaced for the whole process, as the packages take it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createCompilingWebAssembly } from '../../targets/node/compiling-webassembly.js';
import { createWebAssembly, type WebAssemblyNamespace } from '../../targets/node/index.js';
import { type FetchedPackage, fetchedPackages } from './fetched-packages.js';
import { loadPackage, observed } from './package.js';

const NAMESPACES: Record<string, () => WebAssemblyNamespace> = {
  platform: () => (globalThis as unknown as { WebAssembly: WebAssemblyNamespace }).WebAssembly,
  interpreted: createWebAssembly,
  translated: () => createCompilingWebAssembly() as unknown as WebAssemblyNamespace,
};

const [, , name, ...only] = process.argv;
const folder = process.env.FETCHED_PACKAGES!;
const require = createRequire(join(folder, 'package.json'));
const seen = observed(NAMESPACES[name]());
const { api } = seen;
Object.assign(globalThis, { WebAssembly: api });

async function load({ name, file, bundled }: FetchedPackage): Promise<unknown> {
  const root = join(folder, 'node_modules', name);
  if (bundled) return loadPackage(join(root, file!), api, require);
  const { type } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const path = file ? join(root, file) : require.resolve(name);
  const isModule = path.endsWith('.mjs') || (type === 'module' && !path.endsWith('.cjs') && !path.includes('/umd/'));
  return isModule ? import(pathToFileURL(path).href) : require(path);
}

for (const each of fetchedPackages) {
  const title = `${each.name}@${each.version}, ${each.language}`;
  if (only.length > 0 && !only.some((part) => title.includes(part))) continue;
  const before = seen.instances;
  let line: object;
  try {
    const result = await each.run(await load(each));
    // A package can do without WebAssembly, in JavaScript.
    line = seen.instances > before ? { title, result } : { title, error: 'made no instance' };
  } catch (error) {
    line = { title, error: error instanceof Error ? error.stack : String(error) };
  }
  console.log(JSON.stringify(line, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
}
