// Functions of a module that are called without being asked for.

import { ExternalKind } from '../../src/index.js';
import type { External } from './description.js';

const isFunction = ({ kind }: External) => kind === ExternalKind.Function;

/** Whether a function takes and gives nothing. */
export const takesNothing = (external: External): boolean =>
  isFunction(external) && external.parameters.length === 0 && external.results.length === 0;

/** Returns the initialiser of a WASI reactor. A host calls it once, before the other exports. A WASI program has `_start` instead. */
export function initialiserOf(exports: readonly External[]): External | undefined {
  if (exports.some((each) => each.name === '_start' && isFunction(each))) return undefined;
  return exports.find((each) => each.name === '_initialize' && takesNothing(each));
}

/** Indices of the functions that a module is started with, in their order: its start function, and the initialiser of a reactor. */
export function startingFunctions({ start, exports }: { start: number; exports: readonly External[] }): number[] {
  return [start, initialiserOf(exports)?.index ?? -1].filter((index) => index >= 0);
}
