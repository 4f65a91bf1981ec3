// Names of what code in an image calls: functions, traps; routines have the names of the helper library.

import type { Trap } from '../../../src/trap.js';

export function functionSymbol(index: number): string {
  return `function ${index}`;
}

/** The routine that reports a trap: it does not return. */
export function trapSymbol(trap: Trap): string {
  return `trap ${trap}`;
}

/** The routine that leaves a call because its fuel is used up. */
export const OUT_OF_FUEL = '__wasm_out_of_fuel';

/** The routine of the caller that is called where a call ends with a trap, or without fuel. */
export const HOST_TRAP = '__host_trap';

/** The function that stands for null in tables: calling it traps. */
export const NULL_FUNCTION = '__wasm_null_function';

/** The routine that gives the address of that. */
export const NULL_ADDRESS = '__wasm_null';

/** The function that is called for a missing entry of a table: calling it traps. */
export const UNDEFINED_FUNCTION = '__wasm_undefined_function';

/** Symbols contain spaces; labels of the assembler do not. */
export function label(symbol: string): string {
  return symbol.replace(' ', '_');
}
