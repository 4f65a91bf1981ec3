// Traps are small integers, 0 = none, with the specification's wording (as its tests expect it) in one table.

export enum Trap {
  None = 0,
  Unreachable = 1,
  MemoryOutOfBounds = 2,
  DivideByZero = 3,
  IntegerOverflow = 4,
  InvalidConversion = 5,
  TableOutOfBounds = 6,
  UndefinedElement = 7,
  UninitializedElement = 8,
  IndirectCallTypeMismatch = 9,
  CallStackExhausted = 10,
  Host = 11,
}

export const TRAP_COUNT = 12;

/** The specification's words for a trap. */
export function trapMessage(trap: number): string {
  if (trap === Trap.Unreachable) return 'unreachable';
  if (trap === Trap.MemoryOutOfBounds) return 'out of bounds memory access';
  if (trap === Trap.DivideByZero) return 'integer divide by zero';
  if (trap === Trap.IntegerOverflow) return 'integer overflow';
  if (trap === Trap.InvalidConversion) return 'invalid conversion to integer';
  if (trap === Trap.TableOutOfBounds) return 'out of bounds table access';
  if (trap === Trap.UndefinedElement) return 'undefined element';
  if (trap === Trap.UninitializedElement) return 'uninitialized element';
  if (trap === Trap.IndirectCallTypeMismatch) return 'indirect call type mismatch';
  if (trap === Trap.CallStackExhausted) return 'call stack exhausted';
  return 'host function failed';
}
