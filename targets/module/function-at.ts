// Finds the function that contains a byte of a module.

import type { ModuleCode } from './module-code.js';

type Bodies = Pick<ModuleCode, 'bodies' | 'importedFunctions'>;

/** The function whose body has the byte, -1 if there is none. */
export function functionAt({ bodies, importedFunctions }: Bodies, at: number): number {
  let low = importedFunctions;
  let high = bodies.length - 1;
  if (at < 0 || low > high || at < bodies[low]) return -1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (bodies[middle] <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The function that most of these bytes belong to, -1 if there are none. */
export function functionOfMost(module: Bodies, places: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const at of places) {
    const found = functionAt(module, at);
    counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? -1;
}
