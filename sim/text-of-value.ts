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

/** What the console shows of an error that no program caught. Throws what making its text throws. */
export function uncaughtText(error: unknown): string {
  if (typeof error === 'number') return numberText(error);
  if (typeof error !== 'object' || error === null) return String(error);
  const { name, message } = error as { name?: unknown; message?: unknown };
  return name !== undefined && message !== undefined ? `${String(name)}: ${String(message)}` : String(error);
}

/** Items of an object on a line. */
const ITEMS_ON_LINE = 4;

/** Numbers, booleans and what is nothing stay on the line; everything else starts one, and ends it. */
function needsLine(value: unknown): boolean {
  return value !== undefined && value !== null && typeof value !== 'number' && typeof value !== 'boolean';
}

/** What the console shows as the result of a line: all strings have quotes, names only where they need them. */
export function consoleText(value: unknown): string {
  return valueText(value, [], true);
}

/** One argument of print or console.log; strings within others have quotes. */
export function printedText(value: unknown): string {
  return valueText(value, [], false);
}

/** `open` are the objects around it. */
function valueText(value: unknown, open: readonly unknown[], isResult: boolean): string {
  switch (typeof value) {
    case 'string':
      return isResult || open.length > 0 ? quoted(value) : value;
    case 'number':
      return numberText(value);
    case 'function':
      return functionText(value, isResult);
    case 'object':
      break;
    default:
      return String(value);
  }
  if (value === null) return 'null';
  if (open.includes(value)) return ' ... ';
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (kind === 'ArrayBuffer') {
    const text = arrayText('Uint8Array', new Uint8Array(value as ArrayBuffer));
    return text.includes('[') ? `${text}.buffer` : text.replace('Uint8Array', 'ArrayBuffer');
  }
  if (/^(Uint|Int|Float).*Array$/.test(kind)) return arrayText(kind, value as Float64Array);
  if (kind === 'Error') return `${(value as Error).name}: ${(value as Error).name}: ${(value as Error).message}`;
  const around = [...open, value];
  if (Array.isArray(value)) {
    const items = [...value].map((item) => ({ name: '', item }));
    return `[ ${lines(items, around, isResult, Number.POSITIVE_INFINITY)} ]`;
  }
  const prefix = open.length === 0 ? classPrefix(value) : '';
  const name = (key: string) => (isResult && isName(key) ? key : JSON.stringify(key));
  const items = Object.entries(value).map(([key, item]) => ({ name: `${name(key)}: `, item }));
  return `${prefix}{ ${lines(items, around, isResult, ITEMS_ON_LINE)} }`;
}

function quoted(text: string): string {
  const escaped = (code: number) => `\\x${code.toString(16).padStart(2, '0').toUpperCase()}`;
  return JSON.stringify(text)
    .replace(/\\u00([01].)/g, (_, digits) => escaped(Number.parseInt(digits, 16)))
    .replace(/[\x7f-\xff]/g, (character) => escaped(character.charCodeAt(0)));
}

const isName = (key: string) => /^[a-z_$][\w$]*$/i.test(key);

/** A value as text that gives it again, as short as can be: `E.toJS`. */
export function javascriptText(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return consoleText(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return `[${Array.from(value as unknown[], javascriptText).join(',')}]`;
  }
  const items = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${items.map(([key, item]) => `${isName(key) ? key : quoted(key)}:${javascriptText(item)}`).join(',')}}`;
}

function functionText(value: unknown, isResult: boolean): string {
  const text = Function.prototype.toString.call(value);
  if (text.includes('[native code]')) return 'function () { [native code] }';
  const parameters = /^[^(]*\(([^)]*)\)/.exec(text)?.[1].replace(/\s/g, '') ?? '';
  return isResult ? `function (${parameters}) { ... }` : 'function';
}

/** Of an instance of one of the program's classes. */
function classPrefix(value: object): string {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return '';
  const { name } = prototype.constructor ?? {};
  return name ? `${name}: ` : '';
}

function arrayText(kind: string, items: ArrayLike<number>): string {
  const all = Array.from(items);
  if (all.every((item) => item === 0)) return `new ${kind}(${all.length})`;
  return `new ${kind}([${all.map((item) => numberText(item)).join(', ')}])`;
}

function lines(
  items: { name: string; item: unknown }[],
  open: readonly unknown[],
  isResult: boolean,
  most: number,
): string {
  const line = (depth: number) => `\n${'  '.repeat(depth)}`;
  let text = '';
  let needed = false;
  let onLine = 0;
  for (const [index, { name, item }] of items.entries()) {
    if (index > 0) text += ', ';
    const needs = needsLine(item);
    if (++onLine > most) needed = true;
    if (needed || needs) {
      text += line(open.length);
      onLine = 0;
    }
    text += name + valueText(item, open, isResult);
    needed = needs;
  }
  return needed ? text + line(open.length - 1) : text;
}
