// Traps of translated programs: what they say, and where the instruction is.
// Written for Espruino: no hoisting, no rest arguments.

import { Trap } from '../../../../src/trap.js';

// Constants of the build.
declare const TRAP_FILE: string;
/** Whether the compiler on the board gets functions. */
declare const JITTED: boolean;
/** Whether fuel may fall due behind a trap: else fuel.ts is not there. */
declare const DEFERS_FUEL: boolean;
/** `require`, by a name that bundling leaves alone. */
declare function BOARD_REQUIRE(name: 'Storage'): { readArrayBuffer(name: string): ArrayBuffer | undefined };
/** An object in its place. */
declare const FUNCTION_NAMES: { [index: number]: string };
/** The messages of src/trap.ts, with `;` between them. */
declare const TRAP_MESSAGES: string;
// Declared in fuel.ts and state.ts.
declare function settleFuel(at: number): void;
declare let x: number;

/** Returns the function of a position: the file has the starts of the bodies, and the number of the first one. */
export function place(at: number): string {
  const file = BOARD_REQUIRE('Storage').readArrayBuffer(TRAP_FILE);
  const starts = file ? new Int32Array(file) : [];
  let index = 1;
  while (index < starts.length && starts[index] <= at) index++;
  if (index < 2) return '';
  const found = starts[0] + index - 2;
  const name = FUNCTION_NAMES[found];
  return ' in function ' + found + (name ? ' (' + name + ')' : '') + ' at byte ' + at;
}

export function trap(code: number, at: number): never {
  if (JITTED) x = -1;
  if (DEFERS_FUEL && at >= 0) settleFuel(at);
  const text = TRAP_MESSAGES.split(';')[code] || 'host function failed';
  // In a statement of its own, the call takes half the C stack.
  let where = '';
  if (at >= 0) where = place(at);
  throw new Error(text + where);
}

export function memoryTrap(at: number): never {
  return trap(Trap.MemoryOutOfBounds, at);
}
