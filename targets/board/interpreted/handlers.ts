// Prints the register instructions as functions for a table of handlers: the same bodies as the interpreter's loop has.
// A handler changes the variables of runtime/runtime.ts by their names; `fuel` below 0 ends the run.

import { Header, State, Status } from '../../../src/status.js';
import { FunctionColumn, TableColumn } from '../../../src/store.js';
import { Trap } from '../../../src/trap.js';
import { expandChanges, plainChanges } from '../../interpreter-printer/changes.js';
import { instructions as fixedInstructions, type Instruction } from '../../interpreter-printer/instructions.js';
import { type PureFunction, readNumericFunctions } from '../../interpreter-printer/numeric-functions.js';
import { numericInstructions } from '../../interpreter-printer/numeric-instructions.js';
import { readShapes, type Shape, shapeTexts } from './shapes.js';

/** What the board's state words are called in runtime/runtime.ts. */
const STATE: Record<string, string> = {
  Fuel: 'fuel',
  Callee: 'callee',
  Base: 'base',
  SlotLimit: 'SLOT_WORDS',
  CallLimit: 'CALL_WORDS',
};
const ENUMS: Record<string, Record<string, number | string>> = { Status, Trap, Header, FunctionColumn, TableColumn };

const changes = {
  ...plainChanges,
  POP: () => 'calls -= 2; pc = callStack[calls]; fp = callStack[calls + 1]; return;',
  PUSH: (next: string, frame: string) => `callStack[calls] = ${next}; callStack[calls + 1] = ${frame}; calls += 2;`,
};

/** Copies elements of a segment, from the word at `contents` on, whose number is the fifth operand. */
const initialise = (limit: string, trap: Trap, to: string, segments: string, contents: string) => `
  const d = I(1) >>> 0, s = I(2) >>> 0, n = I(3) >>> 0, x = C(5) << 1;
  if (d + n > ${limit} || s + n > ${segments}[x + 1]) EXIT(${trap})
  ${to} ${contents}, ${segments}[x] + s, n);`;

/** What reaches into the store elsewhere has a body of its own on a board. */
const ON_BOARD: Record<string, string> = {
  MemorySize: 'I(1) = pages;',
  MemoryGrow: 'I(1) = growMemory(I(2) >>> 0);',
  MemoryInit: initialise('memoryBytes', Trap.MemoryOutOfBounds, 'copy(bytes, d,', 'dataSegments', 'dataBytes'),
  DataDrop: 'dataSegments[(C(1) << 1) + 1] = 0;',
  TableInit: initialise(
    'tables[C(6) + 1]',
    Trap.TableOutOfBounds,
    'copy(tableEntries, tables[C(6)] + d,',
    'elementSegments',
    'elements',
  ),
  ElementDrop: 'elementSegments[(C(1) << 1) + 1] = 0;',
  TableGrow: 'I(1) = growTable(C(4), I(3), I(2));',
};

