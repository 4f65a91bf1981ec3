// Finds the function of the given module for a function of the optimised one: the optimiser inlines functions and renumbers the others.

import { ExternalKind } from '../../../src/index.js';
import type { EspruinoModule } from '../../compiler/javascript/espruino/module.js';
import { functionOfMost } from '../../module/function-at.js';
import type { ModuleCode } from '../../module/module-code.js';
import type { ReadModule } from '../../module/read-module.js';

/**
 * Finds the function, or that of which it is a part, by its export, by its number if no function is missing, or else by the origin of most
 * of its instructions.
 */
export function givenFunction(
  given: ReadModule,
  { code, module }: { code: ModuleCode; module: EspruinoModule },
  own: number,
): number {
  const index = module.partOf.get(own) ?? own;
  if (code.functions.length === given.functions.length) return index;
  const isFunction = ({ kind }: { kind: ExternalKind }) => kind === ExternalKind.Function;
  const exported = code.exports.find((each) => isFunction(each) && each.index === index);
  const found = exported && given.exports.find((each) => isFunction(each) && each.name === exported.name);
  if (found) return found.index;
  const places = [...(module.written.get(index)?.lines() ?? [])].map(({ at }) => at).filter((at) => at >= 0);
  const most = functionOfMost(given, places);
  return most < 0 ? index : most;
}
