// The run-only runtime, as it runs on a board: calls, slices, traps, host functions. The build puts in front of it
// state.ts, src/numeric.ts and what the image is (the declared names); behind it come the handlers and the exports.
// Written for Espruino: no hoisting, no rest arguments, short paths through what runs at every call.

import { Status } from '../../../../src/status.js';
import { Trap } from '../../../../src/trap.js';
import type { Host } from '../../../host-functions/host.js';

// The variables of state.ts.
declare const slots: Int32Array;
declare const floats: Float32Array;
declare const doubles: Float64Array;
declare const callStack: Int32Array;
declare const bytes: Uint8Array;
declare const code: Int32Array;
declare const handlers: (() => void)[];
declare let memoryBytes: number;
declare let pages: number;
declare let pc: number;
declare let fp: number;
declare let calls: number;
declare let fuel: number;
declare let kept: number;
declare let status: number;
declare let callee: number;
declare let base: number;
declare let busy: boolean;
declare let exitCode: number;

// Declared in ../lent-memory.ts.
declare function lend(pointer: number, length: number): Uint8Array;
declare function takeBack(): void;

// Declared in ../references.ts.
declare function wordOfHostReference(value: unknown): number;
declare function hostReferenceOf(word: number): unknown;
declare function dropHostReferences(): void;

// Constants of the build.
declare const SLOT_WORDS: number;
declare const MEMORY_BYTES: number;
declare const MOST_PAGES: number;
declare const PAGE_SHIFT: number;
/** The first address that exists. */
declare const MEMORY_START: number;
declare const SLICE_FUEL: number;
/** Whether a function or a global that can be used from outside has an f32. */
declare const SINGLES: boolean;
/** Whether one has an externref, and whether globals or tables keep such references when a call is over. */
declare const HOST_REFERENCES: boolean;
declare const KEEPS_REFERENCES: boolean;
/** VerificationLevel: without it, verification.ts is not there. */
declare const VERIFICATION: number;
/** Whether glue calls functions: values may be a function that makes them when the call begins. */
declare const TYPED: boolean;
declare function seal(isInCall: boolean): void;
declare function verify(): void;
declare function verifyCode(): void;
/** Signatures by the numbers that types have in the functions' rows: `ii:i`. */
declare const signatures: string[];
/** Copies a result to the slots at `base`; by the numbers of the imports. */
declare const imports: (() => void)[];
/** The messages of src/trap.ts, with `;` between them. */
declare const TRAP_MESSAGES: string;
/** ` in function 3 (fib) at byte 42`, for what `pc` is at; or nothing. */
declare function trapPlace(): string;
/** Names of the exported functions; their addresses in the same order. */
declare function exportNames(): string[];
declare function exportAddresses(): number[];
declare const functions: Int32Array;
declare const tables: Int32Array;
declare const tableEntries: Int32Array;
declare let tableEntryTop: number;
declare const globals: Int32Array;

type Done = (error: unknown, result?: unknown) => void;
type Value = number | number[] | null;

export const waiting: (() => void)[] = [];

export function leave(how: number): void {
  status = how;
  kept = fuel;
  fuel = -1;
}

export function growMemory(more: number): number {
  const old = pages;
  if (more === 0) return old;
  const size = (old + more) * (1 << PAGE_SHIFT);
  if (old + more > MOST_PAGES || size > MEMORY_START + MEMORY_BYTES) return -1;
  pages = old + more;
  memoryBytes = MEMORY_START > 0 ? size - MEMORY_START : size;
  return old;
}

type Words = Uint8Array | Int32Array;

/** Overlapping ranges of the same array are copied as if through a buffer. */
export function copy(target: Words, to: number, source: Words, from: number, count: number): void {
  if (to <= from) for (let index = 0; index < count; index++) target[to + index] = source[from + index];
  else for (let index = count - 1; index >= 0; index--) target[to + index] = source[from + index];
}

