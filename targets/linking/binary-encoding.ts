// Writes parts of the binary format (core specification, 5).

import { type Section, ValueType } from '../../src/types.js';

/** The preamble of every module. */
export const HEADER: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

const VALUE_TYPES: Readonly<Record<string, ValueType>> = {
  ...{ i32: ValueType.I32, i64: ValueType.I64, f32: ValueType.F32, f64: ValueType.F64 },
  ...{ funcref: ValueType.FuncRef, externref: ValueType.ExternRef },
};

/** A number that is not negative, as unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

/** Encodes a number as signed LEB128. */
export function signed(value: number): number[] {
  const bytes = unsigned(value);
  const last = bytes[bytes.length - 1];
  return last < 64 ? bytes : [...bytes.slice(0, -1), last + 128, 0];
}

/** Prefixes contents with their length. */
export function sized(contents: number[]): number[] {
  return [...unsigned(contents.length), ...contents];
}

export const named = (name: string) => sized([...Buffer.from(name)]);

/** A section that is a list. */
export const listed = (id: Section, items: readonly number[][]): number[] => [
  id,
  ...sized([...unsigned(items.length), ...items.flat()]),
];

/** The type of a function, of value types by their names. */
export function functionType(parameters: readonly string[], results: readonly string[]): number[] {
  const list = (names: readonly string[]) => sized(names.map((name) => VALUE_TYPES[name]));
  return [0x60, ...list(parameters), ...list(results)];
}
