// The error classes of the WebAssembly JavaScript interface. `cause` is the engine's own error, with offset and function.

import {
  CapacityError,
  DecodeError,
  LinkError as EngineLinkError,
  Trap,
  ValidationError,
  WasmTrap,
} from '../../../src/index.js';

/** The bytes are no module, or no valid one, or too large for the engine. */
export class CompileError extends Error {
  override name = 'CompileError';
}

/** An import is missing or of another type than the module wants. */
export class LinkError extends Error {
  override name = 'LinkError';
}

/** A trap. */
export class RuntimeError extends Error {
  override name = 'RuntimeError';
}

/** An error as the interface has it. What is none of the engine's stays as it is, such as what a host function threw. */
export function translated(error: unknown): unknown {
  if (error instanceof DecodeError || error instanceof ValidationError) {
    return new CompileError(error.message, { cause: error });
  }
  if (error instanceof EngineLinkError) return new LinkError(error.message, { cause: error });
  if (error instanceof WasmTrap) {
    // Platforms throw a RangeError here, and programs look for it.
    if (error.code === Trap.CallStackExhausted) return new RangeError(error.message, { cause: error });
    return new RuntimeError(error.message, { cause: error });
  }
  if (error instanceof CapacityError) {
    return new RangeError(`${error.message} (capacities of createWebAssembly)`, { cause: error });
  }
  return error;
}

/** Calls, and throws the interface's errors instead of the engine's. */
export function translating<Result>(action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw translated(error);
  }
}
