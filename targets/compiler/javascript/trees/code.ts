// JavaScript before it is printed: a tree of tokens. Printers build it from templates, each of which is tokenised once. Facts about a
// program (names, sizes, nesting) are read from the tokens. Text is produced at the very end, and is never parsed or edited again.
// Speed matters here: the tree of a function takes about as long to build as its intermediate code.

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
        const { parts } = part as Sequence | Filled;
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

  /** Recursive: values are nested in each other to a limit, and nothing else nests without one. */
  abstract print(): string;
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

  override print(): string {
    return this.text;
  }
}

class Sequence extends Code {
  readonly parts: readonly Code[];

  constructor(parts: readonly Code[]) {
    super();
    this.parts = parts;
  }

  get length(): number {
    return this.parts.reduce((sum, part) => sum + part.length, 0);
  }

  get first(): Token | null {
    return firstOf(this.parts);
  }

  get isSimple(): boolean {
    const [sign, value, ...more] = this.parts;
    return value !== undefined && more.length === 0 && sign.is(MINUS) && value.isSimple;
  }

  override print(): string {
    let text = '';
    for (const part of this.parts) text += part.print();
    return text;
  }
}

/** A template with its values. Nearly all code is that: it takes no memory but for the values. */
class Filled extends Code {
  private readonly template: Template;
  private readonly values: readonly Part[];
  private characters = -1;

  constructor(template: Template, values: readonly Part[]) {
    super();
    this.template = template;
    this.values = values;
  }

  get parts(): Code[] {
    const { template, values } = this;
    const parts: Code[] = [];
    for (const [at, { code }] of template.entries()) {
      if (code !== NOTHING) parts.push(code);
      if (at < values.length) parts.push(codeOf(values[at]));
    }
    return parts;
  }

  get length(): number {
    if (this.characters < 0) this.characters = this.parts.reduce((sum, part) => sum + part.length, 0);
    return this.characters;
  }

  get first(): Token | null {
    const { first } = this.template[0].code;
    return first ?? firstOf(this.parts);
  }

  get isSimple(): boolean {
    const { template, values } = this;
    if (values.length !== 1 || template[1].code !== NOTHING || !template[0].code.is(MINUS)) return false;
    return codeOf(values[0]).isSimple;
  }

  override print(): string {
    const { template, values } = this;
    let { text } = template[0];
    for (let at = 0; at < values.length; at++) {
      const value = values[at];
      text += typeof value === 'string' ? value : typeof value === 'number' ? numberText(value) : value.print();
      text += template[at + 1].text;
    }
    return text;
  }
}

function firstOf(parts: readonly Code[]): Token | null {
  for (const { first } of parts) if (first !== null) return first;
  return null;
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

const variables: Token[] = [];

/** The name of a variable of a function. */
export function variable(index: number): Token {
  variables[index] ??= name(`v${index}`);
  return variables[index];
}

/** A number as JavaScript writes it. */
export function number(value: number): Code {
  const text = new Token(TokenKind.Number, String(Math.abs(value)));
  return isNegative(value) ? new Sequence([MINUS, text]) : text;
}

function isNegative(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

export function stringLiteral(value: string): Token {
  return new Token(TokenKind.Text, JSON.stringify(value));
}

/** With commas, or something else, in between. */
export function list(parts: readonly Code[], between: Code = COMMA): Code {
  if (parts.length < 2) return parts[0] ?? NOTHING;
  const all = new Array<Code>(2 * parts.length - 1).fill(between);
  for (let at = 0; at < parts.length; at++) all[2 * at] = parts[at];
  return new Sequence(all);
}

export function sequence(parts: readonly Code[]): Code {
  return parts.length === 1 ? parts[0] : new Sequence(parts);
}

const TOKEN =
  /(?<space>\s+)|(?<text>"[^"]*"|'[^']*')|(?<number>\d+)|(?<word>[A-Za-z_$][\w$.]*)|(?<mark>>>>=|>>>|[=!]==|<<=|>>=|<<|>>|[-+*/%&|^<>=!]=|&&|\|\||\?\?|\+\+|--|.)/gs;

/** Text of a template, or of a table of operators. */
interface Constant {
  text: string;
  code: Code;
}

/** The constant text before each value, and after the last one. */
type Template = readonly Constant[];

const constants = new Map<string, Constant>();
const templates = new Map<TemplateStringsArray, Template>();

function constantOf(text: string): Constant {
  let found = constants.get(text);
  if (found === undefined) {
    const tokens = Array.from(text.matchAll(TOKEN), tokenOf);
    found = { text, code: tokens.length === 0 ? NOTHING : sequence(tokens) };
    constants.set(text, found);
  }
  return found;
}

function tokenOf({ 0: text, groups }: RegExpExecArray): Token {
  const { space, text: quoted, number, word } = groups!;
  if (space !== undefined) return new Token(TokenKind.Space, text);
  if (quoted !== undefined) return new Token(TokenKind.Text, text);
  if (number !== undefined) return new Token(TokenKind.Number, text);
  return new Token(word !== undefined ? TokenKind.Word : TokenKind.Mark, text);
}

export type Part = Code | number | string;

function codeOf(part: Part): Code {
  if (typeof part === 'number') return number(part);
  return typeof part === 'string' ? constantOf(part).code : part;
}

/**
 * Code of a template. What is put in is code, or a number; a string is an operator of a table. No name may be put together
 * from parts of a template: `name` makes one.
 */
export function js(strings: TemplateStringsArray, ...values: Part[]): Code {
  let template = templates.get(strings);
  if (template === undefined) {
    template = strings.map(constantOf);
    templates.set(strings, template);
  }
  if (values.length === 0) return template[0].code;
  if (values.length === 1 && template[0].text === '' && template[1].text === '') return codeOf(values[0]);
  return new Filled(template, values);
}
