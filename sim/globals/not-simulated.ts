// Functions of the firmware that are not simulated: a program that calls one gets an error that says so.

import type { RealmParts } from '../realm/parts.js';

/** Returns members of an object of the library; `names` are separated by spaces. */
export function notSimulated(
  { raise }: Pick<RealmParts, 'raise'>,
  owner: string,
  names: string,
): Record<string, () => never> {
  return Object.fromEntries(names.split(' ').map((name) => [name, () => raise(`${owner}.${name} is not simulated`)]));
}
