// Literals of the text format to bits and back, exactly: no NaN and no double rounding passes through a JavaScript number.

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

/**
 * The bits of a literal, as an unsigned integer of the type's width: `-5`, `0x2a`, `1_000`, `1.5e3`, `0x1.8p3`, `inf`,
 * `nan`, `nan:0x200000`. Throws a SyntaxError where it is none of the type, a RangeError where it does not fit.
 */
export function literalBits(type: NumberType, literal: string): bigint {
  const text = literal.replace(/(?<=[0-9a-f])_(?=[0-9a-f])/gi, '');
  if (type === 'f32' || type === 'f64') return floatBits(type, text);
  if (!/^[+-]?(\d+|0x[0-9a-f]+)$/i.test(text)) throw new SyntaxError(`${literal} is not an ${type}`);
  const width = type === 'i32' ? 32 : 64;
  const negative = text.startsWith('-');
  const magnitude = BigInt(text.replace(/^[+-]/, ''));
  const limit = negative ? 1n << BigInt(width - 1) : (1n << BigInt(width)) - 1n;
  if (magnitude > limit) throw new RangeError(`${literal} does not fit an ${type}`);
  return BigInt.asUintN(width, negative ? -magnitude : magnitude);
}

function floatBits(type: 'f32' | 'f64', text: string): bigint {
  const { fraction, exponent } = FORMATS[type];
  const sign = text.startsWith('-') ? 1n << (fraction + exponent) : 0n;
  const unsigned = text.replace(/^[+-]/, '').toLowerCase();
  const infinity = ((1n << exponent) - 1n) << fraction;
  if (unsigned === 'inf' || unsigned === 'infinity') return sign | infinity;
  if (unsigned === 'nan') return sign | infinity | (1n << (fraction - 1n));
  if (/^nan:0x[0-9a-f]+$/.test(unsigned)) {
    const payload = BigInt(unsigned.slice(4));
    if (payload === 0n || payload >> fraction) throw new RangeError(`${text}: no payload of an ${type}`);
    return sign | infinity | payload;
  }
  const hexadecimal = /^0x([0-9a-f]+)\.?([0-9a-f]*)(?:p([+-]?\d+))?$/.exec(unsigned);
  const decimal = /^(\d+)\.?(\d*)(?:e([+-]?\d+))?$/.exec(unsigned) ?? /^()\.(\d+)(?:e([+-]?\d+))?$/.exec(unsigned);
  const parts = hexadecimal ?? decimal;
  if (!parts) throw new SyntaxError(`${text} is not an ${type}`);
  const digits = BigInt((hexadecimal ? '0x' : '') + parts[1] + parts[2]);
  const places = parts[2].length * (hexadecimal ? -4 : -1) + Number(parts[3] ?? 0);
  const bits = scaledBits(FORMATS[type], digits, hexadecimal ? 2 : 10, places);
  if (bits === infinity) throw new RangeError(`${text} does not fit an ${type}`);
  return sign | bits;
}

/** Bits of digits * base ** places. */
function scaledBits(format: FloatFormat, digits: bigint, base: number, places: number): bigint {
  // Beyond every format on either side: the power below would fill the memory.
  const size = (digits.toString(base).length + places) * Math.log2(base);
  if (digits === 0n || size < -1200) return 0n;
  if (size > 1200) return ((1n << format.exponent) - 1n) << format.fraction;
  const scale = BigInt(base) ** BigInt(Math.abs(places));
  return places < 0 ? nearest(format, digits, scale) : nearest(format, digits * scale, 1n);
}

/** Bits of the float nearest to numerator / denominator, ties to even. */
function nearest({ fraction, exponent }: FloatFormat, numerator: bigint, denominator: bigint): bigint {
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

/** The shortest literal of the bits: integers signed, `-0`, `inf`, `nan` or `nan:0x…` where it is not the canonical one. */
export function literalText(type: NumberType, bits: bigint): string {
  if (type === 'i32') return String(BigInt.asIntN(32, bits));
  if (type === 'i64') return String(BigInt.asIntN(64, bits));
  const { fraction, exponent } = FORMATS[type];
  const sign = bits >> (fraction + exponent) ? '-' : '';
  const magnitude = BigInt.asUintN(Number(fraction + exponent), bits);
  const infinity = ((1n << exponent) - 1n) << fraction;
  if (magnitude === infinity) return `${sign}inf`;
  if (magnitude > infinity) {
    const payload = magnitude - infinity;
    return `${sign}nan${payload === 1n << (fraction - 1n) ? '' : `:0x${payload.toString(16)}`}`;
  }
  const view = new DataView(new ArrayBuffer(8));
  if (type === 'f64') {
    view.setBigUint64(0, magnitude);
    return sign + String(view.getFloat64(0));
  }
  view.setUint32(0, Number(magnitude));
  return sign + shortestSingle(view.getFloat32(0));
}

function shortestSingle(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}
