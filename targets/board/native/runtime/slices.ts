// Calls of machine code that run in slices: what translated/runtime/slices.ts is for translated programs. When the fuel of a slice is used
// up, machine code has copied its stack to the context and has returned; to go on, it copies it back.
// Written for Espruino: no hoisting, no rest arguments.

import { type Done, resultsOf, runWaiting, type Value, type Words, wordsOf } from '../../translated/runtime/calls.js';
import { causeOf, seal, verify, verifyBehind } from '../../translated/runtime/verification.js';

// Declared in fuel.ts and state.ts.
declare let fuelGiven: number;
declare let running: number;
declare let exitCode: number;
// Written by the build.
declare const context: Int32Array;
/** Where the code is executed: in Storage, of which the firmware updates the address, or in RAM. */
declare let placedCode: string;
declare const E: { getAddressOf(value: unknown, flat: boolean): number };
/** The entry of machine code that begins a slice, or goes on with one, until it yields or is done; it throws what the call throws. */
declare let runSlice: (entry: number) => void;

// Constants of the build.
/** VerificationLevel: without it, verification.ts is not there. */
declare const VERIFICATION: number;
declare const HOST_EXITS: boolean;
declare const SLICE_FUEL: number;
/** Words of the context. */
declare const STATUS: number;
declare const FUEL_LEFT: number;
declare const IMAGE_BASE: number;
/** Offset of machine code. */
declare const RESUME: number;

/** `Status.Yielded`. */
const YIELDED = 1;

/** The call that is suspended: what goes on with it. */
export let suspended: (() => void) | undefined;

/** Index of the exported function that runs in slices. */
export let suspendedFunction = -1;

/** Goes on with a call until it has no more fuel, or is done or fails. */
export function slice(run: () => void, letters: string, words: Words, done: Done): void {
  let error: unknown;
  let result: unknown;
  let yields = false;
  try {
    if (E.getAddressOf(placedCode, true) !== context[IMAGE_BASE])
      throw new Error('Storage has been compacted, and machine code has moved: load the program again');
    if (VERIFICATION > 0) verify();
    run();
    if (VERIFICATION > 2) verifyBehind();
    yields = context[STATUS] === YIELDED;
    if (!yields) result = resultsOf(words(undefined), letters);
  } catch (caught) {
    if (!HOST_EXITS || exitCode !== 0) error = caught || new Error('failed');
    else exitCode = -1;
    if (VERIFICATION > 2) error = causeOf(error);
  }
  if (VERIFICATION > 0) seal(yields);
  if (yields) {
    waitForSlice(letters, words, done);
    setTimeout(goOn, 0);
    return;
  }
  running--;
  try {
    done(error, result);
  } finally {
    runWaiting();
  }
}

export function waitForSlice(letters: string, words: Words, done: Done): void {
  suspended = () => slice(() => runSlice(context[IMAGE_BASE] + RESUME), letters, words, done);
}

/** In slices, with the firmware's idle loop between them. Nothing else of the program runs: see `later`. `begin` takes words of values. */
export function callInSlices(
  values: ArrayLike<Value>,
  done: Done,
  begin: { apply(self: null, words: unknown[]): unknown },
  letters: string,
  words: Words,
  index: number,
): void {
  const given = wordsOf(values, letters);
  running++;
  suspendedFunction = index;
  fuelGiven = SLICE_FUEL;
  context[FUEL_LEFT] = SLICE_FUEL;
  slice(() => begin.apply(null, given), letters, words, done);
}

/** The next slice of what is suspended, once it has paid what it has overdrawn. */
export function goOn(): void {
  const next = suspended;
  if (!next) return;
  fuelGiven += SLICE_FUEL;
  context[FUEL_LEFT] += SLICE_FUEL;
  if (context[FUEL_LEFT] < 0) {
    setTimeout(goOn, 0);
    return;
  }
  // Host functions may make calls, which do not wait for it.
  suspended = undefined;
  next();
}
