// The WebAssembly namespace of the JavaScript interface, on this engine (JavaScript interface, 5).

import { type Capacities, large } from '../../../src/index.js';
import { CompileError, LinkError, RuntimeError } from './errors.js';
import { Global } from './global.js';
import { type Exports, type Imports, instantiate, type Sizes } from './instance.js';
import { Memory } from './memory.js';
import { type BufferSource, type ExportDescriptor, type ImportDescriptor, Module, ModuleValidator } from './module.js';
import { Table } from './table.js';

export interface WebAssemblyOptions {
  /**
   * Of the engine that each group of linked instances gets. Without them, what an instance needs is found out. Memory
   * has the size that the module or a Memory declares, and grows.
   */
  capacities?: Capacities;
}

export interface WebAssemblyInstance {
  readonly exports: Exports;
}

export interface InstantiatedSource {
  module: Module;
  instance: WebAssemblyInstance;
}

/** A Response of fetch, or what stands for one. */
export interface StreamingSource {
  arrayBuffer(): Promise<ArrayBuffer>;
}

export interface WebAssemblyNamespace {
  readonly Module: {
    new (source: BufferSource): Module;
    exports(module: Module): ExportDescriptor[];
    imports(module: Module): ImportDescriptor[];
    customSections(module: Module, sectionName: string): ArrayBuffer[];
  };
  readonly Instance: new (module: Module, imports?: Imports) => WebAssemblyInstance;
  readonly Memory: typeof Memory;
  readonly Table: typeof Table;
  readonly Global: typeof Global;
  readonly CompileError: typeof CompileError;
  readonly LinkError: typeof LinkError;
  readonly RuntimeError: typeof RuntimeError;
  /** Whether the bytes are a valid module. */
  validate(source: BufferSource): boolean;
  compile(source: BufferSource): Promise<Module>;
  instantiate(source: BufferSource, imports?: Imports): Promise<InstantiatedSource>;
  instantiate(module: Module, imports?: Imports): Promise<WebAssemblyInstance>;
  compileStreaming(source: StreamingSource | Promise<StreamingSource>): Promise<Module>;
  instantiateStreaming(
    source: StreamingSource | Promise<StreamingSource>,
    imports?: Imports,
  ): Promise<InstantiatedSource>;
}

/** Room for some instances that link to each other. */
const linked: Capacities = {
  ...large,
  modules: 64,
  instances: 64,
  definitions: 8192,
  tables: 128,
  tableEntries: 131072,
};

const CLASSES = { Memory, Table, Global };
for (const [name, value] of Object.entries(CLASSES)) nameClass(value, name);

/** Bundlers rename classes. */
function nameClass(value: object, name: string): void {
  Object.defineProperty(value, 'name', { value: name });
}

/** A namespace of its own: `const WebAssembly = createWebAssembly()`. */
export function createWebAssembly(options: WebAssemblyOptions = {}): WebAssemblyNamespace {
  const fixed = options.capacities !== undefined;
  const sizes: Sizes = { capacities: options.capacities ?? linked, fixed };
  const validator = new ModuleValidator(sizes.capacities, fixed);

  class NamespaceModule extends Module {
    constructor(source: BufferSource) {
      super(source, validator);
    }
  }
  nameClass(NamespaceModule, 'Module');

  class Instance implements WebAssemblyInstance {
    readonly #exports: Exports;
    constructor(module: Module, imports?: Imports) {
      if (!(module instanceof Module)) throw new TypeError('an Instance needs a Module');
      this.#exports = instantiate(module, imports, sizes);
    }
    get exports(): Exports {
      return this.#exports;
    }
    get [Symbol.toStringTag](): string {
      return 'WebAssembly.Instance';
    }
  }
  nameClass(Instance, 'Instance');

  async function instantiateAny(source: BufferSource | Module, imports?: Imports): Promise<unknown> {
    if (source instanceof Module) return new Instance(source, imports);
    const module = new NamespaceModule(source);
    return { module, instance: new Instance(module, imports) };
  }

  const namespace: WebAssemblyNamespace = {
    Module: NamespaceModule,
    Instance,
    ...CLASSES,
    CompileError,
    LinkError,
    RuntimeError,
    validate(source) {
      try {
        new NamespaceModule(source);
        return true;
      } catch (error) {
        if (error instanceof CompileError) return false;
        throw error;
      }
    },
    async compile(source) {
      return new NamespaceModule(source);
    },
    instantiate: instantiateAny as WebAssemblyNamespace['instantiate'],
    async compileStreaming(source) {
      return new NamespaceModule(await (await source).arrayBuffer());
    },
    async instantiateStreaming(source, imports) {
      return (await instantiateAny(await (await source).arrayBuffer(), imports)) as InstantiatedSource;
    },
  };
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'WebAssembly', configurable: true });
  return namespace;
}

/** The ready namespace, in the place of the platform's: `import { WebAssembly } from 'tazzina'`. */
export const WebAssembly: WebAssemblyNamespace = createWebAssembly();
