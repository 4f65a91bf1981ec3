// Node's own WebAssembly, with types: those of Node leave it out.

interface Platform {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: { run(n: number): number } };
}

/** The platform's WebAssembly, for modules that import nothing and export `run`. */
export const platform = (globalThis as unknown as { WebAssembly: Platform }).WebAssembly;
