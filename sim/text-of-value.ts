// Values as Espruino prints them. Sources: `ftoa_bounded_extra`, src/jsutils.c; src/jswrap_json.c of Espruino 2v29.

const CLOSE_TO_INTEGER = 1e-7;
const MOST_FRACTION_DIGITS = 11;
/** Characters: the buffer that numbers are written to. */
const LONGEST_NUMBER = 70;

/** Digits as Espruino's own conversion gives them: about twelve, cut off and not rounded. */
export function numberText(number: number, radix = 10): string {
  if (Number.isNaN(number)) return 'NaN';
  if (!Number.isFinite(number)) return number < 0 ? '-Infinity' : 'Infinity';
  // Whole numbers of 32 bits are printed as such.
  if (Number.isInteger(number) && Math.abs(number) < 2 ** 31) return (number + 0).toString(radix);
  let value = Math.abs(number);
  let text = number < 0 ? '-' : '';
  let exponent = 0;
  if (radix === 10 && value >= 1e21) {
    for (; value > 100000; exponent += 5) value /= 100000;
    for (; value > 10; exponent++) value /= 10;
  } else if (radix === 10 && value > 0 && value < 1e-6) {
    for (; value < 1e-5; exponent -= 5) value *= 100000;
    for (; value < 1; exponent--) value *= 10;
  }
  if (Math.trunc(value + CLOSE_TO_INTEGER) === 1 + Math.trunc(value)) value = 1 + Math.trunc(value);
  let digit = 1;
  while (digit * radix <= value) digit *= radix;
  for (; digit >= 1; digit /= radix) {
    const next = Math.trunc(value / digit);
    value -= next * digit;
    text += next.toString(radix);
  }
  if (value > 0) {
    value *= radix;
    for (
      let left = MOST_FRACTION_DIGITS;
      left > 0 && value > CLOSE_TO_INTEGER && text.length < LONGEST_NUMBER;
      left--
    ) {
      const next = Math.trunc(value + 1e-8);
      value = (value - next) * radix;
      if (left === MOST_FRACTION_DIGITS) text += '.';
      text += Math.min(next, radix - 1).toString(radix);
    }
  }
  if (exponent === 0) return text;
  return `${text}e${exponent > 0 ? '+' : ''}${exponent}`;
}

const typedArrayName = (value: object) => Object.prototype.toString.call(value).slice(8, -1);

/** Elements of a longer array or string are left out in the middle. */
const LIMIT = 40;
const LIMITED = 10;

/** One argument of print or console.log; strings within others have quotes. */
export function printedText(value: unknown, isTop = true, open: unknown[] = []): string {
  switch (typeof value) {
    case 'string':
      return isTop ? value : JSON.stringify(value);
    case 'number':
      return numberText(value);
    case 'function':
      return Function.prototype.toString.call(value).includes('[native code]')
        ? 'function () { [native code] }'
        : 'function';
    case 'object':
      break;
    default:
      return String(value);
  }
  if (value === null) return 'null';
  if (open.includes(value)) return ' ... ';
  const inner = [...open, value];
  const limited = <T>(items: T[], text: (item: T) => string) => {
    const parts = items.map(text);
    if (parts.length <= LIMIT) return parts.join(', ');
    return [...parts.slice(0, LIMITED), ` ... ${parts.slice(-LIMITED)[0]}`, ...parts.slice(-LIMITED + 1)].join(', ');
  };
  if (Array.isArray(value)) return `[ ${limited([...value], (item) => printedText(item, false, inner))} ]`;
  const kind = typedArrayName(value);
  if (kind === 'ArrayBuffer') {
    const bytes = [...new Uint8Array(value as ArrayBuffer)];
    if (bytes.every((byte) => byte === 0)) return `new ArrayBuffer(${bytes.length})`;
    return `new Uint8Array([${limited(bytes, String)}]).buffer`;
  }
  if (/^(Uint|Int|Float).*Array$/.test(kind)) {
    const items = [...(value as Float64Array)];
    if (items.every((item) => item === 0)) return `new ${kind}(${items.length})`;
    return `new ${kind}([${limited(items, (item) => numberText(item))}])`;
  }
  if (kind === 'Error') return `${(value as Error).name}: ${(value as Error).message}`;
  const members = Object.keys(value).map(
    (key) => `${JSON.stringify(key)}: ${printedText((value as Record<string, unknown>)[key], false, inner)}`,
  );
  return members.length === 0 ? '{  }' : `{ ${members.join(', ')} }`;
}
