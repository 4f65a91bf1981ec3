// Index spaces of a component, as its definitions fill them, and the error for what they refer to and do not have.

import { InterfaceError } from '../interface-error.js';
import type { Scope } from './items.js';
import { Sort } from './syntax.js';

export const damaged = (what: string) => new InterfaceError(`the component is damaged: ${what}`);

/** Throws an InterfaceError if there is none. */
export function entry<Found>({ spaces }: Scope, sort: Sort, index: number): Found {
  const space = spaces.get(sort) ?? [];
  if (index >= space.length) throw damaged(`there is no ${Sort[sort]} ${index}`);
  return space[index] as Found;
}

export function put({ spaces }: Scope, sort: Sort, item: unknown): void {
  const space = spaces.get(sort);
  if (space) space.push(item);
  else spaces.set(sort, [item]);
}
