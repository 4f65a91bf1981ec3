// Whether a module fits a board: `build` decides it, and this says what it decided, why, and what helps. `check`, its matrix and
// its page ask here, `build` and `flash` build with the same options: so they agree.

import { EngineError } from '../../src/index.js';
import type { ModuleAnalysis } from '../analysis/analysis.js';
import { lowestAddress } from '../analysis/memory-window.js';
import { Bound } from '../analysis/need.js';
import { learnsOfMemory } from '../analysis/told-memory.js';
import { type BuildOptions, type BuiltProgram, buildProgram } from '../board/build.js';
import { BuildError } from '../board/build-error.js';
import type { ProgramFigures } from '../board/figures.js';
import type { ReadModule } from '../module/read-module.js';

export enum Verdict {
  Fits = 'fits',
  /** It is built; recursion or a heap may take more than there is. */
  MayFit = 'may fit',
  /** `build` refuses it. */
  DoesNotFit = 'does not fit',
}

export interface Decision {
  verdict: Verdict;
  /** The program that `build` writes; absent if `build` refuses the module. */
  program?: BuiltProgram;
  /** The error that `build` throws. */
  refusal?: BuildError | EngineError;
  /** The program's figures, if they are known. */
  figures?: ProgramFigures;
  /** Possible excesses, one sentence each. */
  doubts: string[];
}

/** Builds the module as `build` does with the same options. Throws nothing that `build` throws. */
export async function decide(read: ReadModule, options: BuildOptions): Promise<Decision> {
  try {
    const program = await buildProgram(read, options);
    const doubts = doubtsOf(read, program);
    const verdict = doubts.length > 0 ? Verdict.MayFit : Verdict.Fits;
    return { verdict, program, figures: program.figures, doubts };
  } catch (error) {
    if (!(error instanceof BuildError || error instanceof EngineError)) throw error;
    const figures = error instanceof BuildError ? error.figures : undefined;
    return { verdict: Verdict.DoesNotFit, refusal: error, figures, doubts: [] };
  }
}

/** Returns the excesses that only running the program can show. */
function doubtsOf(read: ReadModule, { analysis, figures, memory: { start, bytes } }: BuiltProgram): string[] {
  const { memoryBytes: memory, callDepth, tableEntries } = analysis.needs;
  const doubts: string[] = [];
  if (memory.bound === Bound.AtLeast && start + bytes < memory.needed && learnsOfMemory(read))
    doubts.push(
      `memory: it has ${bytes} of the ${memory.needed} bytes that it declares, and its allocator fails when they are used up: --memory gives it more`,
    );
  else if (memory.bound === Bound.AtLeast) doubts.push(`memory: ${memory.why}`);
  else if (memory.bound === Bound.AtMost && start + bytes < memory.needed)
    doubts.push(`memory: it may use up to ${memory.needed - start} bytes, and traps where it uses more than ${bytes}`);
  if (start > 0) doubts.push(...startDoubts(analysis, start));
  const { stack } = figures;
  if (stack && stack.recursion.length > 0) doubts.push('calls: recursion may go deeper than the C stack reaches');
  if (!stack && callDepth.bound === Bound.AtLeast) doubts.push(`calls: ${callDepth.why}`);
  if (tableEntries.bound === Bound.AtLeast) doubts.push(`tables: ${tableEntries.why}`);
  return doubts;
}

/** Returns the ways in which the module may use addresses below the start of its memory. */
function startDoubts({ memory, calls }: ModuleAnalysis, start: number): string[] {
  const { stack } = memory;
  if (!stack?.first) return [`memory: addresses below ${start} trap`];
  const { address, isSure } = lowestAddress(memory, calls);
  if (isSure && address >= start) return [];
  return [`stack: calls that take more than ${stack.top - start} bytes of linear memory trap`];
}
