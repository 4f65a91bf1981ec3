// Values as Espruino prints them: all texts of a value but numbers. Source: `jsfGetJSONWithCallback`, src/jswrap_json.c of Espruino 2v29.

import { numberText } from './number-text.js';

/** Items of an object on a line. */
const ITEMS_ON_LINE = 4;
/** Objects within objects: Espruino goes on as long as it has C stack, and writes ` ... ` then. */
const MOST_DEPTH = 60;
/** Characters of a text that is made in memory: no board has room for more. */
const LONGEST_TEXT = 2 ** 20;
const OMITTED = ' ... ';

/** How a value is written. The firmware has one function for all of them. */
interface Style {
  /** Spaces around items, and lines for what is long. */
  isPretty: boolean;
  /** Names have quotes only where they need them. */
  dropsQuotes: boolean;
  /** Strings of the outermost value have quotes. */
  quotesAll: boolean;
  /** JSON: values that it has no word for are null, or left out. */
  isJSON: boolean;
  /** Buffers are arrays, and what is undefined is null, or left out. */
  isData: boolean;
  /** Objects of a class begin with its name, or are their own text. */
  namesClasses: boolean;
  /** Functions have no body. */
  isResult: boolean;
  /** Indentation of each item on a line of its own. If it is undefined, line ends are only written where they are needed. */
  indent?: string;
}

const PLAIN: Style = {
  isPretty: false,
  dropsQuotes: false,
  quotesAll: true,
  isJSON: false,
  isData: false,
  namesClasses: false,
  isResult: false,
};
const PRINTED: Style = { ...PLAIN, isPretty: true, quotesAll: false, namesClasses: true };
const RESULT: Style = { ...PLAIN, isPretty: true, dropsQuotes: true, namesClasses: true, isResult: true };
const JAVASCRIPT: Style = { ...PLAIN, dropsQuotes: true, isData: true };
const JSON_TEXT: Style = { ...PLAIN, isJSON: true, isData: true };

/** A text for which no board has room. Where it is made in memory, V8's words for that end the program. */
export class TextTooLong extends RangeError {
  constructor() {
    super('Invalid string length');
  }
}

/** Facts that values do not contain. */
export interface ValueFacts {
  /** A function as its program wrote it, in Espruino's form; `isShort` leaves out its body. */
  functionText(made: unknown, isShort: boolean): string;
  bodyOf(made: unknown): string;
  /** The names of its members, in Espruino's order. */
  keysOf(value: object): readonly string[];
  /** The name of a global that a class is. */
  globalName(kind: unknown): string | undefined;
  /** A port or a bus has its name alone. */
  deviceName(value: object): string | undefined;
  /** The method of an object that makes its text, unless it is that of all objects. */
  ownToString(value: object): ((this: object) => unknown) | undefined;
}

/** The texts of values of one realm. */
export class ValueTexts {
  constructor(private readonly facts: ValueFacts) {}

  /** Returns the console's text of a line's result: all strings have quotes; names have quotes only if they need them. */
  result(value: unknown): string {
    return new ValueWriter(RESULT, this.facts).textOf(value);
  }

  /** One argument of print or console.log; strings within others have quotes. Throws TextTooLong. */
  printed(value: unknown): string {
    return new ValueWriter(PRINTED, this.facts).textOf(value);
  }

  /** A value as text that gives it again, as short as can be: `E.toJS`. Throws TextTooLong. */
  javascript(value: unknown): string {
    return new ValueWriter(JAVASCRIPT, this.facts).textOf(value);
  }

  /** `JSON.stringify`; with `indent`, on lines. Throws TextTooLong. */
  json(value: unknown, indent?: string): string {
    return new ValueWriter(indent ? { ...JSON_TEXT, isPretty: true, indent } : JSON_TEXT, this.facts).textOf(value);
  }

  /** The body of a function of the program; empty for one of the library. */
  bodyOf(made: unknown): string {
    return this.facts.bodyOf(made);
  }

  /** A function as the program wrote it, in Espruino's form. */
  functionText(made: unknown): string {
    return this.facts.functionText(made, false);
  }
}

