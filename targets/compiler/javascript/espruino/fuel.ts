// Fuel in Espruino: what is left is one variable of the module. A charge is written as what costs least there (measured in the
// statement `a=a+1;`): 0.84 to take, 0.8 to ask. What is in braces is skipped by its length, whatever it says.

import type { Part } from '../../passes/charge-placement.js';
import { type Code, js, list, number } from '../trees/code.js';
import type { EspruinoNames } from './memory.js';

/** Takes all parts at once. Used up, `outOfFuel` finds out which of them it was; `behind` is what comes then. */
export function chargeLine(parts: readonly Part[], names: EspruinoNames, behind: Code = js``): Code {
  const [{ at }, ...more] = parts;
  const cost = parts.reduce((sum, part) => sum + part.cost, 0);
  const fuel = names.variable('fuel');
  const left = cost === 0 ? fuel : js`(${fuel}-=${cost})`;
  const places = [at, ...more.flatMap((part) => [part.cost, part.at])].map(number);
  return js`if(${left}<0){${names.runtime('outOfFuel')}(${list(places)});${behind}}`;
}

/** The condition, and whether there is fuel after that of the branch is taken; or the opposite. None is taken if `stops` is true. */
export function chargeIf(
  condition: Code,
  cost: number,
  { negated, stops }: { negated: boolean; stops: Code | null },
  names: EspruinoNames,
): Code {
  const fuel = names.variable('fuel');
  const left = cost === 0 ? fuel : js`(${fuel}-=${cost})`;
  if (negated) return js`${condition}||${stops === null ? '' : js`${stops}||`}${left}<0`;
  return js`${condition}&&${stops === null ? '' : js`!${stops}&&`}${left}>=0`;
}
