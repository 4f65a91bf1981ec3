// Calls of translated functions from outside: by who uses the exports, and by host functions.
// Written for Espruino: no hoisting, no rest arguments.

import { fillFuel, leaveSlice, returnToSlice } from './fuel.js';
import { double, single } from './state.js';
import { causeOf, seal, verify, verifyBehind } from './verification.js';

// Constants of the build.
/** How deep calls may go; 0 if nobody counts. */
declare const MOST_CALLS: number;
/** Whether the compiler on the board gets functions. */
declare const JITTED: boolean;
/** Whether no function that can be called from outside has more than one word of results. */
declare const SINGLE_RESULTS: boolean;
/** Whether exported functions take floats. */
declare const FLOAT_ARGUMENTS: boolean;
declare const HOST_EXITS: boolean;
/** Whether the functions count fuel: else fuel.ts is not there. */
declare const FUEL: boolean;
/** VerificationLevel: without it, verification.ts is not there. */
declare const VERIFICATION: number;
/** Whether functions yield, also those of machine code. */
declare const RESUMABLE: boolean;
/** Whether translated functions yield: else slices.ts of this folder is not there. */
declare const SAVES_FRAMES: boolean;
// Declared in slices.ts and state.ts.
declare let suspended: unknown;
declare let resumePoint: number;
declare let slicing: boolean;
declare let x: number;
declare let exitCode: number;
declare let running: number;

export type Value = number | number[] | null;
export type Done = (error: unknown, result?: unknown) => void;

/** The words of values: an i64 is an array of its low and its high word. */
export function wordsOf(values: ArrayLike<Value>, letters: string): unknown[] {
  const all: unknown[] = [];
  const count = letters.indexOf(':');
  for (let index = 0; index < count; index++) {
    const letter = letters[index];
    const value = values[index];
    if (letter === 'I') {
      all.push((value as number[])[0] | 0);
      all.push((value as number[])[1] | 0);
    } else if (FLOAT_ARGUMENTS && letter === 'f') {
      // A NaN keeps its bits only where it does not go through a Float32Array.
      if (value === value) single[0] = value as number;
      all.push(value === value ? single[0] : value);
    } else if (FLOAT_ARGUMENTS && letter === 'F') {
      double[0] = value as number;
      all.push(double[0]);
    } else all.push(letter === 'i' ? (value as number) | 0 : value === undefined ? null : value);
  }
  return all;
}

/** Returns one result itself, or several as an array. The words start at 1. */
export function resultsOf(words: unknown[], letters: string): unknown {
  const all: unknown[] = [];
  let word = 1;
  for (let index = letters.indexOf(':') + 1; index < letters.length; index++) {
    if (letters[index] === 'I') all.push([words[word++], words[word]]);
    else all.push(words[word]);
    word++;
  }
  return all.length > 1 ? all : all[0];
}

export const waiting: (() => void)[] = [];

/** Runs what had to wait. */
export function runWaiting(): void {
  while (running === 0 && waiting.length > 0) waiting.shift()!();
}

export type WordFunction = { apply(self: null, words: unknown[]): unknown };
export type Words = (first: unknown) => unknown[];

/** A call to its end. `words` gives all words of the result, if there are more than the one that the function returns. */
export function call(target: WordFunction, values: ArrayLike<Value>, letters: string, words?: Words): unknown {
  const isInSlice = SAVES_FRAMES && slicing;
  // Between two slices, what is suspended has a point where it goes on.
  if (RESUMABLE && suspended && !(SAVES_FRAMES && resumePoint === 0))
    throw new Error('another call is running: take .async, which waits for it');
  if (VERIFICATION > 0 && running === 0) verify();
  if (JITTED) x = 0;
  if (FUEL && running === 0) fillFuel();
  if (isInSlice) leaveSlice();
  running++;
  try {
    // In sequence, because nested calls would take more of the C stack.
    const given = wordsOf(values, letters);
    if (MOST_CALLS > 0) given.push(MOST_CALLS);
    const first = target.apply(null, given);
    if (VERIFICATION > 2) verifyBehind();
    if (SINGLE_RESULTS) return letters[letters.length - 1] === ':' ? undefined : first;
    return resultsOf(words ? words(first) : [null, first], letters);
  } catch (error) {
    if (VERIFICATION > 2) {
      const cause = causeOf(error);
      if (cause !== error) throw cause;
    }
    if (!HOST_EXITS || exitCode !== 0) throw error || new Error('failed');
    exitCode = -1;
  } finally {
    // A host function that made the call may throw.
    if (JITTED) x = -1;
    running--;
    if (isInSlice) returnToSlice();
    if (VERIFICATION > 0 && running === 0) seal(false);
  }
  return undefined;
}

/** When nothing else of the program runs. Calls that do not go in slices have ended when the firmware is idle. */
export function later(run: () => void): void {
  if (running === 0) run();
  else if (RESUMABLE) {
    waiting.push(run);
    setTimeout(runWaiting, 0);
  } else setTimeout(run, 0);
}
