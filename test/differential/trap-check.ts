// Checks the trap module of a seed: which trap is told, and where, with binaryen and without, translated in both dialects.
import { checkOptimised } from './optimised-check.js';
import type { Checked } from './random-check.js';
import { checkAnyWay, checkOnBoard } from './translated-check.js';
import { trapModule } from './trap-module.js';

/** Optimised each time, and in one other way. `Error.stackTraceLimit` must not be 0. */
export async function checkTraps(seed: number): Promise<Checked> {
  const module = trapModule(seed);
  const { calls, traps, differences } = await checkOptimised(module, seed);
  // A program for a board takes ten times as long.
  const other =
    seed % 8 === 7 ? await checkOnBoard(seed >> 3, module, (seed >> 3) % 2 === 0) : checkAnyWay(seed, module);
  return { calls, traps, differences: [...differences, ...other.differences] };
}
