// The package's main entry: the engine, and additions for Node.

export * from '../../src/index.js';
export * from '../../src/safety/index.js';
export { InterfaceError } from '../interfaces/interface-error.js';
export { describeModule, type External, type ModuleDescription } from '../module/description.js';
export { type FittingOptions, instantiateFitting } from '../module/fitting-engine.js';
export { assembleText, TextFormatError } from '../module/text-format.js';
export { type CompiledModule, type CompileOptions, compileModule, OUT_OF_FUEL } from './compile-module.js';
export { createCompilingWebAssembly } from './compiling-webassembly.js';
export { ExitError } from './exit-error.js';
export type { Exports } from './javascript-api/instance.js';
export type { Imports, Imports as CompiledImports } from './javascript-api/interface.js';
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
export type {
  Instance as CompiledInstance,
  InstanceOptions,
} from './translated/instance.js';
export {
  instantiateTyped,
  type TypedExports,
  type TypedImports,
  type TypedOptions,
} from './typed/instantiate.js';
export { ComponentError } from './typed/runtime.js';
export { WASI, type WASIOptions } from './wasi.js';
