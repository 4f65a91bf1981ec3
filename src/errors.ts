// The engine's errors: what was wrong, where, and what to do. All are thrown outside the interpreter's loop.

/** Base of everything the engine throws on purpose. */
export class EngineError extends Error {
  /** Byte offset in the module, or -1 where there is none. */
  offset: number;
  /** Function index in the module, or -1. */
  functionIndex: number;
  /** Name of that function from the name section, or ''. */
  functionName: string;

  constructor(name: string, message: string, offset: number, functionIndex: number, functionName: string) {
    super(message);
    this.name = name;
    this.message = message;
    this.offset = offset;
    this.functionIndex = functionIndex;
    this.functionName = functionName;
  }
}

/** The bytes are no WebAssembly module, or use a feature that is not supported. */
export class DecodeError extends EngineError {
  constructor(message: string, offset: number) {
    super('DecodeError', message, offset, -1, '');
  }
}

/** The module is well formed and breaks a rule of validation (core specification, 3). */
export class ValidationError extends EngineError {
  constructor(message: string, offset: number, functionIndex: number, functionName: string) {
    super('ValidationError', message, offset, functionIndex, functionName);
  }
}

/** An import is missing or has another type than the module declares. */
export class LinkError extends EngineError {
  constructor(message: string, offset: number) {
    super('LinkError', message, offset, -1, '');
  }
}

/** A fixed capacity is too small. `capacity` is the constant to raise, to at least `needed`. */
export class CapacityError extends EngineError {
  capacity: string;
  needed: number;
  available: number;

  constructor(capacity: string, needed: number, available: number, offset: number) {
    super(
      'CapacityError',
      'capacity ' + capacity + ' is ' + available + ', needed ' + needed + ': raise `' + capacity + '`',
      offset,
      -1,
      '',
    );
    this.capacity = capacity;
    this.needed = needed;
    this.available = available;
  }
}

/** A function that was being executed: where in it, as a byte offset in the module. */
export interface TrapFrame {
  functionIndex: number;
  /** From the name section, or ''. */
  functionName: string;
  offset: number;
}

/** Execution stopped at a trap. `code` is a `Trap`; `cause` what a host function threw. */
export class WasmTrap extends EngineError {
  code: number;
  /** From where it stopped outwards, up to the host; of a deep stack the innermost ones. */
  frames: TrapFrame[] = [];
  /** How many more there are. */
  framesOmitted = 0;
  override cause: unknown;

  constructor(code: number, message: string, offset: number, functionIndex: number, functionName: string) {
    super('WasmTrap', message, offset, functionIndex, functionName);
    this.code = code;
    this.cause = undefined;
  }
}
