// `run --wit`, or of a component, on this machine: instantiates a module with its world, and calls one of its functions.

import { bindModule } from '../targets/interfaces/bind.js';
import { describeModule } from '../targets/module/description.js';
import { createCompilingWebAssembly, createWebAssembly } from '../targets/node/index.js';
import { instantiateBound, type TypedOptions } from '../targets/node/typed/instantiate.js';
import { UsageError } from './errors.js';
import type { ModuleFile } from './module-file.js';
import { moduleHere } from './own-imports.js';
import { worldOf } from './typed-interface.js';
import { pathOf, resultType, typedArguments, typedFunction, typedText } from './typed-invocation.js';

export interface TypedRunOptions {
  wit?: string;
  world?: string;
  imports?: string;
  invoke?: string;
  tier?: string;
  /** Prints a line. */
  print: (line: string) => void;
}

/** Throws a UsageError, an InterfaceError, and what the module throws. */
export async function runTyped(
  file: string,
  { bytes, world }: ModuleFile,
  args: readonly string[],
  options: TypedRunOptions,
): Promise<void> {
  const { invoke, imports, print } = options;
  const WebAssembly = (
    options.tier === 'js' ? createCompilingWebAssembly() : createWebAssembly()
  ) as TypedOptions['WebAssembly'];
  const module = new WebAssembly!.Module(bytes);
  const bound = bindModule(describeModule(bytes), worldOf(options, world));
  if (invoke === undefined) throw new UsageError(`which function of ${file}? give --invoke NAME`);
  const called = typedFunction(bound, invoke);
  const values = typedArguments(called, args);
  const given = imports === undefined ? {} : await moduleHere(imports, print);
  const own = { ...(given.default as object | undefined), ...given };
  const exports = instantiateBound(module, bound, own, { WebAssembly: WebAssembly! });
  const found = pathOf(called).reduce<unknown>((object, name) => (object as Record<string, unknown>)[name], exports);
  const result = (found as (...values: unknown[]) => unknown)(...values);
  const type = resultType(called);
  if (type !== null) print(typedText(type, result, false));
}
