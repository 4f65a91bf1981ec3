// Damages the memory of collections, and expects what has to follow.

import { expect } from 'vitest';
import { IntegrityError } from '../../src/safety/integrity-error.js';
import { VerificationLevel } from '../../src/safety/verification-level.js';
import fc from '../properties.js';

export const levels = [
  VerificationLevel.None,
  VerificationLevel.Sampling,
  VerificationLevel.Standard,
  VerificationLevel.Full,
];
export const verifyingLevels = levels.slice(1);

/** A region in the midst of a buffer, whose other bytes are not to be touched. */
export function regionOf(bytes: number): { buffer: ArrayBuffer; byteOffset: number; untouched: () => boolean } {
  const before = 24;
  const buffer = new ArrayBuffer(before + bytes + 20);
  const all = new Uint8Array(buffer).fill(0xa5);
  return {
    buffer,
    byteOffset: before,
    untouched: () => [...all.subarray(0, before), ...all.subarray(before + bytes)].every((byte) => byte === 0xa5),
  };
}

/** A flipped bit, or another word. `where` chooses among the places. */
export interface Damage {
  where: number;
  bit: number;
  word: number | null;
}

export const damages: fc.Arbitrary<Damage> = fc.record({
  where: fc.nat(),
  bit: fc.nat(31),
  word: fc.option(fc.integer(), { nil: null }),
});

/** Damages one of the words with these indices. Returns which, or -1 if nothing changed. */
export function damageWord(buffer: ArrayBuffer, places: number[], { where, bit, word }: Damage): number {
  const words = new Int32Array(buffer, 0, buffer.byteLength >> 2);
  const place = places[where % places.length];
  const before = words[place];
  words[place] = word ?? before ^ (1 << bit);
  return words[place] === before ? -1 : place;
}

export function range(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => start + index);
}

export function caught(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
}

/** Throws an IntegrityError, which is thrown again by everything that is checked. */
export function expectLatched(name: string, validate: () => void, ...others: (() => unknown)[]): IntegrityError {
  const error = caught(validate);
  expect(error).toBeInstanceOf(IntegrityError);
  expect((error as IntegrityError).owner).toBe(name);
  for (const act of [validate, ...others]) expect(caught(act)).toBe(error);
  return error as IntegrityError;
}
