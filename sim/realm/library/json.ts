// JSON: a parser that takes and refuses what Espruino's takes and refuses. Texts are written by the simulator.

import type { RealmNatives } from '../membrane.js';
import type { Definitions } from './definitions.js';
import type { Errors } from './errors.js';
import type { KeyOrder } from './key-order.js';

export interface JSONHost {
  numberOf: (text: string) => number;
  jsonText: (value: unknown, indent: string) => string;
}

/** Runs in the realm, by its text: it uses nothing but its parameters and the library. */
export function jsonLibrary(
  host: JSONHost,
  natives: RealmNatives,
  { define, extend, text }: Definitions,
  { failure }: Errors,
  { note }: KeyOrder,
): { parseLoosely: (text: string) => unknown } {
  const { defineProperty, setPrototypeOf } = Object;
  const { min, max, floor } = Math;
  const SPACE = /^[ \t\r\n\v\f]$/;
  const ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', a: '\x07' };
  const WORDS: Record<string, unknown> = { null: null, true: true, false: false };
  const RESERVED = [
    'undefined',
    'function',
    'new',
    'var',
    'if',
    'else',
    'for',
    'in',
    'of',
    'while',
    'do',
    'return',
    'this',
    'typeof',
  ];

  class Reader {
    private at = 0;

    /** With `isLoose`, names need no quotes. */
    constructor(
      private readonly source: string,
      private readonly isLoose = false,
    ) {}

    value(): unknown {
      this.skip();
      const character = this.source.charAt(this.at);
      if (character === '[') return this.array();
      if (character === '{') return this.object();
      if (character === '"' || character === "'" || character === '`') return this.quoted(character);
      if (character === '-') {
        this.at++;
        this.skip();
        return -this.number();
      }
      if (natives.find(/^[\d.]/, character)) return this.number();
      const word = this.word();
      if (word in WORDS) {
        this.at += word.length;
        return WORDS[word];
      }
      const got = word === '' || RESERVED.includes(word) ? this.token() : 'ID';
      throw failure(`Expecting valid value, got ${got}`, 'SyntaxError');
    }

    private skip(): void {
      const { source } = this;
      for (;;) {
        while (natives.find(SPACE, source.charAt(this.at))) this.at++;
        if (source.charAt(this.at) !== '/') return;
        const next = source.charAt(this.at + 1);
        const end = next === '*' ? '*/' : next === '/' ? '\n' : '';
        if (end === '') return;
        const at = source.indexOf(end, this.at + 2);
        this.at = at < 0 ? source.length : at + end.length;
      }
    }

    private word(): string {
      return natives.find(/^[A-Za-z_$][\w$]*/, this.source.slice(this.at, this.at + 64))?.[0] ?? '';
    }

    private unexpected(words: string, expected = ''): unknown {
      return failure(words + this.token() + expected, 'SyntaxError');
    }

    /** Returns the next token, in the words of Espruino's lexer. */
    private token(): string {
      const { source, at } = this;
      const character = source.charAt(at);
      if (character === '') return 'EOF';
      const word = this.word();
      if (RESERVED.includes(word)) return word;
      if (word !== '') return `ID:${word}`;
      if (natives.find(/^\d/, character)) return 'INT';
      if (character === '"' || character === "'") return 'STRING';
      return `'${character}'`;
    }

    private number(): number {
      const found = natives.find(
        /^(0[xX][\da-fA-F]*|0[bB][01]*|0[oO][0-7]*|\d*\.?\d*(?:[eE][+-]?\d*)?)/,
        this.source.slice(this.at, this.at + 64),
      )!;
      if (found[0] === '') throw this.unexpected('Expecting valid value, got ');
      this.at += found[0].length;
      return host.numberOf(found[0]);
    }

    private quoted(quote: string): string {
      const { source } = this;
      let made = '';
      for (let at = this.at + 1; at < source.length; at++) {
        const character = source.charAt(at);
        if (character === quote) {
          this.at = at + 1;
          return made;
        }
        if (character === '\n' && quote !== '`') break;
        if (character !== '\\') {
          made += character;
          continue;
        }
        const escaped = source.charAt(++at);
        const digits = escaped === 'u' ? 4 : escaped === 'x' ? 2 : 0;
        if (digits > 0) {
          made += natives.character(parseInt(source.slice(at + 1, at + 1 + digits), 16));
          at += digits;
        } else made += ESCAPES[escaped] ?? escaped;
      }
      throw failure('Expecting valid value, got UNFINISHED STRING', 'SyntaxError');
    }

    private array(): unknown[] {
      const items: unknown[] = [];
      this.at++;
      for (;;) {
        this.skip();
        if (this.source.charAt(this.at) === ']') break;
        items[items.length] = this.value();
        this.skip();
        if (this.source.charAt(this.at) === ']') break;
        this.expect(',');
      }
      this.at++;
      return items;
    }

    private object(): object {
      const { isLoose } = this;
      const made = {};
      this.at++;
      for (;;) {
        this.skip();
        const character = this.source.charAt(this.at);
        if (character === '}') break;
        const bare = isLoose ? this.word() : '';
        if (bare === '' && character !== '"' && character !== "'") {
          if (character === '') throw failure("Got EOF expected '}'", 'SyntaxError');
          throw this.unexpected('Got ', ' expected STRING');
        }
        const key = bare || this.quoted(character);
        if (bare) this.at += bare.length;
        this.skip();
        this.expect(':');
        const value = this.value();
        // The value becomes the prototype, which a number cannot be.
        if (key === '__proto__') {
          if (typeof value === 'object' && value !== null) setPrototypeOf(made, value);
        } else {
          note(made, key);
          defineProperty(made, key, { value, writable: true, enumerable: true, configurable: true });
        }
        this.skip();
        if (this.source.charAt(this.at) === '}') break;
        this.expect(',');
      }
      this.at++;
      return made;
    }

    private expect(character: string): void {
      if (this.source.charAt(this.at) !== character) throw this.unexpected('Got ', ` expected '${character}'`);
      this.at++;
    }
  }

  const { JSON: BoardJSON } = { JSON() {} };
  for (const name of ['name', 'length']) natives.deleteProperty(BoardJSON, name);
  extend(BoardJSON, {
    parse: (value?: unknown) => new Reader(text(value)).value(),
    stringify(value?: unknown, _replacer?: unknown, space?: unknown) {
      if (typeof value === 'function') return undefined;
      const indent =
        typeof space === 'number' ? ' '.repeat(min(max(floor(space), 0), 10)) : typeof space === 'string' ? space : '';
      return host.jsonText(value, indent.slice(0, 10));
    },
  });
  define(globalThis, 'JSON', BoardJSON);
  return { parseLoosely: (source) => new Reader(source, true).value() };
}
