// Arguments and results of exported functions as text: `42`, `-0`, `nan:0x200000`, `null`.

import { type Engine, NULL_REFERENCE } from '../../src/index.js';
import { literalBits, literalText, type NumberType } from './literal.js';

/** A value type by its name: `i32`, `externref`. */
type TypeName = string;

const NULL_BITS = BigInt(NULL_REFERENCE);

const isReference = (type: TypeName) => type === 'funcref' || type === 'externref';

/** Sets an argument of the next call. Throws what `argumentBits` throws. */
export function setArgument(engine: Engine, index: number, type: TypeName, text: string): void {
  const bits = argumentBits(type, text);
  // Bits, not numbers: the payload of a NaN would not survive as a JavaScript number.
  engine.setI64(index, Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n)));
}

/**
 * The bits of an argument in its slot. References: `null`, and any number as an externref. Throws a SyntaxError or RangeError
 * that says what is wrong with the text.
 */
export function argumentBits(type: TypeName, text: string): bigint {
  if (!isReference(type)) return literalBits(type as NumberType, text);
  if (text === 'null') return NULL_BITS;
  if (type === 'externref' && /^\d+$/.test(text) && Number(text) < 2 ** 31) return BigInt(text);
  throw new SyntaxError(`${text} is not ${type === 'funcref' ? 'a funcref' : 'an externref'}`);
}

/** The text of a value's bits, as `argumentBits` reads it. */
export function valueText(type: TypeName, bits: bigint): string {
  if (!isReference(type)) return literalText(type as NumberType, bits);
  return bits === NULL_BITS ? 'null' : String(bits);
}

/** A result of the last call. */
export function resultText(engine: Engine, index: number, type: TypeName): string {
  if (isReference(type)) return valueText(type, BigInt(engine.getI32(index)));
  const low = BigInt.asUintN(32, BigInt(engine.getI64Low(index)));
  const isWide = type === 'i64' || type === 'f64';
  const high = isWide ? BigInt.asUintN(32, BigInt(engine.getI64High(index))) << 32n : 0n;
  return valueText(type, high | low);
}
