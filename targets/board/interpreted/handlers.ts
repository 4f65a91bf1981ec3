// Prints the register instructions as functions for a table of handlers, from the same bodies as the interpreter's loop. A handler
// changes the variables of runtime/runtime.ts by name; `fuel` below 0 ends the run.

import { Header, Status } from '../../../src/status.js';
import { FunctionColumn, TableColumn } from '../../../src/store.js';
import { Trap } from '../../../src/trap.js';
import { type Dialect, endsWith, type Print, printBody, readBody } from '../../interpreter-printer/body.js';
import { plainChanges } from '../../interpreter-printer/changes.js';
import { instructions as fixedInstructions, type Instruction } from '../../interpreter-printer/instructions.js';
import { type PureFunction, readNumericFunctions } from '../../interpreter-printer/numeric-functions.js';
import { numericInstructions } from '../../interpreter-printer/numeric-instructions.js';
import { readShapes, type Shape, type ShapeText, shapeTexts } from './shapes.js';

/** Names of the board's state words in runtime/runtime.ts. */
const STATE: Record<string, string> = {
  'State.Fuel': 'fuel',
  'State.Callee': 'callee',
  'State.Base': 'base',
  'State.SlotLimit': 'SLOT_WORDS',
  'State.CallLimit': 'CALL_WORDS',
};
const ENUMS: Record<string, Record<string, number | string>> = { Status, Trap, Header, FunctionColumn, TableColumn };
const ARRAYS: Record<string, string> = { R: 'slots', S: 'floats', F: 'doubles' };
const NAMES: Record<string, string> = {
  ...ARRAYS,
  current: 'fp',
  NULL_REFERENCE: '-1',
  continue: 'return',
  let: 'var',
};

/** `word` gives an operand as an expression. NEXT is for instructions of so many words. */
function boardDialect(word: (operand: string) => string, length = 0): Dialect {
  const changes = Object.entries(plainChanges).map(([name, change]) => {
    return [name, (print: Print, ...operands: string[]) => print(change(...operands))];
  });
  const slot = (operand: string) => `fp + ${word(operand)}`;
  const after = (operand: string) => String(Number(operand) + 1);
  return {
    slots: {
      I: (operand) => ['R', slot(operand)],
      S: (operand) => ['S', slot(operand)],
      F: (operand) => ['F', `(${slot(operand)}) >> 1`],
    },
    macros: {
      ...Object.fromEntries(changes),
      POP: () => 'calls -= 2; pc = callStack[calls]; fp = callStack[calls + 1]; return;',
      P: (_, operand) => `(${slot(operand)})`,
      C: (_, operand) => word(operand),
      E: (_, operand) => `codeFloats[pc + ${operand}]`,
      D: (_, operand) => `codeDoubles[(pc + ${after(operand)}) >> 1]`,
      EXIT: (_, status) => `return leave(${status});`,
      FRAME: () => 'return;',
      NEXT: () => `(pc + ${length})`,
      // The run ends by itself when its fuel is used up.
      YIELD: () => '',
      GO: (_, cost) => `fuel -= ${cost}; return;`,
      JUMP: (print, operand) => print(`{ fuel -= C(${after(operand)}); pc = C(${operand}); return; }`),
      UNTIL: (_, condition) => condition,
      // A board has one memory.
      OUTSIDE: (_, entry) => `${entry} < 0`,
      // A memory without a window has no such code.
      MOVED: (_, address) => `(MEMORY_START > 0 ? (${address}) - MEMORY_START : ${address})`,
      BEFORE: (_, offset, count) => `(MEMORY_START > 0 && ${offset} < 0 && ${count} > 0)`,
      PLACE: (_, offset) => offset,
      ADDRESS: (_, offset) => offset,
      // A NaN does not go through a Float32Array: on ARM it would lose its sign and payload.
      RESULT32: (print, index, value) =>
        print(`const v = ${value}, d = ${index}; if (v === v) S[d] = v; else R[d] = 0x7fc00000;`),
      RESULT64: (print, index, value) =>
        print(`const v = ${value}, d = ${index}; F[d >> 1] = v; if (v !== v) { R[d] = 0; R[d + 1] = 0x7ff80000; }`),
      copyBytes: (_, __, to, from, count) => `copyMemory(${to}, ${from}, ${count})`,
      copyEntries: (_, array, to, from, count) => `copy(${array}, ${to}, ${array}, ${from}, ${count})`,
    },
    name: (name) => {
      const [type, member] = name.split('.');
      return type in ENUMS ? String(ENUMS[type][member]) : (NAMES[name] ?? name);
    },
    element: (array, index) => {
      if (array === 'state') return stateWord(index);
      const codeWord = /^code(\d)$/.exec(array)?.[1];
      if (codeWord !== undefined) return `code[${codeWord === '0' ? '' : `${codeWord} + `}${index}]`;
      return `${ARRAYS[array] ?? array}[${index}]`;
    },
    declaration: (_, declared) => `var ${declared};`,
  };
}

