// A WebAssembly namespace whose modules are translated to JavaScript (JavaScript interface, 5): for engines that have none, or
// where the speed of the interpreter is not enough.

import { large } from '../../src/index.js';
import { type CompiledModule, type CompileOptions, compileModule } from './compile-module.js';
import { CompileError, LinkError, RuntimeError, translating } from './javascript-api/errors.js';
import { type BufferSource, Module, ModuleValidator } from './javascript-api/module.js';
import type { WebAssemblyNamespace } from './javascript-api/namespace.js';
import { Global } from './translated/global.js';
import type { Imports } from './translated/instance.js';
import { Memory } from './translated/memory.js';
import { Table } from './translated/table.js';

export interface WebAssemblyInstance {
  readonly exports: Record<string, unknown>;
}

/** As the interpreter's namespace, with objects of its own kinds. */
export type CompilingWebAssembly = Omit<WebAssemblyNamespace, 'Memory' | 'Table' | 'Global'> & {
  readonly Memory: typeof Memory;
  readonly Table: typeof Table;
  readonly Global: typeof Global;
};

/** By module: translated when it is instantiated for the first time. */
const compiled = new WeakMap<Module, CompiledModule>();

const capacities = { ...large, modules: 1, instances: 1 };

/** A namespace of its own: `const WebAssembly = createCompilingWebAssembly()`. */
export function createCompilingWebAssembly(options: Omit<CompileOptions, 'dialect'> = {}): CompilingWebAssembly {
  const validator = new ModuleValidator(capacities, false);

  class NamespaceModule extends Module {
    constructor(source: BufferSource) {
      super(source, validator);
    }
  }
  Object.defineProperty(NamespaceModule, 'name', { value: 'Module' });

  function compiledOf(module: Module): CompiledModule {
    let found = compiled.get(module);
    if (!found) {
      found = translating(() => compileModule(Module.bytes(module), { ...options, dialect: 'node' }));
      compiled.set(module, found);
    }
    return found;
  }

  class Instance implements WebAssemblyInstance {
    readonly exports: Record<string, unknown>;

    constructor(module: Module, imports?: Imports) {
      if (!(module instanceof Module)) throw new TypeError('an Instance needs a Module');
      const { imports: wanted } = Module.description(module);
      if (wanted.length > 0 && (typeof imports !== 'object' || imports === null))
        throw new TypeError('the module has imports: an object of them is needed');
      this.exports = translating(() =>
        compiledOf(module)
          .instantiate(imports ?? {})
          .exports(),
      );
    }

    get [Symbol.toStringTag](): string {
      return 'WebAssembly.Instance';
    }
  }

  async function instantiate(source: BufferSource | Module, imports?: Imports): Promise<unknown> {
    if (source instanceof Module) return new Instance(source, imports);
    const module = new NamespaceModule(source);
    return { module, instance: new Instance(module, imports) };
  }

  const namespace = {
    Module: NamespaceModule,
    Instance,
    Memory,
    Table,
    Global,
    CompileError,
    LinkError,
    RuntimeError,
    validate(source: BufferSource): boolean {
      try {
        new NamespaceModule(source);
        return true;
      } catch (error) {
        if (error instanceof CompileError) return false;
        throw error;
      }
    },
    compile: async (source: BufferSource) => new NamespaceModule(source),
    instantiate,
    compileStreaming: async (source: StreamingSource) => new NamespaceModule(await (await source).arrayBuffer()),
    instantiateStreaming: async (source: StreamingSource, imports?: Imports) =>
      instantiate(await (await source).arrayBuffer(), imports),
  };
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'WebAssembly', configurable: true });
  return namespace as unknown as CompilingWebAssembly;
}

type StreamingSource = { arrayBuffer(): Promise<ArrayBuffer> } | Promise<{ arrayBuffer(): Promise<ArrayBuffer> }>;
