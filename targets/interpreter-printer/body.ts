// Instruction bodies: JavaScript with macros, parsed once into parts. A dialect prints the parts, for the interpreter's loop or for a
// board's handler; printed text is not edited. This is not a parser of JavaScript: it knows only names, brackets, elements of arrays,
// assignments to elements, and declarations, because dialects differ in these.

export type Body = Part[];

export type Part =
  /** Text that is printed unchanged. */
  | { kind: 'text'; text: string }
  /** A name, with its members: `pc`, `Status.Yield`. */
  | { kind: 'name'; name: string }
  /** A macro, or a call of a function. Operands keep the white space around them. */
  | { kind: 'call'; name: string; operands: Body[] }
  | { kind: 'element'; array: string; index: Body }
  /** `target = value;` to an element, or to a slot that a macro names. */
  | { kind: 'write'; target: Part; value: Body }
  /** `const a = 1, b = 2;` */
  | { kind: 'declaration'; declared: Declared[] };

export interface Declared {
  name: string;
  value: Body;
}

/** How the parts of a body are printed that a dialect has a form of its own for. All parts arrive printed. */
export interface Dialect {
  /** The replacements of macros. A macro may `print` a body in the same dialect. */
  macros: Record<string, (print: Print, ...operands: string[]) => string>;
  /** Macros for slots: the array, and the index in it. */
  slots: Record<string, (operand: string) => [array: string, index: string]>;
  name?: (name: string) => string;
  element?: (array: string, index: string) => string;
  write?: (print: Print, array: string, index: string, value: string) => string | undefined;
  /** `declared` is `a = 1, b = 2`. */
  declaration?: (names: string[], declared: string) => string;
}

export type Print = (body: Body | string) => string;

