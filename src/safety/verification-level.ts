// How much work is spent on detecting corruption of the engine's own state. The sandbox is the same at every level.

import { OPTIMIZE_HOT_PATHS, SAFETY_FULL, SAFETY_SAMPLING, SAFETY_STANDARD, VERIFICATION } from './build.js';

/** Each level finds whatever the one below it finds, no later, and costs no less. */
export enum VerificationLevel {
  /** Nothing is verified: no checksums, no guard words. */
  None = 0,
  /** One operation in 1024, and critical ones. */
  Sampling = 1,
  /** One operation in 128; initialisation and critical operations. */
  Standard = 2,
  /** One operation in 32, and every operation on a whole collection. */
  Full = 3,
}

/** Returns the highest level that the build sets, or `otherwise`. */
function buildLevel(otherwise: VerificationLevel): VerificationLevel {
  if (!VERIFICATION) return VerificationLevel.None;
  if (SAFETY_FULL) return VerificationLevel.Full;
  if (SAFETY_STANDARD) return VerificationLevel.Standard;
  return SAFETY_SAMPLING ? VerificationLevel.Sampling : otherwise;
}

/** The level of a collection that is not given one: what the build says, else Standard. */
export const DEFAULT_VERIFICATION: VerificationLevel = buildLevel(VerificationLevel.Standard);

/** The level of an engine that is not given one: what the build says, else None. */
export const DEFAULT_ENGINE_VERIFICATION: VerificationLevel = buildLevel(VerificationLevel.None);

/** The level that is in force where `level` is asked for: None in a build without verification. */
export function effectiveLevel(level: VerificationLevel): VerificationLevel {
  return VERIFICATION ? level : VerificationLevel.None;
}

/** The level for a collection of a hot path: at most Sampling in a build with `optimize_hot_paths`, else `level`. */
export function hotPathLevel(level: VerificationLevel): VerificationLevel {
  return effectiveLevel(OPTIMIZE_HOT_PATHS && level > VerificationLevel.Sampling ? VerificationLevel.Sampling : level);
}

/**
 * Returns the number of operations on a block per verification of the block, of the next block in turn, and of the guard words. At None
 * nothing is verified, and the operations are only counted.
 */
export function validationInterval(level: VerificationLevel): number {
  if (level === VerificationLevel.None) return 0x40000000;
  if (level === VerificationLevel.Sampling) return 1024;
  return level === VerificationLevel.Standard ? 128 : 32;
}

/** The least importance that makes an operation on a range verify all of it; above all importances for None. */
export function validationImportance(level: VerificationLevel): number {
  if (level === VerificationLevel.None) return 256;
  if (level === VerificationLevel.Sampling) return 200;
  return level === VerificationLevel.Standard ? 180 : 0;
}

/** `none`, `sampling`, `standard`, `full`. */
export function verificationLevelName(level: VerificationLevel): string {
  if (level === VerificationLevel.None) return 'none';
  if (level === VerificationLevel.Sampling) return 'sampling';
  return level === VerificationLevel.Standard ? 'standard' : 'full';
}
