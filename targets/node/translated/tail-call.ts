// Tail calls: a function that makes one returns to its caller, which then makes the call. So a chain of tail calls takes no more of
// the JavaScript engine's stack than one call.

import type { WordFunction } from './function-reference.js';

/** Returned in the place of a result: a call is to be made. */
const PENDING = Symbol('tail call');

let pendingCall: WordFunction = () => undefined;
let pendingWords: unknown[] = [];

/** A function that makes tail calls has, besides the text that others call, one that returns them to be made. */
interface TailCalling extends WordFunction {
  body?: WordFunction;
}

/** Leaves a call to be made by `finish`. The words stand behind a null, without which an array would make NaNs quiet. */
export function tail(call: TailCalling, words: unknown[]): unknown {
  pendingCall = call.body ?? call;
  pendingWords = words;
  return PENDING;
}

/** The first word of the result, once all pending calls have been made. */
export function finish(returned: unknown): unknown {
  let result = returned;
  while (result === PENDING) {
    const words = pendingWords;
    pendingWords = [];
    result = Reflect.apply(pendingCall, null, words.slice(1));
  }
  return result;
}
