// Names of what code in an image calls: functions, traps; routines have the names of the helper library.

import type { Trap } from '../../../src/trap.js';

export function functionSymbol(index: number): string {
  return `function ${index}`;
}

/** The routine that reports a trap: it does not return. */
export function trapSymbol(trap: Trap): string {
  return `trap ${trap}`;
}
