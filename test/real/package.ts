// Packages of npm with their own glue code, given another WebAssembly than the platform's.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { WebAssemblyNamespace } from '../../targets/node/index.js';
import { bytesOf } from '../../targets/node/javascript-api/module.js';

const own = createRequire(import.meta.url);

/** Replaces `import … from './module.wasm'` as a bundler does: by an instance whose imports are the files that they name. */
const packageFiles: Plugin = {
  name: 'package-files',
  setup(bundle) {
    // Each file's own folder, as it was before everything became one text.
    bundle.onLoad({ filter: /\.c?js$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8');
      return { contents: contents.replaceAll('__dirname', JSON.stringify(dirname(path))) };
    });
    bundle.onLoad({ filter: /\.wasm$/ }, async ({ path }) => {
      const platform = (globalThis as unknown as { WebAssembly: WebAssemblyNamespace }).WebAssembly;
      const bytes = await readFile(path);
      const module = new platform.Module(bytes);
      const files = [...new Set(platform.Module.imports(module).map((each) => each.module))];
      const names = platform.Module.exports(module).map(({ name }) => `export const ${name} = exports.${name};`);
      return {
        contents: `${files.map((file, index) => `import * as file${index} from ${JSON.stringify(file)};`).join('\n')}
          const bytes = Buffer.from(${JSON.stringify(bytes.toString('base64'))}, 'base64');
          const imports = { ${files.map((file, index) => `${JSON.stringify(file)}: file${index}`).join(', ')} };
          const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
          ${names.join('\n')}`,
      };
    });
  },
};

const texts = new Map<string, Promise<string>>();

/** The package as one text of CommonJS. */
function bundled(file: string): Promise<string> {
  let text = texts.get(file);
  if (!text) {
    text = build({
      entryPoints: [file],
      mainFields: ['module', 'main'],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'cjs',
      define: { 'import.meta.url': JSON.stringify(pathToFileURL(file).href) },
      plugins: [packageFiles],
      logLevel: 'error',
    }).then(({ outputFiles }) => outputFiles[0].text);
    texts.set(file, text);
  }
  return text;
}

// biome-ignore lint/suspicious/noExplicitAny: every package exports something else
export type Package = any;

/** Returns the exports of a package when its `WebAssembly` is the given one. `require` finds the package. */
export async function loadPackage(entry: string, api: WebAssemblyNamespace, require = own): Promise<Package> {
  const module = { exports: {} };
  const file = require.resolve(entry);
  const run = new Function(
    'require',
    'module',
    'exports',
    '__filename',
    '__dirname',
    'WebAssembly',
    await bundled(file),
  );
  run(createRequire(file), module, module.exports, file, dirname(file), api);
  return module.exports;
}

/** A namespace that writes down what was made with it. */
export interface Observed {
  api: WebAssemblyNamespace;
  /** Bytes of each module. */
  modules: number[];
  instances: number;
}

export function observed(api: WebAssemblyNamespace): Observed {
  const seen: Observed = { api, modules: [], instances: 0 };
  const see = (source: unknown) => {
    if (!(source instanceof api.Module)) seen.modules.push(bytesOf(source as ArrayBuffer).length);
  };
  // Proxies, as what one of them makes has to be an instance of the other.
  const Module = new Proxy(api.Module, {
    construct(target, [source]) {
      see(source);
      return new target(source);
    },
  });
  const Instance = new Proxy(api.Instance, {
    construct(target, [module, imports]) {
      seen.instances++;
      return new target(module, imports);
    },
  });
  seen.api = {
    ...api,
    Memory: api.Memory,
    Table: api.Table,
    Global: api.Global,
    CompileError: api.CompileError,
    LinkError: api.LinkError,
    RuntimeError: api.RuntimeError,
    validate: (source) => api.validate(source),
    Module,
    Instance,
    compile: (source) => {
      see(source);
      return api.compile(source);
    },
    instantiate: ((source: ArrayBuffer, imports?: Record<string, Record<string, unknown>>) => {
      see(source);
      seen.instances++;
      return api.instantiate(source, imports);
    }) as WebAssemblyNamespace['instantiate'],
    instantiateStreaming: (source, imports) => {
      seen.instances++;
      return api.instantiateStreaming(source, imports);
    },
  };
  return seen;
}