function stateWord(index: string): string {
  if (!STATE[index]) throw new Error(`a board has no state word ${index}`);
  return STATE[index];
}

/** Copies elements of a segment, from the word at `contents` on, whose number is the fifth operand. */
const initialise = (first: string, outside: string, trap: string, to: string, segments: string, contents: string) => `
  const d = ${first}, s = I(2) >>> 0, n = I(3) >>> 0, x = C(5) << 1;
  if (${outside} || s + n > ${segments}[x + 1]) EXIT(${trap})
  ${to} ${contents}, ${segments}[x] + s, n);`;

/** Bodies of instructions that use the store in the engine, and other state on a board. */
const ON_BOARD: Record<string, string> = {
  MemorySize: 'I(1) = pages;',
  MemoryGrow: 'I(1) = growMemory(I(2) >>> 0);',
  MemoryFill: `
  const d = MOVED(I(1) >>> 0), n = I(3) >>> 0;
  if (BEFORE(d, n) || d + n > memoryBytes) EXIT(Trap.MemoryOutOfBounds)
  fillMemory(d, I(2), n);`,
  MemoryInit: initialise(
    'MOVED(I(1) >>> 0)',
    'BEFORE(d, n) || d + n > memoryBytes',
    'Trap.MemoryOutOfBounds',
    'copy(bytes, d,',
    'dataSegments',
    'dataBytes',
  ),
  DataDrop: 'dataSegments[(C(1) << 1) + 1] = 0;',
  TableInit: initialise(
    'I(1) >>> 0',
    'd + n > tables[C(6) + 1]',
    'Trap.TableOutOfBounds',
    'copy(tableEntries, tables[C(6)] + d,',
    'elementSegments',
    'elements',
  ),
  ElementDrop: 'elementSegments[(C(1) << 1) + 1] = 0;',
  TableGrow: 'I(1) = growTable(C(4), I(3), I(2));',
};

const inCode = (operand: string) => `code[pc + ${operand}]`;
/** Returns an operand of a shared handler. The lower half of `w` is the first one. */
const inSharedCode = (operand: string) => (operand === '1' ? '(w & 65535)' : inCode(operand));

/** Macros with which a handler leaves its instruction. */
const LEAVING = ['EXIT', 'FRAME', 'POP', 'GO'];

function printHandler({ name, length, body: everywhere }: Instruction): string {
  const body = name in ON_BOARD ? readBody(ON_BOARD[name]) : everywhere;
  const text = printBody(body, boardDialect(inCode, length));
  return endsWith(body, LEAVING) ? text : `${text} pc += ${length};`;
}

export interface PrintedShapes {
  shapeTexts: Record<string, ShapeText>;
  shapes: Record<string, Shape>;
}

/** Prints the parts of shared handlers. */
export function printShapes(root: string, replaced: Iterable<string>): PrintedShapes {
  const print = (text: string) => printBody(text, boardDialect(inSharedCode));
  const texts = Object.entries(shapeTexts).map(([name, text]) => [name, withHoles(print(text))]);
  const shapes = Object.entries(readShapes(pureFunctions(root, replaced))).map(([name, { shape, parts }]) => {
    const printed = Object.entries(parts).map(([letter, part]) => [letter, print(part)]);
    return [name, { shape, parts: Object.fromEntries(printed) }];
  });
  return { shapeTexts: Object.fromEntries(texts), shapes: Object.fromEntries(shapes) };
}

/** `$A` and the like are where the parts stand. */
const withHoles = (text: string): ShapeText => text.split(/\$([A-Z])/);

function pureFunctions(root: string, replaced: Iterable<string>): Map<string, PureFunction> {
  const functions: Map<string, PureFunction> = readNumericFunctions(root);
  for (const name of replaced) {
    const pure = functions.get(name);
    if (!pure) throw new Error(`src/numeric.ts has no function ${name} to replace`);
    pure.constants = null;
  }
  return functions;
}

/** Instructions that a board does not execute. */
const NOT_ON_BOARDS = ['SwitchBack', 'Count'];

/** Instructions by name, without those that a board does not execute. */
export function printHandlers(root: string, replaced: Iterable<string>): Record<string, string> {
  const all = [...fixedInstructions, ...numericInstructions(pureFunctions(root, replaced), {}).list];
  const executed = all.filter(({ name }) => !NOT_ON_BOARDS.includes(name));
  return Object.fromEntries(executed.map((instruction) => [instruction.name, printHandler(instruction)]));
}
