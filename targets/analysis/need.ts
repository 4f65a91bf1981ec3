// The need of a module for one capacity, and whether it is exact or a bound.

import type { Capacities, CapacityName } from '../../src/index.js';

export enum Bound {
  /** The exact need. */
  Exact = 'exact',
  /** This is enough; less may be. */
  AtMost = 'at most',
  /** Less is not enough; whether this is depends on what the program does. */
  AtLeast = 'at least',
}

export interface Need {
  needed: number;
  /** Whether `bound` is `Bound.Exact`. */
  exact: boolean;
  bound: Bound;
  /** One sentence for the user. */
  why: string;
}

export type Needs = Record<CapacityName, Need>;

export function need(needed: number, bound: Bound, why: string): Need {
  return { needed, exact: bound === Bound.Exact, bound, why };
}

/** The capacities of an engine with exactly what is needed. */
export function capacitiesOf(needs: Needs): Capacities {
  const entries = Object.entries(needs).map(([name, { needed }]) => [name, needed]);
  return Object.fromEntries(entries) as Capacities;
}
