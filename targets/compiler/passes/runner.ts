// Runs the passes that a back end lists over the intermediate code of a function. Each pass can be left out, to measure what it is
// worth.

import type { Costs } from '../intermediate/costs.js';
import type { FunctionCode, Instruction } from '../intermediate/instruction.js';
import { fold } from './folding.js';

/** Carried out while the code is built. */
export const FOLDING = 'folding';

export interface PassOptions {
  /** Names of passes to leave out. */
  without?: ReadonlySet<string>;
  /** Make every NaN that arithmetic gives canonical where its bits can be seen, not only those of roundings. */
  canonicalNaN: boolean;
  /** Bytes of memory that are there whatever happens. */
  minimumMemory: number;
  /** Bytes of memory that are never more, however it grows: by default, less than 2 GiB. */
  maximumMemory?: number;
  /** Called with the code before the first pass, with the name '', and after each. For tests. */
  observe?: (pass: string, code: FunctionCode) => void;
}

export interface Pass {
  readonly name: string;
  /** The program would not be right without it: it cannot be left out. */
  readonly isRequired?: boolean;
  readonly run: (code: FunctionCode, options: PassOptions, costs: Costs) => void;
}

/** Names of those that can be left out. */
export function optionalPasses(passes: readonly Pass[]): string[] {
  return [FOLDING, ...new Set(passes.filter(({ isRequired }) => !isRequired).map(({ name }) => name))];
}

/** What the builder simplifies with. */
export function simplifier(without: ReadonlySet<string> = new Set()): (instruction: Instruction) => Instruction {
  return without.has(FOLDING) ? (instruction) => instruction : fold;
}

/** In the order of the list, in which a pass may stand several times. */
export function runPasses(code: FunctionCode, passes: readonly Pass[], costs: Costs, options: PassOptions): void {
  const { without, observe } = options;
  observe?.('', code);
  for (const { name, isRequired, run } of passes) {
    if (!isRequired && without?.has(name)) continue;
    run(code, options, costs);
    observe?.(name, code);
  }
}
