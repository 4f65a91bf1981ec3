// Snapshots of translated programs: a call that is suspended between two slices, as bytes, which the same program goes on from,
// after a restart too. In front of the bytes of linear memory are numbers: what is 8 bytes holds any value of the program.
// Written for Espruino: no hoisting, no rest arguments.

import { sumUp } from './block-sums.js';
import type { Done, WordFunction, Words } from './calls.js';
import { setPages } from './memory.js';
import { goOn, saved, slice } from './slices.js';
import { pages } from './state.js';
import { seal, verify } from './verification.js';

declare const E: { CRC32(buffer: ArrayBuffer): number };
// Declared in slices.ts, fuel.ts and state.ts.
declare let savedTop: number;
declare let suspended: unknown;
declare let resumePoint: number;
declare let suspendedFunction: number;
declare let fuelLeft: number;
declare let fuelGiven: number;
declare let running: number;
// Written by the build.
declare let limit: number;
declare const bytes: Uint8Array;
declare const dataSegments: number[];
/** Returns or sets the module's variables and tables; null is a NaN. */
declare function moduleState(): number[];
declare function setModuleState(values: Float64Array, from: number): void;

// Constants of the build.
declare const PROGRAM_SUM: number;
declare const MOST_CALLS: number;
/** VerificationLevel: without it, verification.ts is not there. */
declare const VERIFICATION: number;
/** Whether stores keep sums of memory: else block-sums.ts is not there. */
declare const SUMS_BLOCKS: boolean;

/** Numbers in front: sum of the rest, program, function, frames, fuel, pages, size of memory, data segments. */
const HEADER = 9;

/** Throws if no call of the function is suspended: one that a slice is running of is not. */
export function saveCall(index: number): Uint8Array {
  if (!suspended || resumePoint === 0 || suspendedFunction !== index)
    throw new Error('no call of the function is suspended');
  if (VERIFICATION > 0) verify();
  const state = moduleState();
  const count = HEADER + dataSegments.length + savedTop + state.length;
  const buffer = new ArrayBuffer(count * 8 + limit);
  const numbers = new Float64Array(buffer, 0, count);
  numbers.set([0, PROGRAM_SUM, index, savedTop, fuelLeft, fuelGiven, pages, limit, dataSegments.length]);
  numbers.set(dataSegments, HEADER);
  for (let at = 0; at < savedTop; at++) numbers[HEADER + dataSegments.length + at] = saved[at];
  numbers.set(state, HEADER + dataSegments.length + savedTop);
  const memory = new Uint8Array(buffer, count * 8, limit);
  for (let at = 0; at < limit; at++) memory[at] = bytes[at];
  numbers[0] = E.CRC32(buffer);
  return new Uint8Array(buffer);
}

/** Goes on from what was saved; the call before it is lost. Throws, and changes nothing, if it is not that of this program. */
export function restoreCall(
  index: number,
  snapshot: Uint8Array,
  target: WordFunction,
  letters: string,
  words: Words,
  done: Done,
): void {
  const buffer = new ArrayBuffer(snapshot.length);
  new Uint8Array(buffer).set(snapshot);
  const numbers = new Float64Array(buffer, 0, snapshot.length >> 3);
  const sum = numbers[0];
  numbers[0] = 0;
  if (snapshot.length < HEADER * 8 || sum !== E.CRC32(buffer)) throw new Error('this is no snapshot, or a damaged one');
  if (numbers[1] !== PROGRAM_SUM || numbers[2] !== index)
    throw new Error('the snapshot is of another program or function');
  if (running > 0 && (!suspended || resumePoint === 0)) throw new Error('another call is running');
  setPages(numbers[6]);
  const size = numbers[7];
  for (let at = 0; at < dataSegments.length; at++) dataSegments[at] = numbers[HEADER + at];
  savedTop = numbers[3];
  for (let at = 0; at < savedTop; at++) saved[at] = numbers[HEADER + dataSegments.length + at];
  setModuleState(numbers, HEADER + dataSegments.length + savedTop);
  const memory = new Uint8Array(buffer, snapshot.length - size, size);
  for (let at = 0; at < size; at++) bytes[at] = memory[at];
  fuelLeft = numbers[4];
  fuelGiven = numbers[5];
  const given: unknown[] = [];
  for (let at = 0; at < letters.indexOf(':'); at++) {
    given.push(0);
    if (letters[at] === 'I') given.push(0);
  }
  if (MOST_CALLS > 0) given.push(MOST_CALLS);
  if (!suspended) {
    running++;
    setTimeout(goOn, 0);
  }
  if (SUMS_BLOCKS) sumUp();
  if (VERIFICATION > 0) seal(true);
  suspendedFunction = index;
  // Not 0: no other call runs before the next slice.
  resumePoint = 1;
  suspended = () => slice(target, given, letters, words, done);
}
