// How long a program may keep a board busy at once, and how long statements take there.

import type { Board } from './board.js';

/** Thumb instructions of the statement `a=a+1;` in a function, counted on Espruino 2v29 as built for boards. */
export const STATEMENT_INSTRUCTIONS = 4000;
/** Clock cycles an instruction, with wait states of the flash: an estimate. */
const INSTRUCTION_CYCLES = 1.5;

/** The estimated time of the statement `a=a+1;`, which costs are given in, on a processor of `clock` Hz, in seconds. */
export function statementSeconds(clock: number): number {
  return (STATEMENT_INSTRUCTIONS * INSTRUCTION_CYCLES) / clock;
}

/**
 * Milliseconds that a program runs before the firmware's idle loop gets its turn. The RP2 boards poll USB and the serial ports
 * from there (targets/rp2/jshardware.c); the others take what comes by interrupt, and 100 ms is what a user begins to notice.
 */
export function sliceMilliseconds({ chip }: Pick<Board, 'chip'>): number {
  return chip.startsWith('RP2') ? 10 : 100;
}