/** table.grow: the old size, or -1. `row` is the table's row; tables that lie behind it move up. */
export function growTable(row: number, more: number, value: number): number {
  const size = tables[row + 1];
  const added = more >>> 0;
  if (size + added > tables[row + 2] >>> 0 || tableEntryTop + added > tableEntries.length) return -1;
  const end = tables[row] + size;
  copy(tableEntries, end + added, tableEntries, end, tableEntryTop - end);
  for (let other = 0; other < tables.length; other += 4) {
    if (other !== row && tables[other] >= end) tables[other] += added;
  }
  tableEntries.fill(value, end, end + added);
  tableEntryTop += added;
  tables[row + 1] = size + added;
  return size;
}

/** The error of a trap. */
export function trapError(trap: number): Error {
  const text = TRAP_MESSAGES.split(';')[trap] || 'host function failed';
  return new Error(text + trapPlace());
}

/** Calls the host function of a row's entry. */
export function callHost(entry: number): void {
  imports[-1 - entry]();
  if (MEMORY_BYTES > 65536) takeBack();
}

/** Runs until the call is done (true) or out of fuel. Throws what traps and host functions throw. */
export function run(): boolean {
  for (;;) {
    while (fuel >= 0) handlers[code[pc]]();
    const how = status;
    if (how < 0) return false;
    status = -1;
    fuel = kept;
    if (how === Status.Done) return true;
    if (how < Status.Yield) throw trapError(how);
    // A host function, as a call or as a tail call.
    try {
      callHost(functions[callee * 4]);
    } catch (error) {
      const ended = exitCode === 0;
      exitCode = -1;
      if (ended) return true;
      throw error;
    }
    if (how === Status.TailCall) {
      calls -= 2;
      pc = callStack[calls];
      fp = callStack[calls + 1];
    }
  }
}

// A NaN keeps its sign and payload only as a double or as an integer: not in a Float32Array.

/** Bits of the f32 that has the sign and the payload of a NaN. */
export function nanBits(value: number): number {
  const double = new Float64Array(1);
  double[0] = value;
  const words = new Int32Array(double.buffer);
  const payload = ((words[1] & 0xfffff) << 3) | (words[0] >>> 29);
  return (words[1] & -2147483648) | 0x7f800000 | (payload === 0 ? 0x400000 : payload);
}

/** The double of an f32's bits. */
export function floatOf(bits: number): number {
  if ((bits & 0x7fffffff) <= 0x7f800000) return new Float32Array(new Int32Array([bits]).buffer)[0];
  const words = [bits << 29, (bits & -2147483648) | 0x7ff00000 | ((bits & 0x7fffff) >> 3)];
  return new Float64Array(new Int32Array(words).buffer)[0];
}

/** Writes the arguments and enters the function. An i64 is an array of its low and its high word. */
export function begin(address: number, values: ArrayLike<Value>, letters: string): void {
  const count = letters.indexOf(':');
  for (let index = 0; index < count; index++) {
    const letter = letters[index];
    const value = values[index] as number;
    if (letter === 'I') {
      const pair = values[index] as number[];
      slots[index * 2] = pair[0];
      slots[index * 2 + 1] = pair[1];
    } else if (SINGLES && letter === 'f') {
      if (value === value) floats[index * 2] = value;
      else slots[index * 2] = nanBits(value);
    } else if (letter === 'F') doubles[index] = value;
    else if (HOST_REFERENCES && letter === 'R') slots[index * 2] = wordOfHostReference(value) - 1;
    else slots[index * 2] = value === null ? -1 : value | 0;
  }
  callStack[0] = 0;
  callStack[1] = 0;
  calls = 2;
  fp = 0;
  status = -1;
  const entry = functions[address * 4];
  if (entry < 0) {
    // A host function that is exported again: it returns to where the run ends.
    base = 0;
    callHost(entry);
    pc = 0;
    return;
  }
  pc = entry;
  if (code[entry - 4] > SLOT_WORDS) throw trapError(Trap.CallStackExhausted);
  const locals = code[entry - 2] - code[entry - 3];
  // `fill` of a part would visit all slots.
  if (locals > 0) new Int32Array(slots.buffer, code[entry - 3] * 4, locals).fill(0);
  fuel -= code[entry - 1];
}

