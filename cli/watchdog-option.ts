// `--watchdog`, which the commands with a simulated board share: ends a program that blocks the board.

import { InvalidArgumentError, Option } from 'commander';

/** Of the board's time, in seconds: a program that runs without end is ended some seconds later. */
export const LONGEST_BLOCK = 3600;

/** The value is in seconds. */
export function watchdogOption(): Option {
  return new Option(
    '-w, --watchdog <seconds>',
    `end a program that blocks the board for longer than this, or none (default: ${LONGEST_BLOCK})`,
  ).argParser((text) => (text === 'none' ? Number.POSITIVE_INFINITY : seconds(text)));
}

/** A number of seconds on the command line. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('write a number of seconds: 0.5, 2');
  return value;
}
