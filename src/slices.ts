// Runs long calls in slices of time; the rest of the program runs in between.

import type { Engine } from './engine.js';
import { CallStatus } from './status.js';

declare function setTimeout(callback: () => void, milliseconds: number): unknown;

/** Fuel of the first slice. */
const FIRST_FUEL = 1000;
const MOST_FUEL = 1e9;

/**
 * Calls a function, whose arguments have been set, in slices of about `milliseconds`, and returns after the first slice.
 * Other code runs between the slices. It must not call functions of this engine until `onDone` is called, with the error that was
 * thrown or null. The fuel of a slice is adjusted to how long the earlier slices took.
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