const NAME = /[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*/y;
/** Numbers, and members of what is no name. */
const PLAIN = /\d[\w.]*|\.[A-Za-z_$][\w$]*|[^A-Za-z_$\d.]/y;
const SPACE = /\s+/y;
const ASSIGNED = /\s*=\s*/y;
const CLOSING: Record<string, string> = { '(': ')', '[': ']' };

class BodyReader {
  private at = 0;

  constructor(private readonly text: string) {}

  /** Up to one of the characters in `ends`, which is not passed; to the end where there are none. */
  read(ends = ''): Body {
    const body: Body = [];
    for (;;) {
      if (this.at >= this.text.length) {
        if (ends !== '') throw new Error(`${this.text}: there is no ${ends}`);
        return body;
      }
      const next = this.text[this.at];
      if (ends.includes(next)) return body;
      const name = this.match(NAME);
      if (name !== undefined) body.push(this.part(name));
      else if (next in CLOSING) {
        this.at++;
        append(body, next, ...this.read(CLOSING[next]), this.text[this.at++]);
      } else append(body, this.match(PLAIN) ?? this.text[this.at++]);
    }
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private part(name: string): Part {
    if (name === 'const') return this.declaration();
    const next = this.text[this.at];
    const target: Part =
      next === '('
        ? { kind: 'call', name, operands: this.operands() }
        : next === '['
          ? this.element(name)
          : named(name);
    if (target.kind === 'name' || !this.text.startsWith(' = ', this.at)) return target;
    const start = this.at;
    this.at += ' = '.length;
    const value = this.read(';)],');
    if (this.text[this.at] === ';') {
      this.at++;
      return { kind: 'write', target, value };
    }
    // Within an expression.
    this.at = start;
    return target;
  }

  private operands(): Body[] {
    const operands: Body[] = [];
    while (this.text[this.at++] !== ')') operands.push(this.read(',)'));
    return operands;
  }

  private element(array: string): Part {
    this.at++;
    const index = this.read(']');
    this.at++;
    return { kind: 'element', array, index };
  }

  private declaration(): Part {
    const declared: Declared[] = [];
    for (;;) {
      this.match(SPACE);
      const name = this.match(NAME);
      if (name === undefined || this.match(ASSIGNED) === undefined)
        throw new Error(`${this.text}: what is declared has no name or no value`);
      declared.push({ name, value: this.read(',;') });
      if (this.text[this.at++] === ';') return { kind: 'declaration', declared };
    }
  }
}

const named = (name: string): Part => ({ kind: 'name', name });

function append(body: Body, ...parts: (Part | string)[]): void {
  for (const part of parts) {
    const last = body[body.length - 1];
    const text = typeof part === 'string' ? part : part.kind === 'text' ? part.text : undefined;
    if (text === undefined) body.push(part as Part);
    else if (last?.kind === 'text') body[body.length - 1] = { kind: 'text', text: last.text + text };
    else body.push({ kind: 'text', text });
  }
}

export function readBody(text: string): Body {
  return new BodyReader(text).read();
}

/** The text of a body in a dialect. */
export function printBody(body: Body | string, dialect: Dialect): string {
  const parts = typeof body === 'string' ? readBody(body) : body;
  return parts.map((part) => printPart(part, dialect)).join('');
}

function printPart(part: Part, dialect: Dialect): string {
  const print: Print = (body) => printBody(body, dialect);
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'name':
      return dialect.macros[part.name]?.(print) ?? dialect.name?.(part.name) ?? part.name;
    case 'call': {
      if (part.name in dialect.slots) return elementText(dialect, ...elementOf(part, dialect));
      const operands = part.operands.map((operand) => printBody(operand, dialect));
      const macro = dialect.macros[part.name];
      if (macro) return macro(print, ...operands.map((operand) => operand.trim()));
      return `${dialect.name?.(part.name) ?? part.name}(${operands.join(',')})`;
    }
    case 'element':
      return elementText(dialect, ...elementOf(part, dialect));
    case 'write': {
      const value = print(part.value);
      // A macro that names no slot in this dialect stands as it is.
      const element = isElement(part.target, dialect) ? elementOf(part.target, dialect) : undefined;
      return (element && dialect.write?.(print, ...element, value)) ?? `${print([part.target])} = ${value};`;
    }
    case 'declaration': {
      const names = part.declared.map(({ name }) => name);
      const declared = part.declared.map(({ name, value }) => `${name} = ${print(value)}`).join(', ');
      return dialect.declaration?.(names, declared) ?? `const ${declared};`;
    }
  }
}

function elementText(dialect: Dialect, array: string, index: string): string {
  return dialect.element?.(array, index) ?? `${array}[${index}]`;
}

const isElement = (part: Part, { slots }: Dialect) =>
  part.kind === 'element' || (part.kind === 'call' && part.name in slots);

/** The array and the index of an element, or of the slot that a macro names. */
export function elementOf(part: Part, dialect: Dialect): [array: string, index: string] {
  if (part.kind === 'element') return [part.array, printBody(part.index, dialect)];
  if (part.kind !== 'call' || !isElement(part, dialect)) throw new Error(`a ${part.kind} is no element`);
  return dialect.slots[part.name](printBody(part.operands[0], dialect));
}

/** Whether a body ends by leaving it with one of these macros, on no condition. */
export function endsWith(body: Body, macros: readonly string[]): boolean {
  const parts = body.filter((part) => part.kind !== 'text' || part.text.trim() !== '');
  const [before, last] = parts.slice(-2);
  const end = last ?? before;
  if (end === undefined || (end.kind !== 'name' && end.kind !== 'call') || !macros.includes(end.name)) return false;
  return last === undefined || before.kind !== 'text' || !before.text.trimEnd().endsWith(')');
}

/** A body of which each part, the innermost first, is what `change` makes of it. */
export function mapBody(body: Body, change: (part: Part) => Part): Body {
  return body.map((part) => change(withParts(part, (inner) => mapBody(inner, change))));
}

function withParts(part: Part, map: (body: Body) => Body): Part {
  switch (part.kind) {
    case 'call':
      return { ...part, operands: part.operands.map(map) };
    case 'element':
      return { ...part, index: map(part.index) };
    case 'write':
      return { ...part, target: map([part.target])[0], value: map(part.value) };
    case 'declaration':
      return { ...part, declared: part.declared.map(({ name, value }) => ({ name, value: map(value) })) };
    default:
      return part;
  }
}

/** The text of a body in which names stand for others, or for expressions. */
export function withNames(text: string, names: ReadonlyMap<string, string>): string {
  return printBody(text, { macros: {}, slots: {}, name: (name) => names.get(name) ?? name });
}

/** Whether it has a part, at any depth, for which `test` holds. */
export function hasPart(body: Body, test: (part: Part) => boolean): boolean {
  return body.some((part) => test(part) || partsOf(part).some((inner) => hasPart(inner, test)));
}

function partsOf(part: Part): Body[] {
  switch (part.kind) {
    case 'call':
      return part.operands;
    case 'element':
      return [part.index];
    case 'write':
      return [[part.target], part.value];
    case 'declaration':
      return part.declared.map(({ value }) => value);
    default:
      return [];
  }
}
