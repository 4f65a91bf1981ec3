// Loads and stores off the fast path: out of bounds, or not aligned.
// Written for Espruino: no hoisting, no rest arguments.

import { Trap } from '../../../../src/trap.js';
import { double, doubleBytes } from './state.js';
import { trap } from './traps.js';

/** Whether stores keep sums of memory, a constant of the build: else block-sums.ts is not there. */
declare const SUMS_BLOCKS: boolean;
// Written by the build.
declare let limit: number;
declare const bytes: Uint8Array;
// Declared in block-sums.ts.
declare function storeByte(at: number, value: number): void;
declare function storeWord(at: number, value: number): void;
declare function storeDouble(address: number, value: number, at: number): void;

/** The address without a sign, if so many bytes are there. */
export function checked(address: number, count: number, at: number): number {
  const from = address < 0 ? address + 4294967296 : address;
  if (from + count > limit) trap(Trap.MemoryOutOfBounds, at);
  return from;
}

export function load8(address: number, at: number): number {
  return bytes[checked(address, 1, at)];
}

export function load16_u(address: number, at: number): number {
  const from = checked(address, 2, at);
  return bytes[from] | (bytes[from + 1] << 8);
}

export function load16_s(address: number, at: number): number {
  return (load16_u(address, at) << 16) >> 16;
}

export function load32(address: number, at: number): number {
  const from = checked(address, 4, at);
  return bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16) | (bytes[from + 3] << 24);
}

export function load64(address: number, at: number): number {
  const from = checked(address, 8, at);
  for (let index = 0; index < 8; index++) doubleBytes[index] = bytes[from + index];
  return double[0];
}

export function store8(address: number, value: number, at: number): void {
  if (SUMS_BLOCKS) storeByte(checked(address, 1, at), value);
  else bytes[checked(address, 1, at)] = value;
}

export function store16(address: number, value: number, at: number): void {
  const from = checked(address, 2, at);
  if (SUMS_BLOCKS) {
    storeByte(from, value);
    storeByte(from + 1, value >> 8);
    return;
  }
  bytes[from] = value;
  bytes[from + 1] = value >> 8;
}

export function store32(address: number, value: number, at: number): void {
  const from = checked(address, 4, at);
  if (SUMS_BLOCKS) {
    storeWord(from, value);
    return;
  }
  bytes[from] = value;
  bytes[from + 1] = value >> 8;
  bytes[from + 2] = value >> 16;
  bytes[from + 3] = value >> 24;
}

export function store64(address: number, value: number, at: number): void {
  if (SUMS_BLOCKS) {
    storeDouble(address, value, at);
    return;
  }
  const from = checked(address, 8, at);
  double[0] = value;
  for (let index = 0; index < 8; index++) bytes[from + index] = doubleBytes[index];
}