function expandMacros(body: string, name: string, length: number): string {
  return (
    expandChanges(body, changes)
      // One memory is all that there is.
      .replace(/ \|\| functions\[row \+ FunctionColumn\.Memory\] !== C\(5\)/, '')
      .replace(/JUMP\((\d+)\)/g, (_, n) => `{ fuel -= C(${Number(n) + 1}); pc = C(${n}); return; }`)
      .replace(/ if \(state\[State\.Fuel\] < 0\) EXIT\(Status\.Yield\)/g, '')
      .replace(/\bFRAME\b|\bcontinue;/g, 'return;')
      .replace(/ CLEARED\b/g, '')
      .replace(/\bEXIT\(([^()]*)\)/g, (_, status) => `return leave(${status});`)
      .replace(/\bNEXT\b/g, `(pc + ${length})`)
      .replace(/\bcode(\d)\[/g, (_, n) => (n === '0' ? 'code[' : `code[${n} + `))
      .replace(/\bI\((\d+)\)/g, 'slots[fp + C($1)]')
      .replace(/\bS\((\d+)\)/g, 'floats[fp + C($1)]')
      .replace(/\bF\((\d+)\)/g, 'doubles[(fp + C($1)) >> 1]')
      .replace(/\bP\((\d+)\)/g, '(fp + C($1))')
      .replace(/\bC\((\d+)\)/g, 'code[pc + $1]')
      .replace(/\bE\((\d+)\)/g, 'codeFloats[pc + $1]')
      .replace(/\bD\((\d+)\)/g, (_, n) => `codeDoubles[(pc + ${Number(n) + 1}) >> 1]`)
      .replace(/\bR\b/g, 'slots')
      .replace(/\bS\[/g, 'floats[')
      .replace(/\bF\[/g, 'doubles[')
      // A NaN does not go through a Float32Array: on ARM it would lose its sign and payload.
      .replace(
        /floats\[d\] = v; if \(v !== v\) slots\[d\] = ([^;]*);/,
        'if (v === v) floats[d] = v; else slots[d] = $1;',
      )
      .replace(/\bcopy(?:Bytes|Entries)\((\w+), (.*?), (.*?), n\)/g, 'copy($1, $2, $1, $3, n)')
      .replace(/\(memoryBase \+ a \+ o\) \| 0/g, 'a + o')
      .replace(/\bmemoryBase \+ /g, '')
      .replace(/\bNULL_REFERENCE\b/g, '-1')
      .replace(/\bcurrent\b/g, 'fp')
      .replace(/\b(const|let) /g, 'var ')
      .replace(/\bstate\[State\.(\w+)\]/g, (_, word) => {
        if (!STATE[word]) throw new Error(`${name}: a board has no state word ${word} (${State[State.Fuel]})`);
        return STATE[word];
      })
      .replace(/\b(Status|Trap|Header|FunctionColumn|TableColumn)\.(\w+)/g, (_, type, word) =>
        String(ENUMS[type][word]),
      )
  );
}

function print({ name, length, body: everywhere }: Instruction): string | null {
  if (name === 'SwitchBack' || name === 'Count') return null;
  const body = ON_BOARD[name] ?? everywhere;
  const text = expandMacros(body, name, length);
  return /return[^;{}]*;\s*$/.test(text) && !/(if \([^{]*|\}\s*)return[^;{}]*;\s*$/.test(text)
    ? text
    : `${text} pc += ${length};`;
}

/** Parts of shared handlers; the first operand is what the lower half of `w` says. */
const expandShared = (text: string, name: string) =>
  expandMacros(text.replace(/\b([ISFP])\(1\)/g, '$1($w)').replace(/\bC\(1\)/g, '(w & 65535)'), name, 0)
    .replace(/\bI\(\$w\)/g, 'slots[fp + (w & 65535)]')
    .replace(/\bS\(\$w\)/g, 'floats[fp + (w & 65535)]')
    .replace(/\bF\(\$w\)/g, 'doubles[(fp + (w & 65535)) >> 1]')
    .replace(/\bP\(\$w\)/g, '(fp + (w & 65535))');

export interface PrintedShapes {
  shapeTexts: Record<string, string>;
  shapes: Record<string, Shape>;
}

/** What shared handlers are put together from. */
export function printShapes(root: string, replaced: Iterable<string>): PrintedShapes {
  const texts = Object.entries(shapeTexts).map(([name, text]) => [name, expandShared(text, name)]);
  const shapes = Object.entries(readShapes(pureFunctions(root, replaced))).map(([name, { shape, parts }]) => {
    const printed = Object.entries(parts).map(([letter, part]) => [letter, expandShared(part, name)]);
    return [name, { shape, parts: Object.fromEntries(printed) }];
  });
  return { shapeTexts: Object.fromEntries(texts), shapes: Object.fromEntries(shapes) };
}

function pureFunctions(root: string, replaced: Iterable<string>): Map<string, PureFunction> {
  const functions: Map<string, PureFunction> = readNumericFunctions(root);
  for (const name of replaced) {
    const pure = functions.get(name);
    if (!pure) throw new Error(`src/numeric.ts has no function ${name} to replace`);
    pure.constants = null;
  }
  return functions;
}

/** Instructions by name, without those that a board does not execute. */
export function printHandlers(root: string, replaced: Iterable<string>): Record<string, string> {
  const functions = pureFunctions(root, replaced);
  const handlers: Record<string, string> = {};
  for (const instruction of [...fixedInstructions, ...numericInstructions(functions).list]) {
    const text = print(instruction);
    if (text !== null) handlers[instruction.name] = text;
  }
  return handlers;
}
