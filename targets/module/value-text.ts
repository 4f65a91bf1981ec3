// Arguments and results of exported functions as text: `42`, `-0`, `nan:0x200000`, `null`.

import { type Engine, NULL_REFERENCE } from '../../src/index.js';
import { literalBits, literalText, type NumberType } from './literal.js';

/** Where `setArgument` and `resultText` know a value type by its name: `i32`, `externref`. */
type TypeName = string;

/**
 * Sets an argument of the next call. References: `null`, and any number as an externref. Throws a SyntaxError or
 * RangeError that says what is wrong with the text.
 */
export function setArgument(engine: Engine, index: number, type: TypeName, text: string): void {
  const bits = argumentBits(type, text);
  // Bits, not numbers: the payload of a NaN would not survive as a JavaScript number.
  engine.setI64(index, Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n)));
}

/** The bits of an argument in its slot. */
export function argumentBits(type: TypeName, text: string): bigint {
  if (type !== 'funcref' && type !== 'externref') return literalBits(type as NumberType, text);
  if (text === 'null') return BigInt(NULL_REFERENCE);
  if (type === 'externref' && /^\d+$/.test(text) && Number(text) < 2 ** 31) return BigInt(text);
  throw new SyntaxError(`${text} is not ${type === 'funcref' ? 'a funcref' : 'an externref'}`);
}

/** A result of the last call. */
export function resultText(engine: Engine, index: number, type: TypeName): string {
  const low = BigInt.asUintN(32, BigInt(engine.getI64Low(index)));
  if (type === 'funcref' || type === 'externref') {
    const reference = engine.getI32(index);
    return reference === NULL_REFERENCE ? 'null' : String(reference);
  }
  const wide = type === 'i64' || type === 'f64';
  const high = wide ? BigInt.asUintN(32, BigInt(engine.getI64High(index))) << 32n : 0n;
  return literalText(type as NumberType, high | low);
}
