// `--watchdog`, which the commands with a simulated board share: ends a program that blocks the board.

import { InvalidArgumentError, Option } from 'commander';

/** Of the board's time, in seconds: JavaScript that runs without end is ended some seconds later, */
const LONGEST_BLOCK = 3600;
/** and so is machine code, of which every instruction is simulated. */
const LONGEST_NATIVE_BLOCK = 30;

/** Returns the limits after which a blocked simulated board is stopped: the given time, or the defaults. */
export function blockLimits(given: number | undefined): { mostBlockedSeconds: number; mostNativeSeconds: number } {
  return { mostBlockedSeconds: given ?? LONGEST_BLOCK, mostNativeSeconds: given ?? LONGEST_NATIVE_BLOCK };
}

/** The value is in seconds. */
export function watchdogOption(): Option {
  return new Option(
    '-w, --watchdog <seconds>',
    `end a program that blocks the board for longer than this, or none (default: ${LONGEST_BLOCK}, ${LONGEST_NATIVE_BLOCK} for machine code)`,
  ).argParser((text) => (text === 'none' ? Number.POSITIVE_INFINITY : seconds(text)));
}

/** A number of seconds on the command line. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('write a number of seconds: 0.5, 2');
  return value;
}
