// JavaScript before it is printed: a tree of tokens. Printers build it from templates, each of which is tokenised once. Facts about a
// program (names, sizes, nesting) are read from the tokens. Text is produced at the very end, and is never parsed or edited again.

export enum TokenKind {
  /** A keyword or a name. */
  Word,
  Number,
  /** A string, with its quotes. */
  Text,
  /** An operator, a bracket, a comma or the like. */
  Mark,
  Space,
}

/** A part of a program: a token, or a sequence of parts. */
export abstract class Code {
  /** Characters of the text. */
  abstract readonly length: number;
  /** Whether it costs no more to be written twice: a name or a number, which may have a minus. */
  abstract readonly isSimple: boolean;
  abstract readonly first: Token | null;

  /** All tokens, in order. */
  tokens(): Token[] {
    const found: Token[] = [];
    const open: Code[] = [this];
    for (let part = open.pop(); part !== undefined; part = open.pop()) {
      if (part instanceof Token) found.push(part);
      else {
        const { parts } = part as Sequence;
        for (let at = parts.length - 1; at >= 0; at--) open.push(parts[at]);
      }
    }
    return found;
  }

  startsWith(mark: string): boolean {
    return this.first?.text.startsWith(mark) ?? false;
  }

  /** Whether it is nothing but this token. */
  is(token: Token): boolean {
    return this instanceof Token && this.text === token.text;
  }

  print(): string {
    return this.tokens()
      .map(({ text }) => text)
      .join('');
  }
}

export class Token extends Code {
  readonly kind: TokenKind;
  text: string;

  constructor(kind: TokenKind, text: string) {
    super();
    this.kind = kind;
    this.text = text;
  }

  get length(): number {
    return this.text.length;
  }

  get isSimple(): boolean {
    return this.kind === TokenKind.Word || this.kind === TokenKind.Number;
  }

  get first(): Token {
    return this;
  }
}

class Sequence extends Code {
  readonly parts: readonly Code[];
  readonly length: number;
  readonly first: Token | null;

  constructor(parts: readonly Code[]) {
    super();
    this.parts = parts;
    let length = 0;
    let first: Token | null = null;
    for (const part of parts) {
      length += part.length;
      first ??= part.first;
    }
    this.length = length;
    this.first = first;
  }

  get isSimple(): boolean {
    const { parts } = this;
    if (parts.length === 1) return parts[0].isSimple;
    return parts.length === 2 && parts[0].startsWith('-') && parts[0].length === 1 && parts[1].isSimple;
  }
}

/** Stands for what is known only when everything else has been written: then it is given its text. */
export class LateToken extends Token {
  constructor(kind: TokenKind, label: string) {
    super(kind, label);
  }

  settle(text: string): void {
    this.text = text;
  }
}

export const NOTHING: Code = new Sequence([]);

const MINUS = new Token(TokenKind.Mark, '-');
const COMMA = new Token(TokenKind.Mark, ',');

export function name(text: string): Token {
  return new Token(TokenKind.Word, text);
}

/** A number as JavaScript writes it. */
export function number(value: number): Code {
  const text = new Token(TokenKind.Number, String(Math.abs(value)));
  return value < 0 || Object.is(value, -0) ? new Sequence([MINUS, text]) : text;
}

export function stringLiteral(value: string): Token {
  return new Token(TokenKind.Text, JSON.stringify(value));
}

/** With commas, or something else, in between. */
export function list(parts: readonly Code[], between: Code = COMMA): Code {
  if (parts.length < 2) return parts[0] ?? NOTHING;
  return new Sequence(parts.flatMap((part, at) => (at === 0 ? [part] : [between, part])));
}

export function sequence(parts: readonly Code[]): Code {
  return parts.length === 1 ? parts[0] : new Sequence(parts);
}

const TOKEN =
  /(?<space>\s+)|(?<text>"[^"]*"|'[^']*')|(?<number>\d+)|(?<word>[A-Za-z_$][\w$.]*)|(?<mark>>>>=|>>>|[=!]==|<<=|>>=|<<|>>|[-+*/%&|^<>=!]=|&&|\|\||\?\?|\+\+|--|.)/gs;

/** Tokens of constant texts: what stands in a template, or in a table of operators. */
const constants = new Map<string, readonly Token[]>();

function tokensOf(constant: string): readonly Token[] {
  let found = constants.get(constant);
  if (found === undefined) {
    found = [...constant.matchAll(TOKEN)].map(({ 0: text, groups }) => {
      const { space, text: quoted, number, word } = groups!;
      if (space !== undefined) return new Token(TokenKind.Space, text);
      if (quoted !== undefined) return new Token(TokenKind.Text, text);
      if (number !== undefined) return new Token(TokenKind.Number, text);
      return new Token(word !== undefined ? TokenKind.Word : TokenKind.Mark, text);
    });
    constants.set(constant, found);
  }
  return found;
}

export type Part = Code | number | string;

/**
 * Code of a template. What is put in is code, or a number; a string is an operator of a table. No name may be put together
 * from parts of a template: `name` makes one.
 */
export function js(template: TemplateStringsArray, ...values: Part[]): Code {
  const parts: Code[] = [...tokensOf(template[0])];
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (typeof value === 'number') parts.push(number(value));
    else if (typeof value === 'string') parts.push(...tokensOf(value));
    else parts.push(value);
    parts.push(...tokensOf(template[at + 1]));
  }
  return sequence(parts);
}
