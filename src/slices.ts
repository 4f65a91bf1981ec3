// Runs long calls in slices of time; the rest of the program runs in between.

import type { Engine } from './engine.js';
import { CallStatus } from './status.js';

declare function setTimeout(callback: () => void, milliseconds: number): unknown;

/** Fuel of the first slice. */
const FIRST_FUEL = 1000;
const MOST_FUEL = 1e9;

/**
 * Calls a function, whose arguments have been set, for about `milliseconds` at a time, and returns after the first slice:
 * other code runs between the slices, and may call nothing in this engine until `onDone` is called, with what was thrown or
 * null. A slice is measured by its fuel, which follows how long the slices before it took.
 */
export function runSlices(
  engine: Engine,
  address: number,
  milliseconds: number,
  onDone: (error: unknown) => void,
): void {
  let fuel = FIRST_FUEL;
  function slice(): void {
    const start = Date.now();
    try {
      const status = engine.isSuspended ? engine.resume(fuel) : engine.call(address, fuel);
      if (status === CallStatus.Yielded) {
        const took = Date.now() - start;
        if (took * 2 < milliseconds && fuel < MOST_FUEL) fuel *= 2;
        else if (took > milliseconds && fuel > 1) fuel = Math.floor((fuel * milliseconds) / took) + 1;
        setTimeout(slice, 0);
        return;
      }
    } catch (error) {
      onDone(error);
      return;
    }
    onDone(null);
  }
  slice();
}
