// The error classes of the WebAssembly JavaScript interface. `cause` is the engine's own error, with offset and function.

import {
  CapacityError,
  DecodeError,
  LinkError as EngineLinkError,
  Trap,
  ValidationError,
  WasmTrap,
} from '../../../src/index.js';

/** A subclass of Error which, like those of the language, can be called without `new`. */
export interface ErrorClass {
  new (message?: string, options?: ErrorOptions): Error;
  (message?: string, options?: ErrorOptions): Error;
  readonly prototype: Error;
}

function errorClass(name: string): ErrorClass {
  function made(message?: string, options?: ErrorOptions): Error {
    return Reflect.construct(Error, [message, options], new.target ?? made);
  }
  const shared = { writable: true, configurable: true };
  made.prototype = Object.create(Error.prototype, {
    constructor: { value: made, ...shared },
    name: { value: name, ...shared },
    message: { value: '', ...shared },
  });
  Object.defineProperty(made, 'prototype', { writable: false });
  Object.setPrototypeOf(made, Error);
  Object.defineProperty(made, 'name', { value: name });
  Object.defineProperty(made, 'length', { value: 1 });
  return made as unknown as ErrorClass;
}

/** The bytes are no module, or no valid one, or too large for the engine. */
export const CompileError = errorClass('CompileError');

/** An import is missing or of another type than the module wants. */
export const LinkError = errorClass('LinkError');

/** A trap. */
export const RuntimeError = errorClass('RuntimeError');

/** An error as the interface has it. What is none of the engine's stays as it is, such as what a host function threw. */
export function translated(error: unknown): unknown {
  // The platform's own, where its stack is used up: no place to look at anything else.
  if (error instanceof RangeError) return error;
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
    // Limits, unlike capacities, cannot be raised.
    const where = error.message.endsWith('`') ? ' (capacities of createWebAssembly)' : '';
    return new RangeError(error.message + where, { cause: error });
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
