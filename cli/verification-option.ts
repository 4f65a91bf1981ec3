// The value of --verification.

import { InvalidArgumentError } from 'commander';
import { VerificationLevel, verificationLevelName } from '../src/safety/verification-level.js';

const { None, Sampling, Standard, Full } = VerificationLevel;
export const VERIFICATION_LEVELS: readonly VerificationLevel[] = [None, Sampling, Standard, Full];

/** Throws InvalidArgumentError. */
export function verificationLevel(text: string): VerificationLevel {
  const level = VERIFICATION_LEVELS.find((each) => verificationLevelName(each) === text);
  if (level === undefined) throw new InvalidArgumentError('write none, sampling, standard or full');
  return level;
}
