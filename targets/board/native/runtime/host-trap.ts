// Traps of what JavaScript does for machine code: reading memory for host functions and glue, calling by the table. No instruction of the
// module is at fault.
// Written for Espruino: no hoisting, no rest arguments.

// Constants of the build.
/** Words of the context. */
declare const TRAP_CODE: number;
declare const TRAP_PLACE: number;
// Of trap-place.ts.
declare function throwTrap(): never;
/** Written by the build. */
declare const context: Int32Array;

export function trap(code: number): never {
  context[TRAP_CODE] = code;
  // No place of machine code.
  context[TRAP_PLACE] = -2;
  throwTrap();
}
