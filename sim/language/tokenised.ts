// Pretokenised programs: Espruino writes operators and reserved words as a byte each, and strings and small integers as they are in memory.
// Source: the tokens of src/jslex.h, and `jslPrintTokenisedString`, src/jslex.c of Espruino 2v29.

const FIRST = 0x8a;
const words = (
  '== === != !== <= << <<= >= >> >>> >>= >>>= += -= ++ -- *= /= %= &= && |= || ^= => ' +
  'if else do while for break continue function return var let const this throw try catch finally true false null undefined new in ' +
  'instanceof switch case default delete typeof void debugger class extends super static of'
).split(' ');
const NULLISH = 0xd0;

enum Raw {
  String8 = 0xd1,
  String16,
  Zero,
  Integer8,
  Integer16,
}

const WORD = /[\w$]/;
/** Characters after which a slash begins a regular expression. */
const BEFORE_EXPRESSION = /[(,=:[!&|?{};+\-*%<>~^\n]/;

/** The text of a token; undefined for a byte that is none. */
function wordOf(code: number): string | undefined {
  return code === NULLISH ? '??' : words[code - FIRST];
}

class TokenReader {
  private text = '';
  private at = 0;
  private isBehindToken = false;

  constructor(private readonly source: string) {}

  read(): string {
    const { source } = this;
    while (this.at < source.length) {
      const character = source[this.at];
      const code = source.charCodeAt(this.at);
      const word = wordOf(code);
      if (word !== undefined) {
        this.add(word);
        this.at++;
      } else if (code >= Raw.String8 && code <= Raw.Integer16) this.readRaw(code);
      else if (character === '"' || character === "'" || character === '`') this.copy(this.endOfQuoted(character));
      else if (source.startsWith('//', this.at)) this.copy(this.endBehind('\n'));
      else if (source.startsWith('/*', this.at)) this.copy(this.endBehind('*/'));
      else if (character === '/' && this.isExpressionNext()) this.copy(this.endOfExpression());
      else this.copy(this.at + 1);
    }
    return this.text;
  }

  /** Adds text that was a token, apart from the words and operators around it. */
  private add(text: string): void {
    const last = this.text.at(-1) ?? '';
    const joins = (WORD.test(last) && WORD.test(text[0])) || (last === text[0] && /[-+]/.test(last));
    this.text += joins ? ` ${text}` : text;
    this.isBehindToken = true;
  }

  private copy(end: number): void {
    const part = this.source.slice(this.at, end);
    this.at = end;
    if (this.isBehindToken) this.add(part);
    else this.text += part;
    this.isBehindToken = false;
  }

  private readRaw(kind: Raw): void {
    const { source } = this;
    const byte = (offset: number) => source.charCodeAt(this.at + offset) & 255;
    if (kind === Raw.String8 || kind === Raw.String16) {
      const start = this.at + (kind === Raw.String8 ? 2 : 3);
      const length = kind === Raw.String8 ? byte(1) : byte(1) | (byte(2) << 8);
      this.add(quoted(source.slice(start, start + length)));
      this.at = start + length;
      return;
    }
    let value = 0;
    if (kind === Raw.Integer8) value = (byte(1) << 24) >> 24;
    if (kind === Raw.Integer16) value = ((byte(1) | (byte(2) << 8)) << 16) >> 16;
    this.add(value < 0 ? `(${value})` : String(value));
    this.at += kind - Raw.Zero + 1;
  }

  private isExpressionNext(): boolean {
    const before = this.text.trimEnd();
    return before === '' || BEFORE_EXPRESSION.test(before.at(-1)!) || /\b(return|typeof|case|in|of)$/.test(before);
  }

  private endBehind(mark: string): number {
    const found = this.source.indexOf(mark, this.at + 1);
    return found < 0 ? this.source.length : found + mark.length;
  }

  private endOfQuoted(quote: string): number {
    for (let at = this.at + 1; at < this.source.length; at++) {
      if (this.source[at] === '\\') at++;
      else if (this.source[at] === quote) return at + 1;
    }
    return this.source.length;
  }

  private endOfExpression(): number {
    let isInClass = false;
    for (let at = this.at + 1; at < this.source.length; at++) {
      const character = this.source[at];
      if (character === '\n') break;
      if (character === '\\') at++;
      else if (character === '[') isInClass = true;
      else if (character === ']') isInClass = false;
      else if (character === '/' && !isInClass) return at + 1;
    }
    return this.at + 1;
  }
}

function quoted(text: string): string {
  const escaped = (character: string) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  return `"${text.replace(/["\\]/g, '\\$&').replace(/[^ -~]/g, escaped)}"`;
}

/** The text of a program that may be pretokenised. */
export function plainText(source: string): string {
  return /[\x8a-\xc6\xd0-\xd5]/.test(source) ? new TokenReader(source).read() : source;
}