/** Returns one result itself, or several as an array. */
export function results(letters: string): unknown {
  const first = letters.indexOf(':') + 1;
  const all: unknown[] = [];
  for (let index = 0; index < letters.length - first; index++) {
    const letter = letters[first + index];
    if (letter === 'I') all.push([slots[index * 2], slots[index * 2 + 1]]);
    else if (SINGLES && letter === 'f') all.push(floatOf(slots[index * 2]));
    else if (letter === 'F') all.push(doubles[index]);
    else if (HOST_REFERENCES && letter === 'R') all.push(hostReferenceOf(slots[index * 2] + 1));
    else if (letter !== 'i' && slots[index * 2] === -1) all.push(null);
    else all.push(slots[index * 2]);
  }
  return all.length > 1 ? all : all[0];
}

/** To the end, in one go. */
export function call(address: number, values: ArrayLike<Value>): unknown {
  if (busy) throw new Error('another call is running: take .async, which waits for it');
  if (HOST_REFERENCES && !KEEPS_REFERENCES) dropHostReferences();
  const letters = signatures[functions[address * 4 + 1]];
  busy = true;
  fuel = Infinity;
  try {
    if (VERIFICATION > 0) verify();
    begin(address, values, letters);
    run();
    if (VERIFICATION > 2) verifyCode();
  } finally {
    busy = false;
    if (VERIFICATION > 0) seal(false);
  }
  return results(letters);
}

/** A call while another one is in a host function: what that one needs is kept. */
export function callWithin(address: number, values: ArrayLike<Value>): unknown {
  if (!busy) return call(address, values);
  const before = [pc, fp, calls, fuel, kept, status, callee, base];
  const slotsBefore = new Int32Array(slots);
  const callsBefore = new Int32Array(callStack);
  fuel = Infinity;
  try {
    begin(address, values, signatures[functions[address * 4 + 1]]);
    run();
    return results(signatures[functions[address * 4 + 1]]);
  } finally {
    slots.set(slotsBefore);
    callStack.set(callsBefore);
    pc = before[0];
    fp = before[1];
    calls = before[2];
    fuel = before[3];
    kept = before[4];
    status = before[5];
    callee = before[6];
    base = before[7];
  }
}

/** Ends a call; the one that has waited longest begins, unless `done` has begun another. */
export function finish(done: Done, error: unknown, result?: unknown): void {
  busy = false;
  try {
    done(error, result);
  } finally {
    const start = busy ? undefined : waiting.shift();
    if (start) start();
  }
}

/** In slices, with the firmware's idle loop between them; after the calls that were made before. */
export function callAsync(address: number, values: ArrayLike<Value> | (() => Value[]), done: Done): void {
  const letters = signatures[functions[address * 4 + 1]];
  const slice = () => {
    let ended = true;
    let failure: unknown;
    try {
      if (VERIFICATION > 0) verify();
      ended = run();
      if (VERIFICATION > 2) verifyCode();
    } catch (error) {
      failure = error || new Error('failed');
    }
    if (VERIFICATION > 0) seal(!ended);
    if (!ended) {
      fuel += SLICE_FUEL;
      setTimeout(slice, 0);
      return;
    }
    finish(done, failure, failure ? undefined : results(letters));
  };
  const start = () => {
    try {
      if (VERIFICATION > 0) verify();
      if (HOST_REFERENCES && !KEEPS_REFERENCES) dropHostReferences();
      // Making them may call functions.
      if (TYPED && typeof values === 'function') values = values();
      busy = true;
      fuel = SLICE_FUEL;
      begin(address, values as ArrayLike<Value>, letters);
    } catch (error) {
      if (VERIFICATION > 0) seal(false);
      finish(done, error);
      return;
    }
    // The slice verifies what has been sealed.
    if (VERIFICATION > 0) seal(true);
    slice();
  };
  if (busy) waiting.push(start);
  else start();
}

