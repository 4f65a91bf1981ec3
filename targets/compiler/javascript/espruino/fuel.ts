// Fuel in Espruino: one variable of the module holds the fuel that is left. A charge is printed in the form that costs least there (in
// units of `a=a+1;`): 0.84 for the subtraction, 0.8 for the test. Code in braces is skipped at a cost that depends only on its length.

import type { Part } from '../../passes/charge-placement.js';
import { type Code, js, list, number } from '../trees/code.js';
import type { EspruinoNames } from './names.js';

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
