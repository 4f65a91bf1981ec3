// The options of an engine besides its capacities, and the type of host functions.

import type { Engine } from './engine.js';
import type { VerificationLevel } from './safety/verification-level.js';

/** Reads its arguments with `getI32(0)` and so on, writes its results with `setI32(0, …)`, which take the arguments' place. */
export type HostFunction = (engine: Engine) => void;

export interface EngineOptions {
  /** A module may declare more memory than there is: accesses past `memoryBytes` trap, memory.grow past it returns -1. */
  partialMemory?: boolean;
  /** Linear memory to use instead of allocating it: `memories` times `memoryBytes` bytes. */
  memoryBuffer?: ArrayBuffer;
  /**
   * Asked for more when memory.grow reaches the end of the buffer: returns one of at least `bytes` bytes with the old
   * contents, or null. Only for an engine with one memory.
   */
  growMemory?: (bytes: number) => ArrayBuffer | null;
  /**
   * How much is done to notice that the engine's own state was changed by something else: None by default, or what the build
   * says (`safety_sampling` and its like). Above None, all of linear memory is looked at before, and summed up after, every
   * host function and every return to the embedder, which may write there.
   */
  verification?: VerificationLevel;
  /** Both of them tell what they write with `memoryWritten`: then linear memory is covered all the time, and they cost little. */
  announcedWrites?: boolean;
  /** Lowers to plain instructions only, none of which does the work of two: another interpreter has fewer to bring along. */
  plainCode?: boolean;
  /** Code counts what it does, for `executionStats`: five words of code and an instruction more for each of its runs. */
  counting?: boolean;
  /** Milliseconds from anywhere: with it, `executionStats` tells how long verification took. */
  clock?: () => number;
  /** Called after every memory.grow that succeeded. */
  memoryGrown?: (memory: number) => void;
}
