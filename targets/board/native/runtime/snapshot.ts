// Snapshots of machine code: a call that is suspended between two slices, as bytes, which the same program goes on from, after a restart
// too. The context has all of its state but linear memory. Frames hold addresses: the program has to lie where it was.
// Written for Espruino: no hoisting, no rest arguments.

import type { Done, Words } from '../../translated/runtime/calls.js';
import { seal, verify } from '../../translated/runtime/verification.js';
import { goOn, waitForSlice } from './slices.js';

declare const E: { CRC32(buffer: ArrayBuffer): number };
// Declared in slices.ts, fuel.ts and state.ts.
declare let suspended: unknown;
declare let suspendedFunction: number;
declare let fuelGiven: number;
declare let running: number;
// Written by the build.
declare const context: Int32Array;
declare const bytes: Uint8Array;

// Constants of the build.
declare const PROGRAM_SUM: number;
/** VerificationLevel: without it, verification.ts is not there. */
declare const VERIFICATION: number;
/** Words of the context: where code, memory and saved frames lie, and what is left. */
declare const IMAGE_BASE: number;
declare const MEMORY_BASE: number;
declare const STASH: number;
declare const MEMORY_SIZE: number;
declare const FUEL_LEFT: number;
/** The saved part of the context. */
declare const FIRST_SAVED: number;
declare const END_SAVED: number;

/** Numbers in front: sum of the rest, program, function, three addresses, bytes of memory, fuel, fuel of all slices in two parts. */
const HEADER = 10;
const PART = 1e9;

/** Throws if no call of the function is suspended. */
export function saveCall(index: number): Uint8Array {
  if (!suspended || suspendedFunction !== index) throw new Error('no call of the function is suspended');
  if (VERIFICATION > 0) verify();
  const size = context[MEMORY_SIZE];
  const count = HEADER + END_SAVED - FIRST_SAVED;
  const buffer = new ArrayBuffer(count * 4 + size);
  const numbers = new Int32Array(buffer, 0, count);
  const addresses = [context[IMAGE_BASE], context[MEMORY_BASE], context[STASH]];
  numbers.set([0, PROGRAM_SUM, index]);
  numbers.set(addresses, 3);
  numbers.set([size, context[FUEL_LEFT], fuelGiven % PART, Math.floor(fuelGiven / PART)], 6);
  for (let at = FIRST_SAVED; at < END_SAVED; at++) numbers[HEADER + at - FIRST_SAVED] = context[at];
  const memory = new Uint8Array(buffer, count * 4, size);
  for (let at = 0; at < size; at++) memory[at] = bytes[at];
  numbers[0] = E.CRC32(buffer);
  return new Uint8Array(buffer);
}

/** Goes on from what was saved; the call before it is lost. Throws, and changes nothing, if it is not that of this program. */
export function restoreCall(
  index: number,
  snapshot: Uint8Array,
  _begin: unknown,
  letters: string,
  words: Words,
  done: Done,
): void {
  const buffer = new ArrayBuffer(snapshot.length);
  new Uint8Array(buffer).set(snapshot);
  const numbers = new Int32Array(buffer, 0, snapshot.length >> 2);
  const sum = numbers[0];
  numbers[0] = 0;
  if (snapshot.length < HEADER * 4 || sum !== (E.CRC32(buffer) | 0))
    throw new Error('this is no snapshot, or a damaged one');
  if (numbers[1] !== PROGRAM_SUM || numbers[2] !== index)
    throw new Error('the snapshot is of another program or function');
  if (numbers[3] !== context[IMAGE_BASE] || numbers[4] !== context[MEMORY_BASE] || numbers[5] !== context[STASH])
    throw new Error('the snapshot is of the program at other addresses');
  if (running > 0 && !suspended) throw new Error('another call is running');
  const size = numbers[6];
  context[MEMORY_SIZE] = size;
  context[FUEL_LEFT] = numbers[7];
  fuelGiven = numbers[8] + numbers[9] * PART;
  for (let at = FIRST_SAVED; at < END_SAVED; at++) context[at] = numbers[HEADER + at - FIRST_SAVED];
  const memory = new Uint8Array(buffer, snapshot.length - size, size);
  for (let at = 0; at < size; at++) bytes[at] = memory[at];
  if (!suspended) {
    running++;
    setTimeout(goOn, 0);
  }
  if (VERIFICATION > 0) seal(true);
  suspendedFunction = index;
  waitForSlice(letters, words, done);
}
