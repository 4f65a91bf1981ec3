// S-expressions of the WebAssembly text format, read from bytes: names.wast is not UTF-8, and strings hold any byte.
// Reads the grammar's tokens only; it does not know what a module is.

export interface Position {
  /** First byte, and the byte after the last. */
  start: number;
  end: number;
  /** Line of the first byte, from 1. */
  line: number;
}

/** A keyword, number, identifier or whatever else has no quotes; each byte is one character. */
export interface Atom extends Position {
  kind: 'atom';
  text: string;
}

/** A string literal, its escapes resolved. */
export interface Text extends Position {
  kind: 'string';
  bytes: Uint8Array;
}

export interface List extends Position {
  kind: 'list';
  items: Node[];
}

export type Node = Atom | Text | List;

export class SyntaxProblem extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(`line ${line}: ${message}`);
    this.name = 'SyntaxProblem';
    this.line = line;
  }
}

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;
const SEMICOLON = 0x3b;
const BACKSLASH = 0x5c;
const DELETE = 0x7f;

/** All S-expressions of a file, in order. */
export function readSExpressions(source: Uint8Array): Node[] {
  let at = 0;
  let line = 1;
  const top: Node[] = [];
  const open: List[] = [];

  function put(node: Node): void {
    if (open.length > 0) open[open.length - 1].items.push(node);
    else top.push(node);
  }

  while (at < source.length) {
    const byte = source[at];
    if (byte === NEWLINE) {
      line++;
      at++;
    } else if (byte === SPACE || byte === TAB || byte === RETURN) {
      at++;
    } else if (byte === SEMICOLON && source[at + 1] === SEMICOLON) {
      // A line comment ends at LF or at CR: comments.wast tells the two apart.
      while (at < source.length && source[at] !== NEWLINE && source[at] !== RETURN) at++;
    } else if (byte === OPEN && source[at + 1] === SEMICOLON) {
      blockComment();
    } else if (byte === OPEN) {
      const list: List = { kind: 'list', items: [], start: at, end: at, line };
      put(list);
      open.push(list);
      at++;
    } else if (byte === CLOSE) {
      const list = open.pop();
      if (!list) throw new SyntaxProblem("')' without '('", line);
      list.end = ++at;
    } else if (byte === QUOTE) {
      put(text());
    } else {
      put(atom());
    }
  }
  if (open.length > 0) throw new SyntaxProblem("'(' is never closed", open[open.length - 1].line);
  return top;

  function blockComment(): void {
    const first = line;
    let depth = 0;
    do {
      if (at >= source.length) throw new SyntaxProblem("'(;' is never closed", first);
      if (source[at] === OPEN && source[at + 1] === SEMICOLON) {
        depth++;
        at += 2;
      } else if (source[at] === SEMICOLON && source[at + 1] === CLOSE) {
        depth--;
        at += 2;
      } else {
        if (source[at] === NEWLINE) line++;
        at++;
      }
    } while (depth > 0);
  }

  function atom(): Atom {
    const start = at;
    let characters = '';
    for (; at < source.length; at++) {
      const byte = source[at];
      if (byte <= SPACE || byte === QUOTE || byte === OPEN || byte === CLOSE || byte === SEMICOLON) break;
      characters += String.fromCharCode(byte);
    }
    if (characters === '') throw new SyntaxProblem(`unexpected byte 0x${source[at].toString(16)}`, line);
    return { kind: 'atom', text: characters, start, end: at, line };
  }

  function text(): Text {
    const start = at++;
    const bytes: number[] = [];
    while (source[at] !== QUOTE) {
      if (at >= source.length || source[at] < SPACE || source[at] === DELETE) {
        throw new SyntaxProblem('a string is never closed', line);
      }
      if (source[at] === BACKSLASH) readEscape(bytes);
      else bytes.push(source[at++]);
    }
    at++;
    return { kind: 'string', bytes: Uint8Array.from(bytes), start, end: at, line };
  }

  function readEscape(bytes: number[]): void {
    const rest = String.fromCharCode(...source.subarray(at + 1, at + 16));
    const unicode = /^u\{([0-9a-fA-F_]+)\}/.exec(rest);
    if (unicode) {
      const character = String.fromCodePoint(Number.parseInt(unicode[1].replaceAll('_', ''), 16));
      bytes.push(...new TextEncoder().encode(character));
      at += 1 + unicode[0].length;
    } else if (/^[0-9a-fA-F]{2}/.test(rest)) {
      bytes.push(Number.parseInt(rest.slice(0, 2), 16));
      at += 3;
    } else {
      const single = 'tnr"\'\\'.indexOf(rest[0]);
      if (single < 0) throw new SyntaxProblem(`unknown escape \\${rest[0]}`, line);
      bytes.push('\t\n\r"\'\\'.charCodeAt(single));
      at += 2;
    }
  }
}

/** The keyword a list starts with, '' for any other node. */
export function headOf(node: Node | undefined): string {
  if (node === undefined || node.kind !== 'list') return '';
  const first = node.items[0];
  return first !== undefined && first.kind === 'atom' ? first.text : '';
}
