// Every combination of operands, as JavaScript passes them to a function.
import type { Value } from './execution.js';

/** Every choice of one value from each list. */
export function* choices(lists: readonly (readonly Value[])[]): Generator<Value[]> {
  if (lists.length === 0) yield [];
  else for (const first of lists[0]) for (const rest of choices(lists.slice(1))) yield [first, ...rest];
}

/** Bits as a function takes them: an i32 or an i64. */
export function parameter(type: 'i32' | 'i64', bits: bigint): Value {
  return type === 'i64' ? BigInt.asIntN(64, bits) : Number(BigInt.asIntN(32, bits));
}
