// The values of number literals as Espruino reads them, which differ from ECMAScript's in some cases.

/** Whole numbers from here on wrap. */
const WRAPS = 2n ** 63n;

/** A literal without separators, or null where it is not a decimal fraction: hexadecimal, octal, binary, whole. */
function decimalParts(raw: string): { whole: string; fraction: string; exponent: number } | null {
  const decimal = /^(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(raw);
  if (!decimal || /^\d+$/.test(raw)) return null;
  return { whole: decimal[1], fraction: decimal[2] ?? '', exponent: Number(decimal[3] ?? 0) };
}

/**
 * The number that Espruino reads for a literal. It sums decimal digits times powers of a tenth in doubles; whole
 * numbers wrap at 2^64. Source: `stringToFloatWithRadix`, src/jsutils.c of Espruino 2v29.
 */
export function espruinoNumber(literal: string): number {
  const raw = literal.replace(/_/g, '');
  const parts = decimalParts(raw);
  if (!parts) {
    const value = BigInt(/^0[0-7]+$/.test(raw) ? `0o${raw.slice(1)}` : raw);
    return value < WRAPS ? Number(value) : Number(BigInt.asIntN(64, value));
  }
  let value = 0;
  for (const digit of parts.whole) value = value * 10 + Number(digit);
  let scale = 0.1;
  for (const digit of parts.fraction) {
    value += scale * Number(digit);
    scale /= 10;
  }
  for (let i = 0; i < parts.exponent; i++) value *= 10;
  for (let i = 0; i > parts.exponent; i--) value /= 10;
  return value;
}

/** Whether Espruino reads another number than was written; even a literal that is exactly k/2^n can go wrong. */
export function isInexact(literal: string): boolean {
  const raw = literal.replace(/_/g, '');
  const parts = decimalParts(raw);
  if (!parts) return !/^0\d/.test(raw) && BigInt(raw) >= WRAPS;
  if (Number(raw) >= 2 ** 63) return true;
  const places = parts.fraction.length - parts.exponent;
  if (places > 0) {
    const fives = 5n ** BigInt(places);
    const digits = BigInt(parts.whole + parts.fraction);
    if (digits % fives !== 0n || digits / fives > 2n ** 53n) return true;
  }
  return espruinoNumber(raw) !== Number(raw);
}
