// Around calls of functions that the user gives: what they return is converted, and what they throw tells which function it was.
// Written for Espruino: no hoisting, no rest arguments.

/** Converts a function's result to an i64. */
export function pairOf(value: unknown): number[] {
  if (value === undefined) return [0, 0];
  if (!value || (value as number[]).length !== 2) throw new Error('an i64 is [low, high]');
  return value as number[];
}

/** Ends the call that is running: `name` is that of the import. */
export function ownFailed(error: unknown, name: string): never {
  throw new Error(name + ': ' + ((error && (error as Error).message) || error));
}
