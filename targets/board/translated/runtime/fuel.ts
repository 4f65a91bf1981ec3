// Fuel of translated programs that count it. The functions take from one variable; what happens when it is used up is here.
// Written for Espruino: no hoisting, no rest arguments.

import { place } from './traps.js';

/** `require`, by a name that bundling leaves alone. */
declare function BOARD_REQUIRE(name: 'Storage'): { readArrayBuffer(name: string): ArrayBuffer | undefined };
/** Position of a trap, fuel that falls due before it, and where it is charged: sorted by when it falls due. */
declare const FUEL_FILE: string;
/** Whether functions yield: else slices.ts is not there. */
declare const RESUMABLE: boolean;
/** Whether functions are compiled on the board: exceptions do not leave them. */
declare const JITTED: boolean;
// Declared in slices.ts and state.ts.
declare let slicing: boolean;
declare let owed: number;
declare let x: number;

/** Remaining fuel of the call, below 0 if it is used up. Numbers up to this limit are exact, and a call that uses as much never ends. */
export let fuel = 9007199254740991;
/** Fuel of the current call, and of the next one. */
export let fuelGiven = 9007199254740991;
export let fuelOfNext = 9007199254740991;

/**
 * Several charges in one: the first is at `at`, each further one has its fuel and its position among the arguments. The one
 * that used up the fuel is found, and those behind it are taken back. In a slice, the function yields where it can.
 */
export function outOfFuel(at: number): void {
  if (RESUMABLE && slicing) {
    // An overdraft is owed until a function can yield: a loop takes a negative value for its own end.
    owed -= fuel;
    fuel = 0;
    return;
  }
  // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
  const more = arguments as unknown as number[];
  let where = at;
  let next = 1;
  for (let index = 1; index < more.length; index += 2) fuel += more[index];
  while (fuel >= 0 && next < more.length) {
    fuel -= more[next];
    where = more[next + 1];
    next += 2;
  }
  if (JITTED) x = -1;
  throw new Error('out of fuel' + place(where));
}

/** Takes what falls due before the trap at a position. */
export function settleFuel(at: number): void {
  const file = BOARD_REQUIRE('Storage').readArrayBuffer(FUEL_FILE);
  const rows = file ? new Int32Array(file) : [];
  for (let row = 0; row < rows.length; row += 3) {
    if (rows[row] !== at) continue;
    fuel -= rows[row + 1];
    if (fuel < 0) outOfFuel(rows[row + 2]);
  }
}

/** Before a call from outside. */
export function fillFuel(): void {
  fuel = fuelOfNext;
  fuelGiven = fuel;
  fuelOfNext = 9007199254740991;
}

/**
 * Limits the next call. A host function's call gets a part of the remaining fuel, except in a slice, which has little. Returns the fuel
 * that is kept back until `endLimit`.
 */
export function limitFuel(limit: number, isInside: boolean): number {
  if (!isInside || (RESUMABLE && slicing)) {
    fuelOfNext = limit;
    return 0;
  }
  const kept = fuel > limit ? fuel - limit : 0;
  fuel -= kept;
  fuelGiven -= kept;
  return kept;
}

/** When that call is over, or was refused. */
export function endLimit(kept: number): void {
  fuelOfNext = 9007199254740991;
  fuel += kept;
  fuelGiven += kept;
}

/** Fuel of a slice less that of the call that a host function makes during it. */
let sliceMore = 0;

/** Called when a host function calls an export during a slice: that call runs to its end. */
export function leaveSlice(): void {
  sliceMore = fuel - fuelOfNext;
  slicing = false;
  fuel = fuelOfNext;
  fuelOfNext = 9007199254740991;
}

/** Called when that call has ended: the slice pays for what it used. */
export function returnToSlice(): void {
  fuel += sliceMore;
  if (fuel < 0) {
    owed -= fuel;
    fuel = 0;
  }
  slicing = true;
}

/** Returns the fuel of the last call from outside. */
export function fuelUsed(): number {
  return fuelGiven - fuel;
}
