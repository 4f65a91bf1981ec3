// Fuel of machine code that counts it, in a word of the context: what translated/runtime/fuel.ts is for translated programs.
// Written for Espruino: no hoisting, no rest arguments.

// Constants of the build.
/** A word of the context. */
declare const FUEL_LEFT: number;
/** Fuel of a call without a limit: the maximum of a word. */
declare const MOST_FUEL: number;
/** Whether calls can run in slices. */
declare const RESUMABLE: boolean;
/** The word of the context that says whether a slice runs: `Stash.Slice`. */
declare const SLICE_STATE: number;
/** Written by the build. */
declare const context: Int32Array;

/** Fuel of the current call, and of the next one. */
let fuelGiven = MOST_FUEL;
let fuelOfNext = MOST_FUEL;

/** `Slice.None` and `Slice.Suspended`. */
const NO_SLICE = 0;
const SUSPENDED = 2;

/** Limits that have not ended, and how many there were with the one that a slice is suspended for. */
let limits = 0;
let limitsInSlice = 0;

/** Before a call from outside. */
export function fillFuel(): void {
  fuelGiven = fuelOfNext;
  context[FUEL_LEFT] = fuelGiven;
  fuelOfNext = MOST_FUEL;
}

/**
 * Limits the next call. A host function's call gets a part of the remaining fuel. A negative limit counts as 0: the first charge ends the
 * call. Returns the fuel that is kept back until `endLimit`.
 */
export function limitFuel(limit: number, isInside: boolean): number {
  if (!(limit <= MOST_FUEL))
    throw new Error('machine code counts fuel up to ' + MOST_FUEL + ', and ' + limit + ' is given');
  const given = limit < 0 ? 0 : Math.floor(limit);
  limits++;
  if (!isInside) {
    fuelOfNext = given;
    return 0;
  }
  const left = context[FUEL_LEFT];
  let kept = left > given ? left - given : 0;
  if (RESUMABLE && context[SLICE_STATE] === SUSPENDED) {
    // A slice has no end of fuel: it can be given more than is left.
    kept = left - given;
    context[SLICE_STATE] = NO_SLICE;
    limitsInSlice = limits;
  }
  context[FUEL_LEFT] = left - kept;
  fuelGiven -= kept;
  return kept;
}

/** When that call is over, or was refused. */
export function endLimit(kept: number): void {
  fuelOfNext = MOST_FUEL;
  if (RESUMABLE && limitsInSlice === limits) {
    context[SLICE_STATE] = SUSPENDED;
    limitsInSlice = 0;
  }
  limits--;
  context[FUEL_LEFT] += kept;
  fuelGiven += kept;
}

/** Returns the fuel of the last call from outside. */
export function fuelUsed(): number {
  return fuelGiven - context[FUEL_LEFT];
}
