// Numbers as texts, and texts as numbers, digit by digit as Espruino converts them. Source: src/jsutils.c of Espruino 2v29.

const CLOSE_TO_INTEGER = 1e-7;
const MOST_FRACTION_DIGITS = 11;
/** Characters: the buffer that numbers are written to. */
const LONGEST_NUMBER = 70;

/** Digits as Espruino's own conversion gives them: about twelve, cut off and not rounded. */
export function numberText(number: number, radix = 10): string {
  // Whole numbers of 32 bits are printed as such.
  if (Number.isInteger(number) && Math.abs(number) < 2 ** 31) return (number + 0).toString(radix);
  return digits(number, radix, undefined);
}

/** Formats a number as `toFixed` does: without an exponent, rounded at the last digit alone. */
export function fixedText(number: number, places: number): string {
  return digits(number, 10, places);
}

function digits(number: number, radix: number, places: number | undefined): string {
  if (Number.isNaN(number)) return 'NaN';
  if (!Number.isFinite(number)) return number < 0 ? '-Infinity' : 'Infinity';
  let value = Math.abs(number);
  let text = number < 0 ? '-' : '';
  let exponent = 0;
  if (radix === 10 && places === undefined && value >= 1e21) {
    for (; value > 100000; exponent += 5) value /= 100000;
    for (; value > 10; exponent++) value /= 10;
  } else if (radix === 10 && places === undefined && value > 0 && value < 1e-6) {
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
  let left = places ?? MOST_FRACTION_DIGITS;
  const goesOn = () => left > 0 && (places !== undefined || (value > CLOSE_TO_INTEGER && text.length < LONGEST_NUMBER));
  if (value > 0 || places !== undefined) {
    value *= radix;
    for (let isFirst = true; goesOn(); left--, isFirst = false) {
      const next = Math.trunc(value + (places !== undefined && left === 1 ? 0.5 : 1e-8));
      value = (value - next) * radix;
      if (isFirst) text += '.';
      text += Math.min(next, radix - 1).toString(radix);
    }
  }
  if (exponent === 0) return text;
  return `${text}e${exponent > 0 ? '+' : ''}${exponent}`;
}

const SPACE = /^[ \t\n\v\f\r]*/;

/** A text from a place on: a number, and where it ends; null where there is none. */
function read(text: string, start: number): { value: number; end: number } {
  let at = start;
  const sign = text.charAt(at) === '-' ? -1 : 1;
  if (/[-+]/.test(text.charAt(at))) at++;
  const radix = /^0([xXbBoO])/.exec(text.slice(at, at + 2))?.[1].toLowerCase();
  if (radix) {
    const base = { x: 16, b: 2, o: 8 }[radix]!;
    at += 2;
    let value = 0;
    for (; at < text.length; at++) {
      const digit = Number.parseInt(text[at], 36);
      if (!(digit < base)) break;
      value = value * base + digit;
    }
    return { value: sign * value, end: at };
  }
  const octal = /^0[0-7]+(?![\d.])/.exec(text.slice(at));
  if (octal) return { value: sign * Number.parseInt(octal[0], 8), end: at + octal[0].length };
  const [whole, before, fraction = '', power] = /^(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d*))?/.exec(text.slice(at))!;
  let value = 0;
  for (const digit of before) value = value * 10 + Number(digit);
  let scale = 0.1;
  for (const digit of fraction) {
    value += scale * Number(digit);
    scale /= 10;
  }
  let exponent = Math.max(-400, Math.min(400, Number.parseInt(power, 10) || 0));
  for (; exponent > 0; exponent--) value *= 10;
  for (; exponent < 0; exponent++) value /= 10;
  return { value: sign * value, end: whole === '' ? start : at + whole.length };
}

/** The number that a whole text is, as `Number` and unary plus read it: NaN if anything follows, a space included. */
export function numberOf(text: string): number {
  if (text === '') return 0;
  const start = SPACE.exec(text)![0].length;
  const rest = text.slice(start);
  if (/^[-+]?Infinity$/.test(rest)) return rest.startsWith('-') ? -Infinity : Infinity;
  if (!/^[-+]?\.?\d/.test(rest)) return Number.NaN;
  const { value, end } = read(text, start);
  return end === text.length ? value : Number.NaN;
}

/** The number that a text begins with: `parseFloat`. */
export function numberAt(text: string): number {
  const start = SPACE.exec(text)![0].length;
  const rest = text.slice(start);
  if (/^[-+]?Infinity/.test(rest)) return rest.startsWith('-') ? -Infinity : Infinity;
  return /^[-+]?\.?\d/.test(rest) ? read(text, start).value : Number.NaN;
}

/** The whole number that a text begins with: `parseInt`. Radix 0 stands for none. */
export function integerAt(text: string, radix: number): number {
  const isHexadecimal = (radix === 0 || radix === 16) && /^0x/i.test(text);
  const base = isHexadecimal ? 16 : radix || 10;
  let at = isHexadecimal ? 2 : SPACE.exec(text)![0].length;
  const sign = text.charAt(at) === '-' ? -1 : 1;
  if (/[-+]/.test(text.charAt(at))) at++;
  let value = 0;
  const start = at;
  for (; at < text.length; at++) {
    const digit = /^[0-9a-zA-Z]$/.test(text[at]) ? Number.parseInt(text[at], 36) : Number.POSITIVE_INFINITY;
    if (digit >= base) break;
    value = value * base + digit;
  }
  return at === start ? Number.NaN : sign * value;
}