export function withoutFirst(values: ArrayLike<unknown>): (number | number[])[] {
  const rest: (number | number[])[] = [];
  for (let index = 1; index < values.length; index++) rest.push(values[index] as number);
  return rest;
}

/** Calls a function from a timer, a watch or the like: nobody is there to catch an error. */
export function callBack(address: number, values: ArrayLike<Value>): void {
  callAsync(address, values, (error) => {
    if (error) throw error;
  });
}

/** A view of linear memory. */
export function memoryPart(place: number, length: number): Uint8Array {
  // Without another variable, which would take JsVars where there is no window.
  if (MEMORY_START > 0) place -= MEMORY_START;
  if (place < 0 || length < 0 || place + length > memoryBytes) throw trapError(Trap.MemoryOutOfBounds);
  if (MEMORY_BYTES > 65536 && place > 65535) return lend(place, length);
  return new Uint8Array(bytes.buffer, place, length);
}

export const host: Host = {
  high: 0,
  bytes: memoryPart,
  callTable(index: number): void {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    const values = withoutFirst(arguments);
    const address = index >>> 0 < tables[1] ? tableEntries[tables[0] + index] : -1;
    if (address < 0) throw trapError(Trap.UndefinedElement);
    callBack(address, values);
  },
  callExport(name: string): void {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    callBack(exportAddresses()[exportNames().indexOf(name)], withoutFirst(arguments));
  },
  fail(message: string): never {
    throw new Error(message);
  },
  exit(code: number): never {
    exitCode = code;
    throw new Error('exit ' + code);
  },
};

/** An exported global: an object with the value, which is converted as an argument is. */
export function exportGlobal(index: number, letter: string, mutable: boolean): unknown {
  const words = () => new Int32Array([globals[index], globals[index + 1]]);
  return {
    get value(): unknown {
      const value = words();
      if (letter === 'I') return [value[0], value[1]];
      if (SINGLES && letter === 'f') return floatOf(value[0]);
      if (letter === 'F') return new Float64Array(value.buffer)[0];
      if (HOST_REFERENCES && letter === 'R') return hostReferenceOf(value[0] + 1);
      return letter !== 'i' && value[0] === -1 ? null : value[0];
    },
    set value(given: number | number[] | null) {
      if (!mutable) throw new Error('the global does not change');
      if (VERIFICATION > 0) verify();
      const value = words();
      if (letter === 'I') {
        value[0] = (given as number[])[0];
        value[1] = (given as number[])[1];
      } else if (SINGLES && letter === 'f') {
        if (given === given) new Float32Array(value.buffer)[0] = given as number;
        else value[0] = nanBits(given as number);
      } else if (letter === 'F') new Float64Array(value.buffer)[0] = given as number;
      else if (HOST_REFERENCES && letter === 'R') value[0] = wordOfHostReference(given) - 1;
      else value[0] = given === null ? -1 : (given as number) | 0;
      globals[index] = value[0];
      globals[index + 1] = value[1];
      if (VERIFICATION > 0) seal(busy);
    },
  };
}

/** Returns the export of a function on the board. It can be called directly, or in slices by `async`. */
export function exportFunction(address: number): unknown {
  const direct = function (): unknown {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    return call(address, arguments);
  } as { (): unknown; async: unknown };
  direct.async = function (): unknown {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    const values = arguments;
    const done = values[values.length - 1];
    if (typeof done === 'function') {
      callAsync(address, values, done);
      return undefined;
    }
    return new Promise((resolve, reject) =>
      callAsync(address, values, (error, result) => (error ? reject(error) : resolve(result))),
    );
  };
  return direct;
}
