// Who runs the kernels: V8's WebAssembly, this engine, and polywasm where it is installed.

import { Engine, small } from '../src/index.js';
import { VerificationLevel } from '../src/safety/index.js';
import { compileModule } from '../targets/node/compile-module.js';
import { platform } from './platform.js';

export interface Contestant {
  name: string;
  /** Loads a module; what is returned calls its `run`. */
  prepare(bytes: Uint8Array): (n: number) => number;
}

export const v8: Contestant = {
  name: 'V8',
  prepare(bytes) {
    const { run } = new platform.Instance(new platform.Module(bytes)).exports;
    return (n) => run(n) | 0;
  },
};

/** One engine for all kernels, as in a program: its loop is optimised for all that they do, not for one at a time. */
export function tazzina(kernels: number, verification = VerificationLevel.None): Contestant {
  const capacities = {
    ...small,
    modules: kernels,
    instances: kernels,
    memories: kernels,
    tables: kernels,
    memoryBytes: 65536,
    codeWords: 65536,
    functions: 1024,
  };
  const engine = new Engine(capacities, { verification });
  return {
    name: 'tazzina',
    prepare(bytes) {
      const run = engine.exportedFunction(engine.instantiate(engine.load(bytes)), 'run');
      return (n) => {
        engine.setI32(0, n);
        engine.call(run);
        return engine.getI32(0);
      };
    },
  };
}

/** Each kernel translated to JavaScript; the bits of NaNs are the processor's, as they are V8's and polywasm's. */
export const compiler: Contestant = {
  name: 'js tier',
  prepare(bytes) {
    const { run } = compileModule(bytes, { dialect: 'node', canonicalNaN: false }).instantiate().exports() as Record<
      'run',
      (n: number) => number
    >;
    return (n) => run(n) | 0;
  },
};

/** Throws where the package is not installed: it is for comparison only, and not a dependency. */
export async function polywasm(): Promise<Contestant> {
  // Computed, so that the bundler does not bundle the package.
  const name: string = ['polywasm'].join('');
  const { WebAssembly } = (await import(name)) as { WebAssembly: typeof platform };
  return {
    name,
    prepare(bytes) {
      const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
      return (n) => run(n) | 0;
    },
  };
}
