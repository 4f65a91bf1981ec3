// How much work is spent on detecting corruption of the engine's own state. The sandbox is the same at every level.

import { OPTIMIZE_HOT_PATHS, SAFETY_FULL, SAFETY_SAMPLING, SAFETY_STANDARD, VERIFICATION } from './build.js';

/** Each level finds whatever the one below it finds, no later, and costs no less. */
export enum VerificationLevel {
  /** Nothing is verified: no checksums, no guard words. */
  None = 0,
  /** One operation in 64, and critical ones. */
  Sampling = 1,
  /** One operation in 16; initialisation and critical operations. */
  Standard = 2,
  /** Every operation verifies what it touches before it touches it; one in 8 also looks at what no operation touches. */
  Full = 3,
}

/** What the build says, of several the highest, else `otherwise`. */
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

/** Of so many operations one verifies more than what it touches. 0 for None. */
export function validationThreshold(level: VerificationLevel): number {
  if (level === VerificationLevel.None) return 0;
  if (level === VerificationLevel.Sampling) return 64;
  return level === VerificationLevel.Standard ? 16 : 8;
}

/** The least importance that makes every operation verify what it touches; above all importances for None. */
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