/** Returns the console's text of an error that no program caught. Throws if the error's own conversion throws. */
export function uncaughtText(error: unknown): string {
  if (typeof error === 'number') return numberText(error);
  return String(error);
}

/** The stack trace that the console shows below it: of any object that has one. */
export function traceOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const stack: unknown = Object.getOwnPropertyDescriptor(error, 'stack')?.value;
  return typeof stack === 'string' ? stack : '';
}

/** Numbers, booleans and what is nothing stay on the line; everything else starts one, and ends it. */
function needsLine(value: unknown): boolean {
  if (kindOf(value) === 'Pin') return false;
  return value !== undefined && value !== null && typeof value !== 'number' && typeof value !== 'boolean';
}

/** A pin is no object there. */
function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  return kind === 'Object' && isPin(value) ? 'Pin' : kind;
}

function isPin(value: object): boolean {
  const name = Object.getOwnPropertyDescriptor(value, 'name');
  return name !== undefined && name.enumerable === false && typeof name.value === 'string';
}

const isName = (key: string) => /^[a-z_$][\w$]*$/i.test(key);

class ValueWriter {
  private readonly parts: string[] = [];
  private length = 0;
  /** The objects around what is written. */
  private readonly open: object[] = [];

  constructor(
    private readonly style: Style,
    private readonly facts: ValueFacts,
  ) {}

  textOf(value: unknown): string {
    this.write(value, undefined);
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

  private write(value: unknown, key: string | undefined): void {
    const { style, facts } = this;
    switch (typeof value) {
      case 'string':
        if (style.quotesAll || this.open.length > 0) this.addQuoted(value);
        else this.add(value);
        return;
      case 'number':
        this.add(style.isJSON && !Number.isFinite(value) ? 'null' : numberText(value));
        return;
      case 'function':
        this.add(style.isJSON ? 'undefined' : facts.functionText(value, style.isResult));
        return;
      case 'object':
        if (value === null) this.add('null');
        else this.writeObject(value, key);
        return;
      default:
        this.add(value === undefined && style.isData ? 'null' : String(value));
    }
  }

  private writeObject(value: object, key: string | undefined): void {
    const { open } = this;
    if (open.includes(value) || open.length >= MOST_DEPTH) {
      this.add(OMITTED);
      return;
    }
    open.push(value);
    const kind = kindOf(value);
    if (kind === 'ArrayBuffer') this.writeBuffer(kind, new Uint8Array(value as ArrayBuffer));
    else if (ArrayBuffer.isView(value) && kind !== 'DataView') this.writeBuffer(kind, value as Uint8Array);
    else if (Array.isArray(value)) this.writeArray(value);
    else if (kind === 'Pin') this.writePin(value as { name: string });
    else this.writePlain(value, kind, key);
    open.pop();
  }

  private writePin({ name }: { name: string }): void {
    if (this.style.isData) this.addQuoted(name);
    else this.add(name);
  }

  private writePlain(value: object, kind: string, key: string | undefined): void {
    const { style, facts } = this;
    const device = style.isData ? undefined : facts.deviceName(value);
    if (device !== undefined) {
      this.add(device);
      return;
    }
    if (style.namesClasses) {
      const name = className(value, facts);
      if (name !== undefined) {
        this.add(`${name}: `);
        const own = kind === 'RegExp' ? undefined : facts.ownToString(value);
        if (own) {
          this.add(String(own.call(value)));
          return;
        }
      }
    }
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON !== 'function' || style.isResult) {
      this.writeMembers(value, membersOf(value, kind, facts));
      return;
    }
    const instead: unknown = key === undefined ? toJSON.call(value) : toJSON.call(value, key);
    if (instead === value) this.writeMembers(value, membersOf(value, kind, facts));
    else this.write(instead, undefined);
  }

