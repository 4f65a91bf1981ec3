// The engine's errors: what was wrong, where, and what to do. All are thrown outside the interpreter's loop. Functions create them,
// because in Espruino a class that extends a built-in class cannot have a constructor.

import { trapMessage } from './trap.js';

/** Base of everything the engine throws on purpose. */
export class EngineError extends Error {
  /** Byte offset in the module, or -1 where there is none. */
  declare offset: number;
  /** Function index in the module, or -1. */
  declare functionIndex: number;
  /** Name of that function from the name section, or ''. */
  declare functionName: string;
}

/** The bytes are no WebAssembly module, or use a feature that is not supported. */
export class DecodeError extends EngineError {}

/** The module is well formed and breaks a rule of validation (core specification, 3). */
export class ValidationError extends EngineError {}

/** An import is missing or has another type than the module declares. */
export class LinkError extends EngineError {}

/** A fixed capacity is too small. `capacity` is the constant to raise, to at least `needed`. */
export class CapacityError extends EngineError {
  declare capacity: string;
  declare needed: number;
  declare available: number;
}

/** A function that was being executed: where in it, as a byte offset in the module. */
export interface TrapFrame {
  functionIndex: number;
  /** The function's name from the name section, or ''. */
  functionName: string;
  offset: number;
}

/** Execution stopped at a trap. `code` is a `Trap`; `cause` what a host function threw. */
export class WasmTrap extends EngineError {
  declare code: number;
  /** The call stack from the trap outwards to the host. Of a deep stack, only the innermost frames. */
  declare frames: TrapFrame[];
  /** How many more there are; Infinity if that is unknown. */
  declare framesOmitted: number;
  declare cause: unknown;
}

/** Fills in what every error has. */
export function described<Kind extends EngineError>(error: Kind, name: string, message: string, offset: number): Kind {
  error.name = name;
  error.message = message;
  error.offset = offset;
  error.functionIndex = -1;
  error.functionName = '';
  return error;
}

export function engineError(message: string): EngineError {
  return described(new EngineError(message), 'EngineError', message, -1);
}

export function decodeError(message: string, offset: number): DecodeError {
  return described(new DecodeError(message), 'DecodeError', message, offset);
}

export function validationError(
  message: string,
  offset: number,
  functionIndex: number,
  functionName: string,
): ValidationError {
  const error = described(new ValidationError(message), 'ValidationError', message, offset);
  error.functionIndex = functionIndex;
  error.functionName = functionName;
  return error;
}

export function linkError(message: string, offset: number): LinkError {
  return described(new LinkError(message), 'LinkError', message, offset);
}

export function capacityError(capacity: string, needed: number, available: number, offset: number): CapacityError {
  const message = 'capacity ' + capacity + ' is ' + available + ', needed ' + needed + ': raise `' + capacity + '`';
  const error = described(new CapacityError(message), 'CapacityError', message, offset);
  error.capacity = capacity;
  error.needed = needed;
  error.available = available;
  return error;
}

/** The trap of an active segment that does not fit; `at` is its byte offset. */
export function segmentTrap(code: number, at: number): WasmTrap {
  return wasmTrap(code, trapMessage(code) + ' by the active segment at byte ' + at, at, -1, '');
}

/** More than any engine takes, whatever its capacities are. */
export function limitError(capacity: string, needed: number, most: number, offset: number): CapacityError {
  const error = capacityError(capacity, needed, most, offset);
  error.message = needed + ' ' + capacity + ' are needed, and at most ' + most + ' are supported';
  return error;
}

export function wasmTrap(
  code: number,
  message: string,
  offset: number,
  functionIndex: number,
  functionName: string,
): WasmTrap {
  const error = described(new WasmTrap(message), 'WasmTrap', message, offset);
  error.functionIndex = functionIndex;
  error.functionName = functionName;
  error.code = code;
  error.frames = [];
  error.framesOmitted = 0;
  error.cause = undefined;
  return error;
}
