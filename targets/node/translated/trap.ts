// Errors of translated code: traps that it throws itself, and errors of the JavaScript engine that represent a trap. An access out of
// bounds is a RangeError of a DataView. The stack trace gives its position in the function: the last argument of the call there.

import { type WasmTrap, wasmTrap } from '../../../src/errors.js';
import { Status } from '../../../src/status.js';
import { Trap, trapMessage } from '../../../src/trap.js';
import { functionAt } from '../../module/function-at.js';
import type { ModuleCode } from '../../module/module-code.js';
import { hostErrors, translateErrors } from './exported-function.js';

/** The code of the trap of a module that has used up its fuel. */
export const OUT_OF_FUEL = Status.Yield;

/** Translated modules by their number, which is in the name of their source: their instances keep them alive, this does not. */
const modules: WeakRef<ModuleCode>[] = [];
const texts = new WeakMap<ModuleCode, { text: string; lines: string[] }>();

/** Lines that `Function` puts before the text. */
const LINES_BEFORE = 2;
const NAME = 'tazzina-module';

/** The name of the source of a translated module, for stack traces. */
export function sourceName(code: ModuleCode, text: string): string {
  texts.set(code, { text, lines: [] });
  modules.push(new WeakRef(code));
  return `${NAME}-${modules.length - 1}.js`;
}

/** An error for a trap at a byte offset of a module. */
export function trapAt(code: ModuleCode, trap: number, at: number): WasmTrap {
  const index = functionAt(code, at);
  const name = index < 0 ? '' : code.nameOf(index);
  const where = index < 0 ? '' : ` in function ${index}${name === '' ? '' : ` (${name})`} at byte ${at}`;
  const message = trap === OUT_OF_FUEL ? 'out of fuel' : trapMessage(trap);
  const error = wasmTrap(trap, message + where, at, index, name);
  if (index >= 0) error.frames.push({ functionIndex: index, functionName: name, offset: at });
  return error;
}

translateErrors((error) => {
  if (!(error instanceof RangeError) || hostErrors.has(error)) return isRecursion(error) ? callStackExhausted() : error;
  if (isStackOverflow(error)) return callStackExhausted();
  const found = findPosition(error.stack ?? '');
  if (found !== null) return trapAt(found.code, Trap.MemoryOutOfBounds, found.at);
  return /DataView|bounds/.test(error.message)
    ? wasmTrap(Trap.MemoryOutOfBounds, trapMessage(Trap.MemoryOutOfBounds), -1, -1, '')
    : error;
});

function callStackExhausted(): WasmTrap {
  return wasmTrap(Trap.CallStackExhausted, trapMessage(Trap.CallStackExhausted), -1, -1, '');
}

function isStackOverflow(error: RangeError): boolean {
  return /call stack/.test(error.message);
}

/** Recognises a stack overflow in engines where it is no RangeError. */
function isRecursion(error: unknown): boolean {
  return error instanceof Error && error.name === 'InternalError' && /recursion/.test(error.message);
}

/** The module and byte offset of the innermost call in a stack trace that has an offset. */
function findPosition(stack: string): { code: ModuleCode; at: number } | null {
  for (const [, number, line, column] of stack.matchAll(new RegExp(`${NAME}-(\\d+)\\.js:(\\d+):(\\d+)`, 'g'))) {
    const code = modules[Number(number)].deref();
    const source = code && texts.get(code);
    if (!source) continue;
    if (source.lines.length === 0) source.lines = source.text.split('\n');
    const index = Number(line) - 1 - LINES_BEFORE;
    const at = lastArgument(source.lines[index] ?? '', Number(column) - 1);
    if (at > 0) return { code, at: at + startOfFunction(code, source.lines, index) };
  }
  return null;
}

/** Byte offset in the module of the function whose text has a line. */
function startOfFunction({ bodies, origin }: ModuleCode, lines: readonly string[], line: number): number {
  for (let at = line; at >= 0; at--) {
    const head = /^function f(\d+)(?:_body)?\(/.exec(lines[at]);
    if (head !== null) return origin(bodies[Number(head[1])]);
  }
  return 0;
}

/** The last argument of the first call behind a column, NaN if it is no number. */
function lastArgument(line: string, column: number): number {
  let depth = 0;
  let start = -1;
  for (let at = line.indexOf('(', column); at >= 0 && at < line.length; at++) {
    const character = line[at];
    if (character === '(') {
      depth++;
      if (depth === 1) start = at + 1;
    } else if (character === ',' && depth === 1) start = at + 1;
    else if (character === ')' && --depth === 0) return Number(line.slice(start, at) || 'none');
  }
  return Number.NaN;
}
