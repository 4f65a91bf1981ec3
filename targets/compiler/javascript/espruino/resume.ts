// Prints functions for Espruino that yield and are resumed: the code that saves and restores their variables. One variable of the
// module, `resumePoint`, is 0 while calls run, the point of the function that is being resumed, or -1 while calls that have yielded
// return. Code in braces costs little when it is skipped.

import { type Instruction, resolved } from '../../intermediate/instruction.js';
import { Operation, Type } from '../../intermediate/operation.js';
import type { YieldCharge } from '../../passes/yield-points.js';
import { type Code, js, list, number, sequence } from '../trees/code.js';
import { chargeLine } from './fuel.js';
import type { EspruinoNames } from './names.js';

/** The statement of an operation of functions that are resumed; `variables` are the names of what is saved. */
export function resumeLine(
  instruction: Instruction,
  variables: readonly Code[],
  charge: YieldCharge | undefined,
  names: EspruinoNames,
): Code {
  const { operation, index, operands } = instruction;
  const point = names.variable('resumePoint');
  const suspend = () => js`{${names.runtime('suspend')}(${list([number(index), ...variables])});return;}`;
  const resumed = () => js`if(${point}==${index})${names.runtime('resumed')}();`;
  const restore = () => {
    const back = operands.map((each, at) => js`${variables[at]}=${restored(resolved(each).type, names)};`).reverse();
    return js`${point}=${names.runtime('restore')}();${sequence(back)}`;
  };
  switch (operation) {
    case Operation.Resumed:
      return resumed();
    case Operation.Restore:
      return js`if(${point}){${restore()}}`;
    case Operation.YieldBehindCall:
      return js`if(${point})${suspend()}`;
  }
  const { parts, isBehind, isStart } = charge!;
  const fuel = names.variable('fuel');
  const cost = parts.reduce((sum, part) => sum + part.cost, 0);
  const left = cost === 0 ? fuel : js`(${fuel}-=${cost})`;
  if (isStart) return js`if(${left}<0){if(${point}){${restore()}${resumed()}}else${suspend()}}`;
  if (!isBehind || cost === 0) return js`if(${left}<0)${suspend()}`;
  // After a loop: either the loop ended because of its own charge, or this charge is too much.
  return js`if(${left}<0){if((${fuel}+=${cost})<0)${suspend()}${chargeLine(parts, names)}}`;
}

function restored(type: Type, names: EspruinoNames): Code {
  if (type === Type.Reference) return js`${names.runtime('restoreReference')}()`;
  const value = js`${names.runtime('restore')}()`;
  return type === Type.I32 ? js`${value}|0` : value;
}

/** Whether control goes to a stop: being resumed, by its point; else by the condition. */
export function resumesText({ index, second }: Instruction, condition: Code, names: EspruinoNames): Code {
  const point = names.variable('resumePoint');
  if (second === 1) return js`${point}||${condition}`;
  if (index < 0) return js`!${point}&&${condition}`;
  return js`${point}?${point}<=${index}:${condition}`;
}
