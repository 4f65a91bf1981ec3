// Build-time options of verification: constants that the bundler replaces, so that code which they exclude is left out. This file
// imports nothing: only then does esbuild inline the constants into other files.

declare const safety_none: boolean;
declare const safety_sampling: boolean;
declare const safety_standard: boolean;
declare const safety_full: boolean;
declare const optimize_hot_paths: boolean;
declare const operation_counts: boolean;

/** False only in a build with `safety_none`: then nothing is verified, whatever level is asked for. */
export const VERIFICATION = typeof safety_none === 'undefined' ? true : !safety_none;

/** The default level that the build sets. If it sets none, the level is Standard. */
export const SAFETY_SAMPLING = typeof safety_sampling === 'undefined' ? false : safety_sampling;
export const SAFETY_STANDARD = typeof safety_standard === 'undefined' ? false : safety_standard;
export const SAFETY_FULL = typeof safety_full === 'undefined' ? false : safety_full;

/** Whether `hotPathLevel` lowers levels. */
export const OPTIMIZE_HOT_PATHS = typeof optimize_hot_paths === 'undefined' ? false : optimize_hot_paths;

/** False in a build with `operation_counts` set to false: operations are then not counted. */
export const COUNTING = typeof operation_counts === 'undefined' ? true : operation_counts;
