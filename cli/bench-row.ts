// The options and results of `tazzina bench`, shared by its commands and its chart.

import type { VerificationLevel } from '../src/safety/index.js';

/** One tier at one level. */
export interface BenchRow {
  name: string;
  /** Time of one call; undefined if it did not end or was not built. */
  seconds?: number;
  /** The slowest of the rounds as a multiple of the median; of an estimate there is one. */
  spread?: number;
  jsVars?: number;
  storage?: number;
  /** Why there is no time. */
  why?: string;
}

export interface BenchOptions {
  invoke?: string;
  board?: string;
  verification?: VerificationLevel[];
  tier?: string[];
  imports?: string;
  wit?: string;
  world?: string;
  types?: string;
  json?: boolean;
  chart?: string;
}

/** Three digits. */
export function secondsText(seconds: number): string {
  const [unit, factor] =
    seconds >= 1 ? ['s', 1] : seconds >= 1e-3 ? ['ms', 1e3] : seconds >= 1e-6 ? ['µs', 1e6] : ['ns', 1e9];
  return `${Number((seconds * Number(factor)).toPrecision(3))} ${unit}`;
}
