// `run --wit`, or of a component, on this machine: instantiates a module with its world, and calls one of its functions.

import { EngineError } from '../src/index.js';
import { type BoundFunction, type BoundModule, bindModule } from '../targets/interfaces/bind.js';
import { interfaceKeys } from '../targets/interfaces/core-names.js';
import { InterfaceError } from '../targets/interfaces/interface-error.js';
import { functionText, typeText } from '../targets/interfaces/types.js';
import { readModule } from '../targets/module/read-module.js';
import { ExitError } from '../targets/node/exit-error.js';
import { ComponentError, createCompilingWebAssembly, createWebAssembly } from '../targets/node/index.js';
import { instantiateBound, type TypedWebAssembly } from '../targets/node/typed/instantiate.js';
import { type ComponentSystem, componentWasi } from '../targets/node/typed/wasi.js';
import { checkMemory } from './check-memory.js';
import { CommandError, UsageError } from './command-error.js';
import type { Result } from './invocation.js';
import type { ModuleFile } from './module-file.js';
import { moduleHere } from './own-imports.js';
import { componentStart } from './program.js';
import { worldOf } from './typed-interface.js';
import { pathOf, resultType, typedArguments, typedFunction, typedText } from './typed-invocation.js';
import { limitedWebAssembly } from './typed-webassembly.js';

export interface TypedRunOptions {
  wit?: string;
  world?: string;
  imports?: string;
  invoke?: string;
  tier?: string;
  /** Bytes behind the linear memory. */
  memory?: number;
  fuel?: number;
  /** The part of WASI preview 2 that a component gets. */
  system: ComponentSystem;
  /** Prints a line for functions of the user. */
  print: (line: string) => void;
}

export interface TypedRun {
  results: Result[];
  /** That was used, where it is counted. */
  fuel?: number;
}

/** A typed function that is called on this machine. */
export interface TypedCall {
  called: BoundFunction;
  /** Instantiates the module; returns what makes the call. Both throw what the module throws. */
  instantiate(namespace: TypedWebAssembly): () => unknown;
}

/** Finds the function, its arguments and what the module imports. Throws a UsageError, and what loading the user's file throws. */
export async function typedCallHere(
  bytes: Uint8Array,
  bound: BoundModule,
  args: readonly string[],
  { invoke, imports, system, print }: Pick<TypedRunOptions, 'imports' | 'system' | 'print'> & { invoke: string },
): Promise<TypedCall> {
  const called = typedFunction(bound, invoke);
  const values = typedArguments(called, args);
  const given = imports === undefined ? {} : await moduleHere(imports, print);
  const own: Record<string, unknown> = { ...(given.default as object | undefined), ...given };
  for (const [name, functions] of Object.entries(componentWasi(bound.world, system)))
    if (!interfaceKeys(name).some((each) => each in own)) own[name] = functions;
  return {
    called,
    instantiate(WebAssembly) {
      const module = compiled(() => new WebAssembly.Module(bytes));
      const exports = instantiateBound(module, bound, own, { WebAssembly });
      const found = pathOf(called).reduce<unknown>(
        (object, name) => (object as Record<string, unknown>)[name],
        exports,
      );
      return () => (found as (...values: unknown[]) => unknown)(...values);
    },
  };
}

/** Throws a UsageError, an InterfaceError, and what the module throws. */
export async function runTyped(
  file: string,
  { bytes, world }: Pick<ModuleFile, 'bytes' | 'world'>,
  args: readonly string[],
  options: TypedRunOptions,
): Promise<TypedRun> {
  const { memory: memoryBytes, fuel } = options;
  const isLimited = memoryBytes !== undefined || fuel !== undefined;
  if (isLimited && options.tier === 'interp')
    throw new UsageError(
      `--${fuel === undefined ? 'memory' : 'fuel'} with types is for translated modules: leave out --tier interp`,
    );
  const limited = isLimited ? limitedWebAssembly({ memoryBytes, fuel }) : undefined;
  const unlimited = () => (options.tier === 'js' ? createCompilingWebAssembly() : createWebAssembly());
  const WebAssembly = limited?.namespace ?? (unlimited() as TypedWebAssembly);
  const read = compiled(() => readModule(bytes));
  const bound = bindModule(read, worldOf(read, options, world));
  const invoke = options.invoke ?? componentStart(bound);
  if (invoke === undefined) throw new UsageError(`which function of ${file}? give --invoke NAME`);
  if (memoryBytes !== undefined) checkMemory(read, memoryBytes, 0);
  const call = await typedCallHere(bytes, bound, options.invoke === undefined ? [] : args, { ...options, invoke });
  const { called } = call;
  let result: unknown;
  try {
    result = call.instantiate(WebAssembly)();
  } catch (error) {
    if (error instanceof ExitError && error.code === 0) return { results: [] };
    throw callError(error, called);
  }
  const type = resultType(called);
  const results =
    type === null ? [] : [{ type: typeText(type, called.convention), value: typedText(type, result, false) }];
  return { results, ...(fuel !== undefined && { fuel: limited?.fuelUsed() }) };
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

/** Converts the end of a call: an error that the module returns, a trap, an error of the user's function, or a value of a wrong type. */
export function callError(error: unknown, called: BoundFunction): unknown {
  const { name, result } = called.function;
  if (error instanceof ComponentError) {
    const type = result?.kind === 'result' ? result.error : null;
    const payload = type === null ? '' : `: ${typedText(type, error.payload, false)}`;
    return new CommandError('result', 1, `${name} returned an error${payload}`, []);
  }
  const cause = causeOf(error) ?? error;
  const known = [EngineError, InterfaceError, CommandError, ExitError];
  if (known.some((each) => cause instanceof each)) return cause;
  const { message } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof RangeError && /call stack/i.test(message))
    return new CommandError('trap', 1, 'call stack exhausted', []);
  return new CommandError('call', 1, `${name}: ${message}`, [
    `${name}: ${functionText(called.function, called.convention)}`,
  ]);
}
