// Stack traces as Espruino 2v29 prints them: for each call its name, the position of the token that was read last, and the line with a
// mark. Sources: `jslPrintStackTrace`, `jslPrintPosition` and `jslPrintTokenLineMarker`, src/jslex.c.

import type { AnyNode, CallExpression, NewExpression } from 'acorn';
import { type FunctionNode, isFunction } from '../language/scope.js';
import { CHECKS } from './checks-name.js';
import { functionText } from './function-text.js';
import { callAt, lastToken, type Stop, TokenList } from './last-token.js';
import type { PositionMap } from './position-map.js';
import { keptFunction } from './site-list.js';

/** How a text of a program came to run. */
export interface TextOrigin {
  /** Name in a stack trace: that of the loaded file, or `eval`. */
  name: string;
  file?: string;
  /** Whether the text is that of a file in Storage. Otherwise, each function has a text of its own, and positions in it. */
  inStorage?: boolean;
  /** Characters in front of it that are not the program's, such as the head of a module's function. */
  skipped?: number;
}

interface ProgramText extends TextOrigin {
  source: string;
  positions: PositionMap;
  list?: TokenList;
}

/** The place where a call has stopped. */
interface StoppedCall {
  text: ProgramText;
  /** In the instrumented text. */
  position: number;
  /** Whether the library was called there. */
  callsLibrary: boolean;
}

/** In front of the number of a text, in the name of its script. */
const SCRIPT = `${CHECKS}:`;
/** Characters of a line that are shown, and of these, those in front of the mark when the line is longer. */
const LINE = 60;
const BEFORE_MARK = 30;
/** Characters of a function's name, or of its text if it has no name. */
const NAME = 63;

export class StackTraces {
  private readonly texts: ProgramText[] = [];

  /** Adds a text that is about to run; returns the name of its script. */
  add(source: string, positions: PositionMap, origin: TextOrigin): string {
    return `${SCRIPT}${this.texts.push({ ...origin, source, positions }) - 1}`;
  }

  /** `lines` has the script and the position of each call from the innermost one outwards, `message` is that of the error. */
  print(lines: string, message: string): string {
    const calls = this.callsOf(lines);
    return calls.map((call, index) => printCall(call, calls[index + 1], index === 0 ? message : '')).join('');
  }

  private callsOf(lines: string): StoppedCall[] {
    const calls: StoppedCall[] = [];
    let callsLibrary = false;
    for (const line of lines.split('\n')) {
      const [number, position] = line.slice(SCRIPT.length).split(':').map(Number);
      const text = line.startsWith(SCRIPT) ? this.texts[number] : undefined;
      if (text) calls.push({ text, position, callsLibrary });
      callsLibrary = text === undefined;
    }
    return calls;
  }
}

function printCall(stopped: StoppedCall, caller: StoppedCall | undefined, message: string): string {
  const { text } = stopped;
  const { source, skipped = 0 } = text;
  const file = text.inStorage ? text.file : undefined;
  const { at, isAdded } = text.positions.originOf(stopped.position);
  const list = listOf(text);
  const path = list.pathTo(at);
  const around = path.filter(isFunction).filter((node) => node.start >= skipped && contains(node.body, at));
  const running = around.at(-1);
  const code = running ? codeOf(running, list, source) : { start: skipped, end: source.length };
  const token = lastToken(
    list,
    path,
    at,
    message === '' || stopped.callsLibrary ? { kind: 'call' } : stopOf(message),
    isAdded,
  );
  const name = running ? calleeName(running, source, caller) : text.name;
  const { line, column } = placeIn(source, file === undefined ? code.start : skipped, token);
  const position = `${file ?? ''}:${line}:${column}`;
  const where = name === undefined ? position : `${name} (${position})`;
  return `    at ${where}\n${marked(source.slice(code.start, code.end), token - code.start)}`;
}

/** `message` is that of V8. */
function stopOf(message: string): Stop {
  if (/ is not a function$/.test(message)) return { kind: 'callee' };
  const [, name] =
    /^(?:(.+) is not defined|Cannot access '(.+)' before initialization)$/.exec(message)?.filter(Boolean) ?? [];
  return name === undefined ? { kind: 'other' } : { kind: 'variable', name };
}

/** The name by which a function was called; if the program has called it without a name, the text of the function. */
function calleeName(running: FunctionNode, source: string, caller: StoppedCall | undefined): string | undefined {
  if (!caller) return undefined;
  const { at, isAdded } = caller.text.positions.originOf(caller.position);
  const call = isAdded ? undefined : callAt(listOf(caller.text).pathTo(at), at);
  if (!call || isByLibrary(call, caller)) return undefined;
  const { callee } = call;
  return (nameOf(callee) ?? functionText(keptFunction(running, source), false)).slice(0, NAME);
}

/** Whether the program has called a function of the library, which called the program's. V8 knows nothing of `call` and `apply`. */
function isByLibrary({ callee }: CallExpression | NewExpression, { callsLibrary }: StoppedCall): boolean {
  return callsLibrary ? callee.type !== 'Super' : /^(call|apply)$/.test(nameOf(callee) ?? '');
}

function nameOf(callee: AnyNode): string | undefined {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type !== 'MemberExpression') return undefined;
  const { property } = callee;
  if (!callee.computed && property.type === 'Identifier') return property.name;
  return property.type === 'Literal' ? String(property.value) : undefined;
}

function listOf(text: ProgramText): TokenList {
  text.list ??= new TokenList(text.source);
  return text.list;
}

function contains({ start, end }: AnyNode, position: number): boolean {
  return start <= position && position < end;
}

/** The text that Espruino keeps of a function: from the first token on, without a `return` in front. */
function codeOf({ body }: FunctionNode, list: TokenList, source: string): { start: number; end: number } {
  if (body.type !== 'BlockStatement') return body;
  let start = list.from(body.start + 1);
  if (/^return\b/.test(source.slice(start, start + 7))) start = list.from(start + 1);
  return { start, end: start + source.slice(start, body.end - 1).trimEnd().length };
}

/** Line and column of a position, both from 1, in the text from `start` on. */
function placeIn(source: string, start: number, position: number): { line: number; column: number } {
  const lines = source.slice(start, position).split('\n');
  return { line: lines.length, column: lines[lines.length - 1].length + 1 };
}

/** The line of a position, or a part of it, and a mark below. */
function marked(code: string, position: number): string {
  const start = code.lastIndexOf('\n', position - 1) + 1;
  const end = code.indexOf('\n', position);
  let line = code.slice(start, end < 0 ? code.length : end);
  let column = position - start;
  let isCut = line.length > LINE;
  let shown = line.slice(0, LINE);
  if (isCut && column > BEFORE_MARK) {
    const skipped = column - BEFORE_MARK;
    line = line.slice(skipped);
    isCut = line.length > LINE;
    // The three dots take the place of three characters.
    shown = `...${line.slice(3, 3 + LINE)}`;
    column = BEFORE_MARK;
  }
  return `${shown}${isCut ? '...' : ''}\n${' '.repeat(column)}^\n`;
}
