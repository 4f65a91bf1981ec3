// `run --wit`, or of a component, on this machine: instantiates a module with its world, and calls one of its functions.

import { EngineError } from '../src/index.js';
import { type BoundFunction, bindModule } from '../targets/interfaces/bind.js';
import { InterfaceError } from '../targets/interfaces/interface-error.js';
import { functionText } from '../targets/interfaces/types.js';
import { readModule } from '../targets/module/read-module.js';
import { ComponentError, createCompilingWebAssembly, createWebAssembly } from '../targets/node/index.js';
import { instantiateBound, type TypedOptions } from '../targets/node/typed/instantiate.js';
import { CommandError, UsageError } from './errors.js';
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
  const read = compiled(() => readModule(bytes));
  const module = compiled(() => new WebAssembly!.Module(bytes));
  const bound = bindModule(read, worldOf(read, options, world));
  if (invoke === undefined) throw new UsageError(`which function of ${file}? give --invoke NAME`);
  const called = typedFunction(bound, invoke);
  const values = typedArguments(called, args);
  const given = imports === undefined ? {} : await moduleHere(imports, print);
  const own = { ...(given.default as object | undefined), ...given };
  let result: unknown;
  try {
    const exports = instantiateBound(module, bound, own, { WebAssembly: WebAssembly! });
    const found = pathOf(called).reduce<unknown>((object, name) => (object as Record<string, unknown>)[name], exports);
    result = (found as (...values: unknown[]) => unknown)(...values);
  } catch (error) {
    throw callError(error, called);
  }
  const type = resultType(called);
  if (type !== null) print(typedText(type, result, false));
}

/** Errors of the WebAssembly interface have the engine's own as their cause, with function and offset. */
function compiled<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    throw causeOf(error) ?? error;
  }
}

function causeOf(error: unknown): EngineError | undefined {
  const { cause } = Object(error) as { cause?: unknown };
  return cause instanceof EngineError ? cause : undefined;
}

/** What a call ends with: an error that the module returns, a trap, an error of the user's function, or a value that has not the type. */
function callError(error: unknown, called: BoundFunction): unknown {
  const { name, result } = called.function;
  if (error instanceof ComponentError) {
    const type = result?.kind === 'result' ? result.error : null;
    const payload = type === null ? '' : `: ${typedText(type, error.payload, false)}`;
    return new CommandError('result', 1, `${name} returned an error${payload}`, []);
  }
  if (error instanceof EngineError || error instanceof InterfaceError || error instanceof CommandError) return error;
  const cause = causeOf(error);
  if (cause !== undefined) return cause;
  const { message } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof RangeError && /call stack/i.test(message))
    return new CommandError('trap', 1, 'call stack exhausted', []);
  return new CommandError('call', 1, `${name}: ${message}`, [`${name}: ${functionText(called.function)}`]);
}
