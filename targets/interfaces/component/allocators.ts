// One cabi_realloc for a component whose imports name several: that of the main module for most, and one of an adapter for what the
// adapter imports. A module goes in between: its functions call those of the host, and say meanwhile which allocator is meant.

import { Opcode } from '../../../src/opcodes.js';
import { Section, ValueType } from '../../../src/types.js';
import { functionType, HEADER, listed, named, sized, unsigned } from '../../linking/binary-encoding.js';
import { coreSignature } from '../canonical.js';
import type { CoreItem } from './items.js';

export type Lowered = CoreItem & { kind: 'lowered' };

/** A function of the host, under which names it is imported, and the allocator of its results. */
export interface HostFunction {
  item: Lowered;
  names: [module: string, name: string];
  /** Index of the allocator. */
  allocator: number;
}

/** Type of cabi_realloc. */
export const REALLOC_TYPE = functionType(['i32', 'i32', 'i32', 'i32'], ['i32']);
/** Exports of the module: `realloc`, and a function for each of the host's. */
export const REALLOC_EXPORT = 'realloc';
export const functionExport = (index: number) => `function ${index}`;

const localGets = (count: number) =>
  Array.from({ length: count }, (_, at) => [Opcode.LocalGet, ...unsigned(at)]).flat();
const body = (...code: number[]) => sized([0, ...code, Opcode.End]);
/** The global that says which allocator is meant. */
const chosen = (allocator: number) => [Opcode.I32Const, allocator, Opcode.GlobalSet, 0];

/** `allocators` are the names under which they are imported: at most 64. */
export function allocatorModule(
  allocators: readonly (readonly [string, string])[],
  functions: readonly HostFunction[],
): Uint8Array {
  const signatures = functions.map(({ item }) => {
    const { parameters, results } = coreSignature(item.function.type, 'import', 'canonical');
    return { type: functionType(parameters, results), count: parameters.length };
  });
  const imported = (names: readonly [string, string], type: number) => [
    ...[...named(names[0]), ...named(names[1])],
    ...[0, ...unsigned(type)],
  ];
  const types = [REALLOC_TYPE, ...signatures.map(({ type }) => type)];
  const imports = [
    ...allocators.map((names) => imported(names, 0)),
    ...functions.map(({ names }, index) => imported(names, index + 1)),
  ];
  const called = (index: number) => [Opcode.Call, ...unsigned(index)];
  const wrappers = functions.map(({ allocator }, index) =>
    body(
      ...chosen(allocator),
      ...localGets(signatures[index].count),
      ...called(allocators.length + index),
      ...chosen(0),
    ),
  );
  const others = allocators
    .slice(1)
    .flatMap((_, at) => [
      ...[Opcode.GlobalGet, 0, Opcode.I32Const, at + 1, Opcode.I32Eq, Opcode.If, 0x40],
      ...[...localGets(4), ...called(at + 1), Opcode.Return, Opcode.End],
    ]);
  const realloc = body(...others, ...localGets(4), ...called(0));
  const first = imports.length;
  const exports = [
    [...named(REALLOC_EXPORT), 0, ...unsigned(first)],
    ...functions.map((_, index) => [...named(functionExport(index)), 0, ...unsigned(first + 1 + index)]),
  ];
  return Uint8Array.from([
    ...HEADER,
    ...listed(Section.Type, types),
    ...listed(Section.Import, imports),
    ...listed(Section.Function, [[0], ...functions.map((_, index) => unsigned(index + 1))]),
    ...listed(Section.Global, [[ValueType.I32, 1, Opcode.I32Const, 0, Opcode.End]]),
    ...listed(Section.Export, exports),
    ...listed(Section.Code, [realloc, ...wrappers]),
  ]);
}
