// The package's main entry: the engine, and what Node adds to it.

export * from '../../src/index.js';
export * from '../../src/safety/index.js';
export { type CompiledModule, type CompileOptions, compileModule, OUT_OF_FUEL } from '../compiler/index.js';
export type {
  Imports as CompiledImports,
  Instance as CompiledInstance,
  InstanceOptions,
} from '../compiler/runtime/instance.js';
export { createCompilingWebAssembly } from '../compiler/webassembly.js';
export { describeModule, type External, type ModuleDescription } from './description.js';
export { type FittingOptions, instantiateFitting } from './fitting-engine.js';
export type { Exports, Imports } from './javascript-api/instance.js';
export type {
  BufferSource,
  ExportDescriptor,
  ImportDescriptor,
  Module as WebAssemblyModule,
} from './javascript-api/module.js';
export {
  createWebAssembly,
  type InstantiatedSource,
  WebAssembly,
  type WebAssemblyInstance,
  type WebAssemblyNamespace,
  type WebAssemblyOptions,
} from './javascript-api/namespace.js';
export { assembleText, TextFormatError } from './text-format.js';
export { ExitError, WASI, type WASIOptions } from './wasi.js';
