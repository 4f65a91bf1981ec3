// The routines for one kind of core, by the names that generated code calls, and the choice of those that a program needs.

import { f32Add, f32DivideThumb2, f32DivideV6M, f32MultiplyThumb2, f32MultiplyV6M, f32Pack } from './f32-arithmetic.js';
import { f32Compare, f32Extrema } from './f32-compare.js';
import { f32Round } from './f32-round.js';
import { f64AddThumb2, f64AddV6M } from './f64-add.js';
import { comparisons, f64CompareThumb2, f64CompareV6M } from './f64-compare.js';
import { f64DivideThumb2, f64DivideV6M } from './f64-divide.js';
import { f64Extrema } from './f64-extremum.js';
import { f64MultiplyThumb2, f64MultiplyV6M } from './f64-multiply.js';
import { f64PackThumb2, f64PackV6M } from './f64-pack.js';
import { f64Round } from './f64-round.js';
import { demoteThumb2, demoteV6M, promoteThumb2, promoteV6M } from './float-to-float.js';
import { f32ToI32, f32ToI64, f64ToIntegers } from './float-to-integer.js';
import type { Helper } from './helper.js';
import {
  i32ToF64Thumb2,
  i32ToF64V6M,
  i64ToF64Thumb2,
  i64ToF64V6M,
  integerToF32Thumb2,
  integerToF32V6M,
} from './integer-to-float.js';
import { bitCountsV6M, i32DivideV6M, populationCount } from './integer32.js';
import { i64MultiplyThumb2, i64MultiplyV6M, i64Shifts, multiplyLongV6M } from './integer64.js';
import { i64Divide, i64DivideUnsignedThumb2, i64DivideUnsignedV6M } from './integer64-divide.js';
import { f32SquareRoot, f64SquareRootThumb2, f64SquareRootV6M } from './square-root.js';

export type { Helper } from './helper.js';

/** In instructions of 16 bits alone, and BL: for every core. */
const common: readonly Helper[] = [
  populationCount,
  ...i64Shifts,
  f64Round,
  f32Add,
  f32Pack,
  f32SquareRoot,
  f32Round,
  f32Compare,
  ...f32Extrema,
  ...comparisons('f', f32Compare),
  ...f64ToIntegers,
  ...f32ToI32,
  ...f32ToI64,
];

const v6M: readonly Helper[] = [
  ...common,
  f64SquareRootV6M,
  promoteV6M,
  demoteV6M,
  ...i32DivideV6M,
  ...bitCountsV6M,
  multiplyLongV6M,
  i64MultiplyV6M,
  i64DivideUnsignedV6M,
  i64Divide(i64DivideUnsignedV6M),
  f64AddV6M,
  f64MultiplyV6M,
  f64DivideV6M,
  f64PackV6M,
  f64CompareV6M,
  ...comparisons('d', f64CompareV6M),
  ...f64Extrema(f64CompareV6M),
  f32MultiplyV6M,
  f32DivideV6M,
  i32ToF64V6M,
  i64ToF64V6M,
  integerToF32V6M,
];

const thumb2: readonly Helper[] = [
  ...common,
  f64SquareRootThumb2,
  promoteThumb2,
  demoteThumb2,
  i64MultiplyThumb2,
  i64DivideUnsignedThumb2,
  i64Divide(i64DivideUnsignedThumb2),
  f64AddThumb2,
  f64MultiplyThumb2,
  f64DivideThumb2,
  f64PackThumb2,
  f64CompareThumb2,
  ...comparisons('d', f64CompareThumb2),
  ...f64Extrema(f64CompareThumb2),
  f32MultiplyThumb2,
  f32DivideThumb2,
  i32ToF64Thumb2,
  i64ToF64Thumb2,
  integerToF32Thumb2,
];

function byEntry(helpers: readonly Helper[]): ReadonlyMap<string, Helper> {
  return new Map(helpers.flatMap((each) => each.entries.map((entry): [string, Helper] => [entry, each])));
}

const tables = { 'v6-M': byEntry(v6M), 'thumb-2': byEntry(thumb2) };

/** Every routine that there is for a core, by each of its entries. */
export function helpersFor(cpu: { readonly architecture: string }): ReadonlyMap<string, Helper> {
  return cpu.architecture === 'v6-M' ? tables['v6-M'] : tables['thumb-2'];
}

/**
 * The units that these entries need, each once, those that they call included.
 *
 * @throws Error if there is no such routine for the core, which the caller should have known.
 */
export function linkedHelpers(cpu: { readonly architecture: string }, entries: Iterable<string>): Helper[] {
  const table = helpersFor(cpu);
  const linked = new Set<Helper>();
  const add = (entry: string): void => {
    const helper = table.get(entry);
    if (helper === undefined) throw new Error(`There is no routine ${entry} for ${cpu.architecture}`);
    if (linked.has(helper)) return;
    linked.add(helper);
    helper.calls.forEach(add);
  };
  for (const entry of entries) add(entry);
  return [...linked];
}