  private writeBuffer(kind: string, items: ArrayLike<number>): void {
    const { isPretty, isData, indent } = this.style;
    const name = kind === 'ArrayBuffer' ? 'Uint8Array' : kind;
    if (!isData && Array.prototype.every.call(items, (item) => item === 0)) {
      this.add(`new ${kind}(${items.length})`);
      return;
    }
    this.add(isData ? '[' : `new ${name}([`);
    const isLined = indent !== undefined;
    if (isLined) this.breakLine(this.open.length);
    for (let at = 0; at < items.length; at++) {
      if (at > 0) this.add(isPretty ? ', ' : ',');
      if (isLined) this.breakLine(this.open.length);
      this.write(items[at], undefined);
    }
    if (isLined) this.breakLine(this.open.length - 1);
    this.add(isData ? ']' : '])');
    if (!isData && kind === 'ArrayBuffer') this.add('.buffer');
  }

  private writeArray(value: unknown[]): void {
    const { isPretty, indent } = this.style;
    this.add(isPretty ? '[ ' : '[');
    const lines = new Lines(Number.POSITIVE_INFINITY, indent !== undefined);
    let isFirst = true;
    // After the last item, an array with a longer length has no text: only its length is written.
    for (let at = 0; at < value.length; at++) {
      if (at > 0) this.add(isPretty ? ', ' : ',');
      isFirst = false;
      const item = value[at];
      if (isPretty && lines.breaksBefore(item)) this.breakLine(this.open.length);
      this.write(item, String(at));
    }
    if (isPretty) {
      const others = Object.keys(value).filter((key) => !isIndex(key));
      this.writeItems(value, others, new Lines(ITEMS_ON_LINE, indent !== undefined), isFirst);
    }
    if (isPretty && lines.isBroken) this.breakLine(this.open.length - 1);
    this.add(isPretty ? ' ]' : ']');
  }

  private writeMembers(value: object, keys: readonly string[]): void {
    const { isPretty, indent } = this.style;
    this.add(isPretty ? '{ ' : '{');
    const lines = new Lines(ITEMS_ON_LINE, indent !== undefined);
    this.writeItems(value, keys, lines, true);
    if (isPretty && lines.isBroken) this.breakLine(this.open.length - 1);
    this.add(isPretty ? ' }' : '}');
  }

  private writeItems(value: object, keys: readonly string[], lines: Lines, begins: boolean): void {
    const { isPretty, isData, isJSON, dropsQuotes } = this.style;
    let isFirst = begins;
    for (const key of keys) {
      const member = Object.getOwnPropertyDescriptor(value, key);
      // Members of the program that compute their value are not shown.
      if (member && !('value' in member) && member.enumerable) continue;
      const item: unknown = member && 'value' in member ? member.value : (value as Record<string, unknown>)[key];
      if (isData && item === undefined) continue;
      if (isJSON && typeof item === 'function') continue;
      if (!isFirst) this.add(isPretty ? ', ' : ',');
      isFirst = false;
      if (isPretty && lines.breaksBefore(item)) this.breakLine(this.open.length);
      if (dropsQuotes && (isName(key) || /^\d+$/.test(key))) this.add(key);
      else this.addQuoted(key);
      this.add(isPretty ? ': ' : ':');
      this.write(item, key);
    }
  }

  private breakLine(depth: number): void {
    this.add(`\n${(this.style.indent ?? '  ').repeat(depth)}`);
  }
}

function isIndex(key: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(key);
}

/** Returns the members that an object shows. For objects of the library, these are the ones that Espruino keeps in them. */
function membersOf(value: object, kind: string, facts: ValueFacts): readonly string[] {
  if (kind === 'RegExp')
    return (value as RegExp).flags === '' ? ['source', 'lastIndex'] : ['source', 'flags', 'lastIndex'];
  if (kind === 'DataView') return ['buffer', 'byteOffset', 'byteLength'];
  return facts.keysOf(value);
}

/** The name of the global that an object's class is. */
function className(value: object, facts: ValueFacts): string | undefined {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return undefined;
  return facts.globalName(prototype.constructor);
}

/** Decides where the items of an object or an array start a new line. */
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
    .replace(/\\u000([0-7])(?!\d)/g, '\\$1')
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
