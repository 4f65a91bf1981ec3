// Calls of translated programs that run in slices: a function whose fuel is used up saves its variables on a stack and
// returns, and so do those that have called it; to go on, they are called again and get them back.
// Written for Espruino: no hoisting, no rest arguments.

import { type Done, resultsOf, runWaiting, type Value, type WordFunction, type Words, wordsOf } from './calls.js';
import { outOfFuel } from './fuel.js';
import { causeOf, seal, verify, verifyBehind } from './verification.js';

// Declared in fuel.ts and state.ts.
declare let fuel: number;
declare let fuelGiven: number;
declare let running: number;
declare let exitCode: number;

// Constants of the build.
/** VerificationLevel: without it, verification.ts is not there. */
declare const VERIFICATION: number;
declare const HOST_EXITS: boolean;
declare const SLICE_FUEL: number;
/** How deep calls may go; 0 if nobody counts. */
declare const MOST_CALLS: number;
/** Values that may have to be saved. */
declare const SAVED_VALUES: number;
/** Positions of the points, as a file: no RAM while nobody asks. */
declare const POINT_FILE: string;
declare function BOARD_REQUIRE(name: 'Storage'): { readArrayBuffer(name: string): ArrayBuffer | undefined };

/** 0: calls run; above: the point where the function at hand is to go on; -1: what has been called has yielded. */
export let resumePoint = 0;
export const saved = new Float64Array(SAVED_VALUES);
export let savedTop = 0;
/** The call that is suspended: what goes on with it. */
export let suspended: (() => void) | undefined;

/** Index of the exported function that runs in slices. */
export let suspendedFunction = -1;

/** Saves a frame: its values and its point. Without slices, there is no more fuel: that is an error. */
export function suspend(point: number): void {
  // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
  const values = arguments as unknown as (number | null)[];
  if (!slicing) {
    const file = BOARD_REQUIRE('Storage').readArrayBuffer(POINT_FILE);
    outOfFuel(file ? new Int32Array(file)[point] : -1);
  }
  if (savedTop + values.length > SAVED_VALUES) throw new Error('call stack exhausted');
  for (let index = 1; index < values.length; index++) {
    const value = values[index];
    saved[savedTop] = value === null ? NaN : value;
    savedTop++;
  }
  saved[savedTop] = point;
  savedTop++;
  resumePoint = -1;
}

export function restore(): number {
  savedTop--;
  return saved[savedTop];
}

/** Null is kept as a NaN. */
export function restoreReference(): number | null {
  const value = restore();
  return value === value ? value : null;
}

/** Fuel that is left; before a slice, that of it is added. */
export let fuelLeft = 0;
/** Fuel that a slice has overdrawn. */
export let owed = 0;

/** All functions that had called each other have done so again, and the last one is where it was. */
export function resumed(): void {
  resumePoint = 0;
  fuel = fuelLeft;
}

/** Whether a slice is running: then there is fuel again. */
export let slicing = false;

/** Goes on with a call until it has no more fuel, or is done or fails. */
export function slice(target: WordFunction, given: unknown[], letters: string, words: Words, done: Done): void {
  let error: unknown;
  let result: unknown;
  slicing = true;
  try {
    if (VERIFICATION > 0) verify();
    const first = target.apply(null, given);
    if (VERIFICATION > 2) verifyBehind();
    if (resumePoint === 0) result = resultsOf(words(first), letters);
  } catch (caught) {
    if (!HOST_EXITS || exitCode !== 0) error = caught || new Error('failed');
    else exitCode = -1;
    if (VERIFICATION > 2) error = causeOf(error);
    resumePoint = 0;
    savedTop = 0;
  }
  slicing = false;
  fuel -= owed;
  owed = 0;
  fuelLeft = fuel;
  if (VERIFICATION > 0) seal(resumePoint !== 0);
  if (resumePoint !== 0) {
    suspended = () => slice(target, given, letters, words, done);
    setTimeout(goOn, 0);
    return;
  }
  suspended = undefined;
  running--;
  try {
    done(error, result);
  } finally {
    runWaiting();
  }
}

/** In slices, with the firmware's idle loop between them. Nothing else of the program runs: see `later`. */
export function callInSlices(
  values: ArrayLike<Value>,
  done: Done,
  target: WordFunction,
  letters: string,
  words: Words,
  index: number,
): void {
  const given = wordsOf(values, letters);
  if (MOST_CALLS > 0) given.push(MOST_CALLS);
  running++;
  suspendedFunction = index;
  fuel = SLICE_FUEL;
  fuelGiven = fuel;
  slice(target, given, letters, words, done);
}

/** The next slice of what is suspended, once it has paid what it has overdrawn. */
export function goOn(): void {
  const next = suspended;
  if (!next) return;
  fuelGiven += SLICE_FUEL;
  fuelLeft += SLICE_FUEL;
  if (fuelLeft < 0) {
    setTimeout(goOn, 0);
    return;
  }
  // Any point but 0; and no fuel until the last function is where it was.
  resumePoint = 1;
  fuel = -1;
  next();
}
