// The WebAssembly namespace of the JavaScript interface, on this engine (JavaScript interface, 5).

import { type Capacities, large } from '../../../src/index.js';
import { CompileError, LinkError, RuntimeError } from './errors.js';
import { Global } from './global.js';
import { type Exports, instantiate, type Sizes } from './instance.js';
import { defineInterface, type Imports, isObject } from './interface.js';
import { Memory } from './memory.js';
import {
  type BufferSource,
  type ExportDescriptor,
  type ImportDescriptor,
  isModule,
  Module,
  ModuleValidator,
  moduleReflection,
  partsOf,
} from './module.js';
import { Table } from './table.js';

export interface WebAssemblyOptions {
  /**
   * Capacities of the engine that each group of linked instances gets. By default, they are computed from the instance's needs, and the
   * memory has the declared size and grows.
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

/** The parts in which namespaces differ: validation, instantiation, and the classes of objects. */
export interface NamespaceParts {
  validator: ModuleValidator;
  /** Links, initialises and starts a module. Imports were checked to be an object, or undefined where none are needed. */
  instantiate(module: Module, imports: Imports | undefined): Exports;
  classes: Record<'Memory' | 'Table' | 'Global', new (...values: never[]) => object>;
}

/** Makes a namespace with the properties that Web IDL asks for. */
export function createNamespace({ validator, instantiate, classes }: NamespaceParts): object {
  class NamespaceModule extends Module {
    constructor(source: BufferSource) {
      super(source, validator);
    }
  }
  defineInterface(NamespaceModule, 'Module', []);
  Object.defineProperties(NamespaceModule, Object.getOwnPropertyDescriptors(moduleReflection));

  class Instance implements WebAssemblyInstance {
    readonly #exports: Exports;
    constructor(module: Module, imports?: Imports) {
      const { description } = partsOf(module);
      checkImports(imports);
      if (description.imports.length > 0 && imports === undefined) {
        throw new TypeError('the module has imports: pass an object with them');
      }
      this.#exports = instantiate(module, imports);
    }
    get exports(): Exports {
      return this.#exports;
    }
  }
  defineInterface(Instance, 'Instance', ['exports']);

  const functions = {
    validate(source: BufferSource): boolean {
      try {
        new NamespaceModule(source);
        return true;
      } catch (error) {
        if (error instanceof CompileError) return false;
        throw error;
      }
    },
    async compile(source: BufferSource): Promise<Module> {
      return new NamespaceModule(source);
    },
    async instantiate(source: BufferSource | Module, ...[imports]: [Imports?]): Promise<unknown> {
      checkImports(imports);
      if (isModule(source)) return new Instance(source, imports);
      const module = new NamespaceModule(source);
      // The imports are read after the caller has gone on, as when a module is compiled in the background.
      await undefined;
      return { module, instance: new Instance(module, imports) };
    },
    async compileStreaming(source: StreamingSource | Promise<StreamingSource>): Promise<Module> {
      return new NamespaceModule(await (await source).arrayBuffer());
    },
    async instantiateStreaming(
      source: StreamingSource | Promise<StreamingSource>,
      ...[imports]: [Imports?]
    ): Promise<unknown> {
      return functions.instantiate(await (await source).arrayBuffer(), imports);
    },
  };
  const namespace = { ...functions };
  const constructors = { Module: NamespaceModule, Instance, ...classes, CompileError, LinkError, RuntimeError };
  for (const [name, value] of Object.entries(constructors)) {
    Object.defineProperty(namespace, name, { value, writable: true, configurable: true });
  }
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'WebAssembly', configurable: true });
  return namespace;
}

function checkImports(imports: unknown): void {
  if (imports !== undefined && !isObject(imports)) throw new TypeError('the imports must be an object');
}

/** A namespace of its own: `const WebAssembly = createWebAssembly()`. */
export function createWebAssembly(options: WebAssemblyOptions = {}): WebAssemblyNamespace {
  const fixed = options.capacities !== undefined;
  const sizes: Sizes = { capacities: options.capacities ?? linked, fixed };
  return createNamespace({
    validator: new ModuleValidator(sizes.capacities, fixed),
    instantiate: (module, imports) => instantiate(module, imports, sizes),
    classes: { Memory, Table, Global },
  }) as WebAssemblyNamespace;
}

/** The ready namespace, in the place of the platform's: `import { WebAssembly } from 'tazzina'`. */
export const WebAssembly: WebAssemblyNamespace = createWebAssembly();
