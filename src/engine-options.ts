// The options of an engine besides its capacities, and the type of host functions.

import type { Engine } from './engine.js';
import type { VerificationLevel } from './safety/verification-level.js';

/** Reads its arguments with `getI32(0)` and so on, and writes its results with `setI32(0, …)`. Results overwrite arguments. */
export type HostFunction = (engine: Engine) => void;

export interface EngineOptions {
  /** A module may declare more memory than there is: accesses past `memoryBytes` trap, memory.grow past it returns -1. */
  partialMemory?: boolean;
  /**
   * With `partialMemory`, the first address of the bytes that there are: memories that declare more than that have a window of
   * `memoryBytes` bytes from there on. Accesses below it trap. Default: 0.
   */
  memoryStart?: number;
  /** Linear memory to use instead of allocating it: `memories` times `memoryBytes` bytes. */
  memoryBuffer?: ArrayBuffer;
  /**
   * Called when memory.grow reaches the end of the buffer: returns a buffer of at least `bytes` bytes with the old
   * contents, or null. Only for an engine with one memory.
   */
  growMemory?: (bytes: number) => ArrayBuffer | null;
  /**
   * How much work is spent on detecting changes of the engine's own state by something else. Default: the level of the build
   * (`safety_sampling` and similar), or None. Above None, all of linear memory is verified before, and summed again after, every
   * host function and every return to the embedder, because these may write to it.
   */
  verification?: VerificationLevel;
  /** Host functions and embedder announce their writes with `memoryWritten`: linear memory is then always covered, at little cost. */
  announcedWrites?: boolean;
  /** Lowers to plain instructions only, without fusing them: another interpreter then has fewer instructions to implement. */
  plainCode?: boolean;
  /** Code counts its work, for `executionStats`. This takes five more words of code and one more instruction for each run. */
  counting?: boolean;
  /** A clock in milliseconds, from any start: with it, `executionStats` has the time that verification took. */
  clock?: () => number;
  /** Called after every memory.grow that succeeded. */
  memoryGrown?: (memory: number) => void;
}
