// Literals of the text format to bits, exactly: no NaN and no double rounding passes through a JavaScript number.

export type NumberType = 'i32' | 'i64' | 'f32' | 'f64';

interface FloatFormat {
  /** Bits of the fraction that are stored. */
  fraction: bigint;
  /** Bits of the exponent. */
  exponent: bigint;
}

const FORMATS: Record<'f32' | 'f64', FloatFormat> = {
  f32: { fraction: 23n, exponent: 8n },
  f64: { fraction: 52n, exponent: 11n },
};

/** The bits of a literal, as an unsigned integer of the type's width. */
export function literalBits(type: NumberType, literal: string): bigint {
  const text = literal.replaceAll('_', '');
  if (type === 'f32' || type === 'f64') return floatBits(FORMATS[type], text);
  const width = type === 'i32' ? 32 : 64;
  const negative = text.startsWith('-');
  const magnitude = BigInt(text.replace(/^[+-]/, ''));
  const limit = negative ? 1n << BigInt(width - 1) : (1n << BigInt(width)) - 1n;
  if (magnitude > limit) throw new RangeError(`${type} constant out of range: ${literal}`);
  return BigInt.asUintN(width, negative ? -magnitude : magnitude);
}

/** The canonical NaN of a type, positive. */
export function canonicalNan(type: 'f32' | 'f64'): bigint {
  const { fraction, exponent } = FORMATS[type];
  return (((1n << exponent) - 1n) << fraction) | (1n << (fraction - 1n));
}

function floatBits(format: FloatFormat, text: string): bigint {
  const { fraction, exponent } = format;
  const sign = text.startsWith('-') ? 1n << (fraction + exponent) : 0n;
  const unsigned = text.replace(/^[+-]/, '');
  const infinity = ((1n << exponent) - 1n) << fraction;
  if (unsigned === 'inf') return sign | infinity;
  if (unsigned === 'nan') return sign | infinity | (1n << (fraction - 1n));
  if (unsigned.startsWith('nan:0x')) return sign | infinity | BigInt(unsigned.slice(4));
  const hexadecimal = /^0x([0-9a-f]+)(?:\.([0-9a-f]*))?(?:p([+-]?\d+))?$/i.exec(unsigned);
  const decimal = /^(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(unsigned);
  const parts = hexadecimal ?? decimal;
  if (!parts) throw new SyntaxError(`not a number: ${text}`);
  const digits = BigInt((hexadecimal ? '0x' : '') + parts[1] + (parts[2] ?? ''));
  const places = (parts[2] ?? '').length * (hexadecimal ? -4 : -1) + Number(parts[3] ?? 0);
  const scale = (hexadecimal ? 2n : 10n) ** BigInt(Math.abs(places));
  return sign | (places < 0 ? nearest(format, digits, scale) : nearest(format, digits * scale, 1n));
}

/** Bits of the float nearest to numerator / denominator, ties to even. */
function nearest(format: FloatFormat, numerator: bigint, denominator: bigint): bigint {
  if (numerator === 0n) return 0n;
  const { fraction, exponent } = format;
  const bias = (1n << (exponent - 1n)) - 1n;
  // The power of two just at or below the quotient; the estimate from the lengths is at most one too high.
  let power = BigInt(numerator.toString(2).length - denominator.toString(2).length);
  if (power >= 0n ? numerator < denominator << power : numerator << -power < denominator) power--;
  if (power < 1n - bias) power = 1n - bias;
  const shift = fraction - power;
  const top = shift >= 0n ? numerator << shift : numerator;
  const bottom = shift >= 0n ? denominator : denominator << -shift;
  let significand = top / bottom;
  const rest = (top % bottom) * 2n;
  if (rest > bottom || (rest === bottom && (significand & 1n) === 1n)) significand++;
  // A carry out of the fraction runs into the exponent, which is what is wanted.
  const normal = significand >> fraction ? power + bias - 1n : 0n;
  const bits = (normal << fraction) + significand;
  const infinity = ((1n << exponent) - 1n) << fraction;
  return bits > infinity ? infinity : bits;
}
