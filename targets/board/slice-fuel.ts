// The fuel of a slice of a program on a board. Other code of the board runs between two slices.

import { type Board, sliceMilliseconds, statementSeconds } from '../../boards/index.js';
import { instructionSetOf } from '../../boards/processor.js';

/** The executor of a module: the interpreter's runtime, the JavaScript that it is translated to, or the board's processor itself. */
export type Tier = 'interp' | 'js' | 'native';

/**
 * Statements that a unit of fuel costs: in Espruino for 32-bit ARM and for x86, measured against `a=a+1;`, kernels took 3.7 (doubles)
 * to 5.6 (calls, bits), and up to 9.1 where all is i64.
 */
const STATEMENTS_PER_FUEL = 5;
/** Statements per unit of fuel in translated code: 0.3 (doubles) to 1.4 (i64, calls) in Espruino for 32-bit ARM. */
const TRANSLATED_STATEMENTS_PER_FUEL = 1;
/**
 * Cycles that a unit costs as machine code: on the simulated processor, kernels took 0.3 to 1.2 (integers) and 4 to 9 (doubles) on a
 * Cortex-M4, 0.5 to 3.6 and 11 to 19 on a Cortex-M0+.
 */
const CYCLES_PER_FUEL = 2;
const CYCLES_PER_FUEL_V6 = 4;
/** Every token of a program in an SPI flash is read over the bus: an estimate. */
const SPI_FACTOR = 2;

/** Fuel of a slice, which takes about as long as is said for the board. */
export function sliceFuel(board: Board, tier: Tier = 'interp'): number {
  if (tier === 'native') {
    const cycles = instructionSetOf(board)?.architecture === 'v6-M' ? CYCLES_PER_FUEL_V6 : CYCLES_PER_FUEL;
    return Math.round((board.clock * sliceMilliseconds(board)) / 1000 / cycles);
  }
  const factor = board.storage.location === 'spi' ? SPI_FACTOR : 1;
  const statements = tier === 'js' ? TRANSLATED_STATEMENTS_PER_FUEL : STATEMENTS_PER_FUEL;
  const seconds = statementSeconds(board.clock) * statements * factor;
  return Math.max(1, Math.round(sliceMilliseconds(board) / 1000 / seconds));
}
