// A namespace for typed calls with a limit of fuel or of memory on this machine: modules are translated, and count as they do with
// `--tier js`.

import { toldMemory } from '../targets/analysis/told-memory.js';
import { readModule } from '../targets/module/read-module.js';
import { type CompiledModule, compileRead } from '../targets/node/compile-module.js';
import type { Imports } from '../targets/node/javascript-api/interface.js';
import type { Instance } from '../targets/node/translated/instance.js';
import type { TypedWebAssembly } from '../targets/node/typed/instantiate.js';

export interface Limits {
  /** Bytes behind the linear memory. */
  memoryBytes?: number;
  /** For all calls together. */
  fuel?: number;
}

export interface LimitedWebAssembly {
  namespace: TypedWebAssembly;
  /** Returns the fuel that all instances used. */
  fuelUsed(): number;
}

export function limitedWebAssembly({ memoryBytes, fuel }: Limits): LimitedWebAssembly {
  const instances: Instance[] = [];
  class Module {
    readonly compiled: CompiledModule;
    /** Throws DecodeError or ValidationError. */
    constructor(bytes: Uint8Array) {
      const read = readModule(bytes);
      const told = memoryBytes === undefined ? read : toldMemory(read, memoryBytes);
      this.compiled = compileRead(told, { dialect: 'node', fuel: fuel !== undefined });
    }
  }
  return {
    namespace: {
      Module,
      Instance: class {
        readonly exports: object;
        constructor({ compiled }: Module, imports: Imports) {
          const linked = (instance: Instance) => instances.push(instance);
          this.exports = compiled.instantiate(imports, { memoryBytes, fuel, linked }).exports();
        }
      },
    },
    fuelUsed: () => instances.reduce((sum, each) => sum + each.fuelUsed, 0),
  };
}
