// Prints the register instructions as functions for a table of handlers: the same bodies as the interpreter's loop has.
// A handler changes the variables of run-only.ts by their names; `fuel` below 0 ends the run.

import { Header, State, Status } from '../../src/status.js';
import { FunctionColumn, TableColumn } from '../../src/store.js';
import { Trap } from '../../src/trap.js';
import {
  expandChanges,
  numericInstructions,
  type PureFunction,
  plainChanges,
  readNumericFunctions,
} from '../interpreter/generate.js';
import { instructions as fixedInstructions, type Instruction } from '../interpreter/instructions.js';

/** What the board's state words are called in run-only.ts. */
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

/** What memory and tables do that Espruino or one module on a board has no use for. */
const NOT_ON_BOARD = /\b(store|instances|growTable|initTable)\b/;

function print({ name, length, body }: Instruction): string | null {
  if (name === 'MemorySize') return `slots[fp + code[pc + 1]] = pages; pc += 3;`;
  if (name === 'MemoryGrow') {
    return 'slots[fp + code[pc + 1]] = growMemory(slots[fp + code[pc + 2]] >>> 0); pc += 4;';
  }
  if (name === 'SwitchBack' || name === 'Count' || NOT_ON_BOARD.test(body)) return null;
  const text = expandChanges(body, changes)
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
    .replace(/floats\[d\] = v; if \(v !== v\) slots\[d\] = ([^;]*);/, 'if (v === v) floats[d] = v; else slots[d] = $1;')
    .replace(/\bcopyBytes\(/g, 'copyWithin(')
    .replace(/\bcopyEntries\(/g, 'copyWithin(')
    .replace(/\(memoryBase \+ a \+ o\) \| 0/g, 'a + o')
    .replace(/\bmemoryBase \+ /g, '')
    .replace(/\bNULL_REFERENCE\b/g, '-1')
    .replace(/\bcurrent\b/g, 'fp')
    .replace(/\b(const|let) /g, 'var ')
    .replace(/\bstate\[State\.(\w+)\]/g, (_, word) => {
      if (!STATE[word]) throw new Error(`${name}: a board has no state word ${word} (${State[State.Fuel]})`);
      return STATE[word];
    })
    .replace(/\b(Status|Trap|Header|FunctionColumn|TableColumn)\.(\w+)/g, (_, type, word) => String(ENUMS[type][word]));
  return /return[^;{}]*;\s*$/.test(text) && !/(if \([^{]*|\}\s*)return[^;{}]*;\s*$/.test(text)
    ? text
    : `${text} pc += ${length};`;
}

/** Instructions by name, without those that a board does not execute. */
export function printHandlers(root: string, replaced: Iterable<string>): Record<string, string> {
  const functions: Map<string, PureFunction> = readNumericFunctions(root);
  for (const name of replaced) {
    const pure = functions.get(name);
    if (!pure) throw new Error(`src/numeric.ts has no function ${name} to replace`);
    pure.constants = null;
  }
  const handlers: Record<string, string> = {};
  for (const instruction of [...fixedInstructions, ...numericInstructions(functions).list]) {
    const text = print(instruction);
    if (text !== null) handlers[instruction.name] = text;
  }
  return handlers;
}
