// One module executed, by the engine and by Node's own WebAssembly, and what came out in the same terms.
import { type Engine, ExternalKind, type Instance, Trap, WasmTrap } from '../../src/index.js';
import { type PlatformInstance, type PlatformMemory, platform } from './platform.js';

/** An i64 is a bigint; references are compared as null or not null. */
export type Value = number | bigint | null;

/** A call that did not return. */
export class Trapped {
  /** A `Trap`, or -1: then only the message tells. */
  readonly code: number;
  readonly message: string;
  /** Function and byte of each frame of the call stack, if that is known. */
  readonly frames: readonly string[];

  constructor(code: number, message: string, frames: readonly string[] = []) {
    this.code = code;
    this.message = message;
    this.frames = frames;
  }
}

export type Outcome = Value[] | Trapped;
export type Invoke = (values: readonly Value[]) => Outcome;

const words = new Int32Array(2);
const wide = new BigInt64Array(words.buffer);

/** V8's message for each trap. V8 distinguishes some traps that the specification does not, and the other way round. */
const nodeMessages: Partial<Record<Trap, RegExp>> = {
  [Trap.Unreachable]: /^unreachable$/,
  [Trap.MemoryOutOfBounds]: /memory access out of bounds|data segment .*out of bounds/,
  [Trap.DivideByZero]: /^(divide|remainder) by zero$/,
  [Trap.IntegerOverflow]: /^divide result unrepresentable$|^float unrepresentable in integer range$/,
  [Trap.InvalidConversion]: /^float unrepresentable in integer range$/,
  [Trap.TableOutOfBounds]: /table (index|access|.*out of bounds)|element segment|table initializer/,
  [Trap.UndefinedElement]: /^table index is out of bounds$/,
  [Trap.UninitializedElement]: /^null function or function signature mismatch$/,
  [Trap.IndirectCallTypeMismatch]: /^null function or function signature mismatch$/,
  [Trap.CallStackExhausted]: /Maximum call stack size exceeded/,
};

/** Whether the engine's trap is the one that Node reports. */
export function sameTrap(ours: Trapped, nodes: Trapped): boolean {
  if (ours.code < 0) return ours.message === nodes.message;
  // The message says where.
  if (nodes.code >= 0) return ours.code === nodes.code && ours.message === nodes.message && sameFrames(ours, nodes);
  const expected = nodeMessages[ours.code as Trap];
  return expected?.test(nodes.message) === true;
}

/** The engine tells as many frames. */
const MOST_FRAMES = 32;

/** Whether the call stacks agree, as far as both are known. */
function sameFrames({ frames: ours }: Trapped, { frames: theirs }: Trapped): boolean {
  if (ours.length === 0 || theirs.length === 0) return true;
  if (ours.length !== theirs.length && theirs.length < MOST_FRAMES) return false;
  return theirs.every((frame, index) => frame === ours[index]);
}

export function sameValue(ours: Value, nodes: Value): boolean {
  // Every NaN is the same one: a number of JavaScript does not hold its bits.
  return Object.is(ours, nodes);
}

export function sameOutcome(ours: Outcome, nodes: Outcome): boolean {
  if (ours instanceof Trapped) return nodes instanceof Trapped && sameTrap(ours, nodes);
  if (nodes instanceof Trapped || ours.length !== nodes.length) return false;
  return ours.every((value, index) => sameValue(value, nodes[index]));
}

function formatValue(value: Value): string {
  if (typeof value === 'bigint') return `0x${BigInt.asUintN(64, value).toString(16)}`;
  return Object.is(value, -0) ? '-0' : String(value);
}

export function formatOutcome(outcome: Outcome): string {
  if (outcome instanceof Trapped) return [`trap: ${outcome.message}`, ...outcome.frames].join(', called from ');
  return `[${outcome.map(formatValue).join(', ')}]`;
}

