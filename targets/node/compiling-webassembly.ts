// A WebAssembly namespace whose modules are translated to JavaScript (JavaScript interface, 5), for engines without WebAssembly, or
// where the interpreter is too slow.

import { large } from '../../src/index.js';
import { type CompiledModule, type CompileOptions, compileModule } from './compile-module.js';
import { translating } from './javascript-api/errors.js';
import { type Module, ModuleValidator, partsOf } from './javascript-api/module.js';
import { createNamespace, type WebAssemblyNamespace } from './javascript-api/namespace.js';
import { Global } from './translated/global.js';
import { Memory } from './translated/memory.js';
import { Table } from './translated/table.js';

/** The interpreter's namespace, with objects of its own classes. */
export type CompilingWebAssembly = Omit<WebAssemblyNamespace, 'Memory' | 'Table' | 'Global'> & {
  readonly Memory: typeof Memory;
  readonly Table: typeof Table;
  readonly Global: typeof Global;
};

/** Compiled modules. A module is translated when it is first instantiated. */
const compiled = new WeakMap<Module, CompiledModule>();

const capacities = { ...large, modules: 1, instances: 1 };

/** A namespace of its own: `const WebAssembly = createCompilingWebAssembly()`. */
export function createCompilingWebAssembly(options: Omit<CompileOptions, 'dialect'> = {}): CompilingWebAssembly {
  const validator = new ModuleValidator(capacities, false);

  function compiledOf(module: Module): CompiledModule {
    let found = compiled.get(module);
    if (!found) {
      found = translating(() => compileModule(partsOf(module).bytes, { ...options, dialect: 'node' }));
      compiled.set(module, found);
    }
    return found;
  }

  return createNamespace({
    validator,
    instantiate: (module, imports) =>
      translating(() =>
        compiledOf(module)
          .instantiate(imports ?? {})
          .exports(),
      ),
    classes: { Memory, Table, Global },
  }) as CompilingWebAssembly;
}
