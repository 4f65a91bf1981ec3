// Counts of an engine's work.

import type { Capacities } from './capacities.js';

/** Counts of an engine's work since it was created or reset. */
export interface ExecutionStats {
  /** Executed, without those that only give structure: of an engine with `counting`, else 0, as the next three. */
  instructions: number;
  /** Loads, stores, and instructions on whole ranges of memory. */
  memoryOperations: number;
  /** Instructions on tables, calls through them included. */
  collectionOperations: number;
  /** Calls that code made. */
  calls: number;
  /** Validations of the engine's own state; 0 at the level None. */
  validationOperations: number;
  /** Time that the validations outside the loop took, in milliseconds; 0 without `clock`. */
  validationMilliseconds: number;
  fuel: number;
  traps: number;
  highWater: Capacities;
}

/** Nothing done so far. */
export function noStats(highWater: Capacities): ExecutionStats {
  return {
    instructions: 0,
    memoryOperations: 0,
    collectionOperations: 0,
    calls: 0,
    validationOperations: 0,
    validationMilliseconds: 0,
    fuel: 0,
    traps: 0,
    highWater: highWater,
  };
}
