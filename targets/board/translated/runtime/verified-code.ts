// Verification of the code of a translated program: the functions are in flash, and so is their sum.
// Written for Espruino: no hoisting, no rest arguments.

import { findDamage } from './verification.js';

declare const E: { CRC32(buffer: ArrayBuffer): number };
declare const PROGRAM_FILE: string;
declare const SUM_FILE: string;
declare function BOARD_REQUIRE(name: 'Storage'): { readArrayBuffer(name: string): ArrayBuffer };

export function verifyCode(): void {
  const storage = BOARD_REQUIRE('Storage');
  const sum = new Float64Array(storage.readArrayBuffer(SUM_FILE))[0];
  if (E.CRC32(storage.readArrayBuffer(PROGRAM_FILE)) !== sum) findDamage('the code');
}
