// Which options of a command were given, and the refusal of those that have no meaning there.

import { UsageError } from './command-error.js';
import { flag } from './program-options.js';

/** Options of engines on this machine. */
export const engineOptions = ['capacities', 'stats', 'profile', 'flame'] as const;

/** 0 is a value, too: of a level, or an address. */
export const firstGiven = <Name extends string>(options: object, names: readonly Name[]): Name | undefined =>
  names.find((name) => (options as { [name: string]: unknown })[name] !== undefined);

/** Throws a UsageError if one of them is given. */
export function refuse(options: object, names: readonly string[], why: string): void {
  const given = firstGiven(options, names);
  if (given) throw new UsageError(`${flag(given)} ${why}`);
}
