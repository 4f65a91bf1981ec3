// The exports of a module on the board: functions with their properties, and globals. Written for Espruino: no hoisting, no rest arguments.

import { type Done, later, resultsOf, type Value, type WordFunction, type Words, wordsOf } from './calls.js';
import { endLimit, fuelUsed, limitFuel } from './fuel.js';
import { callInSlices } from './slices.js';
import { restoreCall, saveCall } from './snapshot.js';
import { running } from './state.js';
import { seal, verify } from './verification.js';

// Constants of the build.
/** Whether calls can be given fuel: else fuel.ts is not there. */
declare const LIMITS: boolean;
/** VerificationLevel: without it, verification.ts is not there. */
declare const VERIFICATION: number;
/** Whether a call may be made while another one runs, or is suspended. */
declare const NESTS: boolean;

/**
 * The `async` of every export: calls back when the call is done, which stops everything else until then. One for all of them,
 * which is told by `this` what to call.
 */
export function callAsync(this: { apply(self: null, values: unknown): unknown }): unknown {
  // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
  const values = arguments as unknown as (Value | Done)[];
  // Made before it is handed on: nested, the calls would take more of the C stack.
  const run = (done: Done) => () => {
    let error: unknown;
    let result: unknown;
    try {
      result = this.apply(null, values);
    } catch (caught) {
      error = caught;
    }
    done(error, result);
  };
  const last = values[values.length - 1];
  if (typeof last === 'function') {
    if (NESTS) later(run(last as Done));
    else run(last as Done)();
    return undefined;
  }
  return new Promise((resolve, reject) => {
    const ready = run((error, result) => (error ? reject(error) : resolve(result)));
    if (NESTS) later(ready);
    else ready();
  });
}

/** A call that does not go in slices. */
export function callToEnd(run: () => unknown, done: Done): void {
  let error: unknown;
  let result: unknown;
  try {
    result = run();
  } catch (caught) {
    error = caught;
  }
  done(error, result);
}

/** A function that calls an exported one; the rest is added to it. */
export interface Direct {
  apply(self: null, values: unknown[]): unknown;
  async: unknown;
  save: unknown;
  restore: unknown;
  withFuel: unknown;
  fuelUsed: unknown;
}

/** A call may be given fuel: used up, it traps. How much the last call used is known with and without a limit. */
function exportWithFuel(direct: Direct): void {
  direct.withFuel = function (limit: number): unknown {
    const values: unknown[] = [];
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    for (let index = 1; index < arguments.length; index++) values.push(arguments[index]);
    const kept = limitFuel(limit, running > 0);
    try {
      return direct.apply(null, values);
    } finally {
      endLimit(kept);
    }
  };
  direct.fuelUsed = fuelUsed;
}

/** Returns the export of a function on the board. */
export function exportFunction(direct: Direct): Direct {
  direct.async = callAsync;
  if (LIMITS) exportWithFuel(direct);
  return direct;
}

/** Returns the export of a function whose `async` runs in slices: `index` is its index, and `words` is as in `call`. */
export function exportResumable(
  direct: Direct,
  target: WordFunction,
  letters: string,
  words: Words,
  index: number,
): Direct {
  exportFunction(direct);
  direct.async = function (): unknown {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    const values = arguments as unknown as (Value | Done)[];
    const run = (done: Done) => later(() => callInSlices(values as Value[], done, target, letters, words, index));
    const last = values[values.length - 1];
    if (typeof last === 'function') {
      run(last as Done);
      return undefined;
    }
    return new Promise((resolve, reject) => run((error, result) => (error ? reject(error) : resolve(result))));
  };
  direct.save = (): Uint8Array => saveCall(index);
  direct.restore = (snapshot: Uint8Array, done: Done): void => {
    restoreCall(index, snapshot, target, letters, words, done);
  };
  return direct;
}

/** An exported global: an object with the value, which is converted as an argument is. */
export function exportGlobal(
  letter: string,
  get: () => unknown[],
  set: (low: unknown, high: unknown) => void,
): unknown {
  return {
    get value(): unknown {
      return resultsOf(get(), ':' + letter);
    },
    set value(given: unknown) {
      const words = wordsOf([given as Value], letter + ':');
      if (VERIFICATION > 0) verify();
      set(words[0], words[1]);
      if (VERIFICATION > 0) seal(running > 0);
    },
  };
}

/** Setter of an immutable global. */
export function setConstant(): never {
  throw new Error('the global does not change');
}
