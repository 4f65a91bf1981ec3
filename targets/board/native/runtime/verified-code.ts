// Verification of the code of a program of machine code: the program as that of translated programs, and the machine code where it is
// executed.
// Written for Espruino: no hoisting, no rest arguments.

import { findDamage } from '../../translated/runtime/verification.js';

declare const E: { CRC32(data: ArrayBuffer | string): number };
declare const PROGRAM_FILE: string;
declare const SUM_FILE: string;
declare const CODE_SUM: number;
declare function BOARD_REQUIRE(name: 'Storage'): { readArrayBuffer(name: string): ArrayBuffer };
/** Written by the build. */
declare let machineCode: string;

export function verifyCode(): void {
  const storage = BOARD_REQUIRE('Storage');
  const sum = new Float64Array(storage.readArrayBuffer(SUM_FILE))[0];
  if (E.CRC32(storage.readArrayBuffer(PROGRAM_FILE)) !== sum || E.CRC32(machineCode) !== CODE_SUM)
    findDamage('the code');
}
