// When two results are the same although they are not: NaNs, whose bits the specification leaves open in places.
import { type Outcome, sameTrap, Trapped, type Value } from './execution.js';
import type { NumberType } from './module-builder.js';
import type { OpcodeRow } from './opcode-rows.js';

const CANONICAL = { f32: 0x7fc00000, f64: 0x7ff8000000000000n };
/** Operations that only move the bits of floats: every NaN stays what it is. */
const BITWISE = /\.(abs|neg|copysign|reinterpret_\w+|load|store)$/;

/** A result, given as its bits. */
export interface ResultType {
  type: NumberType;
  /** A NaN has the same bits everywhere. */
  exact: boolean;
}

/** A store leaves 0 here. */
export function resultOf({ mnemonic, result }: OpcodeRow): ResultType {
  return result === undefined ? { type: 'i32', exact: true } : { type: result, exact: BITWISE.test(mnemonic) };
}

function isNaNBits(type: 'f32' | 'f64', bits: Value): boolean {
  if (type === 'f32') return (Number(bits) & 0x7fffffff) > 0x7f800000;
  return BigInt.asUintN(63, bits as bigint) > 0x7ff0000000000000n;
}

/** Compares bits. Where the specification leaves a NaN's bits open, the engine's is the canonical one. */
function sameBits({ type, exact }: ResultType, ours: Value, nodes: Value): boolean {
  if (ours === nodes) return true;
  if ((type !== 'f32' && type !== 'f64') || exact) return false;
  return isNaNBits(type, nodes) && ours === CANONICAL[type];
}

/** Compares traps, or results one by one. */
export function sameResults(types: readonly ResultType[], ours: Outcome, nodes: Outcome): boolean {
  if (ours instanceof Trapped) return nodes instanceof Trapped && sameTrap(ours, nodes);
  if (nodes instanceof Trapped || ours.length !== nodes.length) return false;
  return ours.every((value, index) => sameBits(types[index], value, nodes[index]));
}
