// Tail calls: a function that makes one returns to who called it, who makes the call.
// Written for Espruino: no hoisting, no rest arguments.

interface TailCalling {
  apply(self: null, words: unknown[]): unknown;
  body?: TailCalling;
}

/** Returned in the place of a result: a call is to be made. */
export const PENDING = {};
export let pendingCall: TailCalling;
export let pendingWords: unknown[];

export function tail(call: TailCalling, words: unknown[]): unknown {
  pendingCall = call.body || call;
  pendingWords = words;
  return PENDING;
}

export function finish(returned: unknown): unknown {
  let result = returned;
  while (result === PENDING) result = pendingCall.apply(null, pendingWords);
  return result;
}
