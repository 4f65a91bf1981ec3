// Which function of the given module a function of the optimised one was: the optimiser inlines functions and renumbers the others.

import { ExternalKind } from '../../../src/index.js';
import type { ReadModule } from '../../module/read-module.js';
import type { TranslatedModule } from './build.js';

/** By its export, by its number where none is missing, or else by where most of its instructions come from. */
export function givenFunction(given: ReadModule, { code, module }: TranslatedModule, index: number): number {
  const { bodies, importedFunctions } = given;
  if (code.functions.length === given.functions.length) return index;
  const isFunction = ({ kind }: { kind: ExternalKind }) => kind === ExternalKind.Function;
  const exported = code.exports.find((each) => isFunction(each) && each.index === index);
  const found = exported && given.exports.find((each) => isFunction(each) && each.name === exported.name);
  if (found) return found.index;
  const counts = new Map<number, number>();
  for (const { at } of module.written.get(index)?.lines() ?? []) {
    if (at < 0) continue;
    const after = bodies.findIndex((body, from) => from >= importedFunctions && body > at);
    const home = (after < 0 ? bodies.length : after) - 1;
    counts.set(home, (counts.get(home) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? index;
}