/** The reasons to stop that belong to the program, of either engine; everything else is thrown on. */
export function trapOf(error: unknown): Trapped {
  if (error instanceof WasmTrap) {
    const { code, message, frames } = error;
    return new Trapped(
      code,
      message,
      frames.map(({ functionIndex, offset }) => `${functionIndex} at ${offset}`),
    );
  }
  // The error comes from a translated module.
  if (error instanceof Error && error.cause instanceof WasmTrap) return trapOf(error.cause);
  if (error instanceof platform.RuntimeError) return new Trapped(-1, error.message);
  throw error;
}

export function setArgument(engine: Engine, index: number, letter: string, value: Value): void {
  if (letter === 'I') {
    wide[0] = value as bigint;
    engine.setI64(index, words[0], words[1]);
  } else if (letter === 'f') engine.setF32(index, value as number);
  else if (letter === 'F') engine.setF64(index, value as number);
  else engine.setI32(index, value === null ? -1 : (value as number));
}

export function getResult(engine: Engine, index: number, letter: string): Value {
  if (letter === 'I') {
    words[0] = engine.getI64Low(index);
    words[1] = engine.getI64High(index);
    return wide[0];
  }
  if (letter === 'f') return engine.getF32(index);
  if (letter === 'F') return engine.getF64(index);
  const value = engine.getI32(index);
  if (letter === 'i') return value;
  return value < 0 ? null : 1;
}

/** Calls a function of the engine; `slice` is the fuel of each part, if it is to be interrupted. */
export function engineFunction(engine: Engine, address: number, slice?: number): Invoke {
  const [parameters, results] = engine.signature(address).split(':');
  return (values) => {
    for (let index = 0; index < parameters.length; index++)
      setArgument(engine, index, parameters[index], values[index]);
    try {
      if (slice === undefined) engine.call(address);
      else for (let status = engine.call(address, slice); status !== 0; ) status = engine.resume(slice);
    } catch (error) {
      return trapOf(error);
    }
    const outcome: Value[] = [];
    for (let index = 0; index < results.length; index++) outcome.push(getResult(engine, index, results[index]));
    return outcome;
  };
}

function nodeValue(value: unknown): Value {
  return typeof value === 'number' || typeof value === 'bigint' ? value : value === null ? null : 1;
}

export function nodeFunction(instance: PlatformInstance, name: string): Invoke {
  const call = instance.exports[name] as (...values: Value[]) => unknown;
  return (values) => {
    try {
      const result = call(...values);
      if (result === undefined) return [];
      return Array.isArray(result) ? result.map(nodeValue) : [nodeValue(result)];
    } catch (error) {
      // A stack overflow, which in the engine is a trap.
      if (error instanceof RangeError && error.cause === undefined) return new Trapped(-1, error.message);
      // Translated text tells the innermost frame alone, which is in the message.
      const { code, message } = trapOf(error);
      return new Trapped(code, message);
    }
  };
}

export function memoryOf(engine: Engine, instance: Instance): Uint8Array {
  const memory = engine.memoryOf(instance);
  if (memory < 0) return new Uint8Array(0);
  return new Uint8Array(engine.memoryBuffer, engine.memoryBase(memory), engine.memoryBytes(memory));
}

export function nodeMemory(instance: PlatformInstance, name: string): Uint8Array {
  return new Uint8Array((instance.exports[name] as PlatformMemory).buffer);
}

/** First byte in which two memories differ, -1 if there is none. */
export function firstDifference(ours: Uint8Array, nodes: Uint8Array): number {
  if (Buffer.compare(ours, nodes) === 0) return -1;
  let at = 0;
  while (at < ours.length && at < nodes.length && ours[at] === nodes[at]) at++;
  return at;
}

/** The value of an exported global as its type has it in JavaScript. */
export function globalOf(engine: Engine, instance: Instance, name: string): Value {
  const address = engine.findExport(instance, name, ExternalKind.Global);
  words[0] = engine.globalLow(address);
  words[1] = engine.globalHigh(address);
  const type = engine.globalType(address);
  if (type === 'I') return wide[0];
  if (type === 'f') return new Float32Array(words.buffer)[0];
  if (type === 'F') return new Float64Array(words.buffer)[0];
  return type === 'i' ? words[0] : words[0] < 0 ? null : 1;
}
