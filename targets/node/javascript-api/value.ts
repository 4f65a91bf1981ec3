// JavaScript values as WebAssembly values and back (JavaScript interface, 5.6 and 5.7).

import type { Engine } from '../../../src/index.js';
import { TYPE_LETTERS } from '../../module/value-type-names.js';

/** `i32`, `i64`, `f32`, `f64`, `funcref`, `externref`. */
export type ValueTypeName = string;

/** Names of types by letter. */
export const TYPE_NAMES: Record<string, ValueTypeName> = Object.fromEntries(
  Object.entries(TYPE_LETTERS).map(([name, letter]) => [letter, name]),
);

/** References of a store as numbers. */
export interface References {
  /** Throws a TypeError unless it is null or an exported function. */
  functionReference(value: unknown): number;
  functionOf(reference: number): unknown;
  externReference(value: unknown): number;
  externOf(reference: number): unknown;
}

/** The value as one of the type: what runs user code, and throws, is done here. */
export function coerced(value: unknown, type: ValueTypeName, references: References): unknown {
  if (type === 'i32') return +(value as number) | 0;
  if (type === 'i64') return BigInt.asIntN(64, value as bigint);
  if (type === 'f32') return Math.fround(+(value as number));
  if (type === 'f64') return +(value as number);
  return type === 'funcref' ? references.functionReference(value) : references.externReference(value);
}

/** Sets argument or result `index` to a value that `coerced` returned. */
export function setValue(engine: Engine, index: number, type: ValueTypeName, value: unknown): void {
  if (type === 'i64') engine.setI64(index, ...wordsOf(value as bigint));
  else if (type === 'f32') engine.setF32(index, value as number);
  else if (type === 'f64') engine.setF64(index, value as number);
  else engine.setI32(index, value as number);
}

export function getValue(engine: Engine, index: number, type: ValueTypeName, references: References): unknown {
  if (type === 'i32') return engine.getI32(index);
  if (type === 'i64') return bigintOf(engine.getI64Low(index), engine.getI64High(index));
  if (type === 'f32') return engine.getF32(index);
  if (type === 'f64') return engine.getF64(index);
  const reference = engine.getI32(index);
  return type === 'funcref' ? references.functionOf(reference) : references.externOf(reference);
}

function wordsOf(value: bigint): [low: number, high: number] {
  return [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
}

function bigintOf(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

const scratch = new DataView(new ArrayBuffer(8));

/** The two words that a global of the type holds. */
export function bitsOf(value: unknown, type: ValueTypeName): [low: number, high: number] {
  if (type === 'i64') return wordsOf(value as bigint);
  if (type === 'f64') {
    scratch.setFloat64(0, value as number, true);
    return [scratch.getInt32(0, true), scratch.getInt32(4, true)];
  }
  if (type === 'f32') {
    scratch.setFloat32(0, value as number, true);
    return [scratch.getInt32(0, true), 0];
  }
  return [value as number, 0];
}

export function valueOfBits(low: number, high: number, type: ValueTypeName, references: References): unknown {
  if (type === 'i32') return low;
  if (type === 'i64') return bigintOf(low, high);
  scratch.setInt32(0, low, true);
  scratch.setInt32(4, high, true);
  if (type === 'f32') return scratch.getFloat32(0, true);
  if (type === 'f64') return scratch.getFloat64(0, true);
  return type === 'funcref' ? references.functionOf(low) : references.externOf(low);
}

/** The default value of a type (JavaScript interface, DefaultValue). */
export function defaultValue(type: ValueTypeName): unknown {
  return type === 'i64' ? 0n : type === 'funcref' ? null : type === 'externref' ? undefined : 0;
}

/**
 * The results that a host function of several returned. Throws a TypeError for what is no iterable, or has another number of
 * values. The iterator is asked for once, as programs can notice.
 */
export function severalResults(returned: unknown, count: number): unknown[] {
  const iterator: unknown = (returned as Iterable<unknown> | null | undefined)?.[Symbol.iterator];
  if (typeof iterator !== 'function') throw new TypeError(`a function of ${count} results must return an iterable`);
  const values = [...{ [Symbol.iterator]: () => Reflect.apply(iterator, returned, []) as Iterator<unknown> }];
  if (values.length !== count) throw new TypeError(`a function of ${count} results returned ${values.length}`);
  return values;
}
