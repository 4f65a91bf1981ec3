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
/** Objects within objects: Espruino goes on as long as it has C stack, and writes ` ... ` then. */
const MOST_DEPTH = 60;
/** Characters of a text that is made in memory: no board has room for more. */
const LONGEST_TEXT = 2 ** 20;
const OMITTED = ' ... ';

/** How a value is written. The firmware has one function for all of them: `jsfGetJSONWithCallback`, src/jswrap_json.c. */
interface Style {
  /** Spaces around items, and lines for what is long. */
  isPretty: boolean;
  /** Names have quotes only where they need them. */
  dropsQuotes: boolean;
  /** Strings of the outermost value have quotes. */
  quotesAll: boolean;
  /** What JSON has no word for is null, or left out. */
  isJSON: boolean;
  /** Buffers are arrays, and `toJSON` is called. */
  isData: boolean;
  isResult: boolean;
  /** What each item is indented by on a line of its own; undefined for lines only where they are needed. */
  indent?: string;
}

const PLAIN: Style = {
  isPretty: false,
  dropsQuotes: false,
  quotesAll: true,
  isJSON: false,
  isData: false,
  isResult: false,
};
const PRINTED: Style = { ...PLAIN, isPretty: true, quotesAll: false };
const RESULT: Style = { ...PLAIN, isPretty: true, dropsQuotes: true, isResult: true };
const JAVASCRIPT: Style = { ...PLAIN, dropsQuotes: true, isData: true, isResult: true };
const JSON_TEXT: Style = { ...PLAIN, isJSON: true, isData: true };

/** A text for which no board has room. Where it is made in memory, V8's words for that end the program. */
export class TextTooLong extends RangeError {
  constructor() {
    super('Invalid string length');
  }
}

/** What the console shows as the result of a line: all strings have quotes, names only where they need them. */
export function consoleText(value: unknown): string {
  return new ValueWriter(RESULT).textOf(value);
}

/** One argument of print or console.log; strings within others have quotes. Throws TextTooLong. */
export function printedText(value: unknown): string {
  return new ValueWriter(PRINTED).textOf(value);
}

/** A value as text that gives it again, as short as can be: `E.toJS`. Throws TextTooLong. */
export function javascriptText(value: unknown): string {
  return new ValueWriter(JAVASCRIPT).textOf(value);
}

/** `JSON.stringify`; with `indent`, on lines. Throws TextTooLong. */
export function jsonText(value: unknown, indent?: string): string {
  return new ValueWriter(indent ? { ...JSON_TEXT, isPretty: true, indent } : JSON_TEXT).textOf(value);
}

/** Numbers, booleans and what is nothing stay on the line; everything else starts one, and ends it. */
function needsLine(value: unknown): boolean {
  return value !== undefined && value !== null && typeof value !== 'number' && typeof value !== 'boolean';
}

const isName = (key: string) => /^[a-z_$][\w$]*$/i.test(key);

class ValueWriter {
  private readonly parts: string[] = [];
  private length = 0;
  /** The objects around what is written. */
  private readonly open: object[] = [];

  constructor(private readonly style: Style) {}

  textOf(value: unknown): string {
    this.write(value);
    return this.parts.join('');
  }

  private add(text: string): void {
    this.length += text.length;
    if (this.length > LONGEST_TEXT) throw new TextTooLong();
    this.parts.push(text);
  }

  private addQuoted(text: string): void {
    if (text.length > LONGEST_TEXT) throw new TextTooLong();
    this.add(this.style.isJSON ? quotedAsJSON(text) : quoted(text));
  }

  private write(value: unknown): void {
    const { style } = this;
    switch (typeof value) {
      case 'string':
        if (style.quotesAll || this.open.length > 0) this.addQuoted(value);
        else this.add(value);
        return;
      case 'number':
        this.add(style.isJSON && !Number.isFinite(value) ? 'null' : numberText(value));
        return;
      case 'function':
        this.add(style.isJSON ? 'null' : functionText(value, style.isResult));
        return;
      case 'object':
        if (value === null) this.add('null');
        else this.writeObject(value);
        return;
      default:
        this.add(value === undefined && style.isData ? 'null' : String(value));
    }
  }

  private writeObject(value: object): void {
    const { open, style } = this;
    if (open.includes(value) || open.length >= MOST_DEPTH) {
      this.add(OMITTED);
      return;
    }
    open.push(value);
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    const toJSON = style.isData ? (value as { toJSON?: unknown }).toJSON : undefined;
    if (typeof toJSON === 'function') this.write(toJSON.call(value));
    else if (kind === 'ArrayBuffer') this.writeBuffer(kind, new Uint8Array(value as ArrayBuffer));
    else if (ArrayBuffer.isView(value) && kind !== 'DataView') this.writeBuffer(kind, value as Uint8Array);
    else if (kind === 'Error' && !style.isData) this.writeError(value as Error);
    else if (Array.isArray(value)) this.writeArray(value);
    else this.writeMembers(value);
    open.pop();
  }

  private writeError({ name, message }: Error): void {
    this.add(`${String(name)}: ${String(name)}: ${String(message)}`);
  }

  private writeBuffer(kind: string, items: ArrayLike<number>): void {
    const { isPretty, isData } = this.style;
    const name = kind === 'ArrayBuffer' ? 'Uint8Array' : kind;
    if (!isData && Array.prototype.every.call(items, (item) => item === 0)) {
      this.add(`new ${kind}(${items.length})`);
      return;
    }
    this.add(isData ? '[' : `new ${name}([`);
    for (let at = 0; at < items.length; at++) {
      if (at > 0) this.add(isPretty ? ', ' : ',');
      this.write(items[at]);
    }
    this.add(isData ? ']' : '])');
    if (!isData && kind === 'ArrayBuffer') this.add('.buffer');
  }

  private writeArray(value: unknown[]): void {
    const { isPretty } = this.style;
    this.add(isPretty ? '[ ' : '[');
    const lines = new Lines(Number.POSITIVE_INFINITY, this.style.indent !== undefined);
    for (let at = 0; at < value.length; at++) {
      if (at > 0) this.add(isPretty ? ', ' : ',');
      const item = value[at];
      if (isPretty && lines.breaksBefore(item)) this.breakLine(this.open.length);
      this.write(item);
    }
    if (isPretty && lines.isBroken) this.breakLine(this.open.length - 1);
    this.add(isPretty ? ' ]' : ']');
  }

  private writeMembers(value: object): void {
    const { isPretty, isData, isJSON, dropsQuotes } = this.style;
    if (!isData && this.open.length === 1) this.add(classPrefix(value));
    this.add(isPretty ? '{ ' : '{');
    const lines = new Lines(ITEMS_ON_LINE, this.style.indent !== undefined);
    let isFirst = true;
    for (const key of Object.keys(value)) {
      const member = Object.getOwnPropertyDescriptor(value, key);
      // Members that compute their value are not shown.
      if (!member || !('value' in member)) continue;
      const item: unknown = member.value;
      if (isData && item === undefined) continue;
      if (isJSON && typeof item === 'function') continue;
      if (!isFirst) this.add(isPretty ? ', ' : ',');
      isFirst = false;
      if (isPretty && lines.breaksBefore(item)) this.breakLine(this.open.length);
      if (dropsQuotes && (isName(key) || /^\d+$/.test(key))) this.add(key);
      else this.addQuoted(key);
      this.add(isPretty ? ': ' : ':');
      this.write(item);
    }
    if (isPretty && lines.isBroken) this.breakLine(this.open.length - 1);
    this.add(isPretty ? ' }' : '}');
  }

  private breakLine(depth: number): void {
    this.add(`\n${(this.style.indent ?? '  ').repeat(depth)}`);
  }
}

/** Where the items of an object or an array start a new line. */
class Lines {
  /** Whether the item written last ends its line. */
  isBroken = false;
  private onLine = 0;

  /** `most` are items on a line; with `all`, each is on a line of its own. */
  constructor(
    private readonly most: number,
    private readonly all: boolean,
  ) {}

  breaksBefore(item: unknown): boolean {
    const needs = this.all || needsLine(item);
    const breaks = this.isBroken || ++this.onLine > this.most || needs;
    if (breaks) this.onLine = 0;
    this.isBroken = needs;
    return breaks;
  }
}

function quoted(text: string): string {
  const escaped = (code: number) => `\\x${code.toString(16).padStart(2, '0').toUpperCase()}`;
  return JSON.stringify(text)
    .replace(/\\u000b/g, '\\v')
    .replace(/\\u000([1-7])(?!\d)/g, '\\$1')
    .replace(/\\u00([01].)/g, (_, digits) => escaped(Number.parseInt(digits, 16)))
    .replace(/[\x7f-\xff]/g, (character) => escaped(character.charCodeAt(0)));
}

/** Bytes that are no ASCII are escaped. */
function quotedAsJSON(text: string): string {
  const escaped = (code: number) => `\\u00${code.toString(16).padStart(2, '0').toUpperCase()}`;
  return JSON.stringify(text)
    .replace(/\\u00([01].)/g, (_, digits) => escaped(Number.parseInt(digits, 16)))
    .replace(/[\x7f-\xff]/g, (character) => escaped(character.charCodeAt(0)));
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
  const { name } = (prototype.constructor ?? {}) as { name?: unknown };
  return typeof name === 'string' && name !== '' ? `${name}: ` : '';
}
