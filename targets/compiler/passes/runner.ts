// Runs the passes that a back end lists over the intermediate code of a function. Each pass can be left out, to measure what it is
// worth.

import type { Costs } from '../intermediate/costs.js';
import type { FunctionCode, Instruction } from '../intermediate/instruction.js';
import { fold } from './folding.js';
import type { ModuleAlignment } from './module-alignment.js';

/** Runs while the code is built. */
const FOLDING = 'folding';

export interface PassOptions {
  /** Names of passes to leave out. */
  without?: ReadonlySet<string>;
  /** Canonicalise every NaN result of arithmetic where its bits can be observed, not only those of roundings. */
  canonicalNaN: boolean;
  /** Bytes of memory that always exist. */
  minimumMemory: number;
  /** Maximum bytes of memory, however it grows. Default: less than 2 GiB. */
  maximumMemory?: number;
  /** Alignment of the module's globals and functions. */
  alignment?: ModuleAlignment;
  /** Called with the code before the first pass, with the name '', and after each. For tests. */
  observe?: (pass: string, code: FunctionCode) => void;
}

export interface Pass {
  readonly name: string;
  /** Required for correctness: it cannot be left out. */
  readonly isRequired?: boolean;
  readonly run: (code: FunctionCode, options: PassOptions, costs: Costs) => void;
}

/** Names of the passes that can be left out. */
export function optionalPasses(passes: readonly Pass[]): string[] {
  return [FOLDING, ...new Set(passes.filter(({ isRequired }) => !isRequired).map(({ name }) => name))];
}

/** The simplification that the builder uses. */
export function simplifier(without: ReadonlySet<string> = new Set()): (instruction: Instruction) => Instruction {
  return without.has(FOLDING) ? (instruction) => instruction : fold;
}

/** Runs the passes in the order of the list, in which a pass may occur several times. */
export function runPasses(code: FunctionCode, passes: readonly Pass[], costs: Costs, options: PassOptions): void {
  const { without, observe } = options;
  observe?.('', code);
  for (const { name, isRequired, run } of passes) {
    if (!isRequired && without?.has(name)) continue;
    run(code, options, costs);
    observe?.(name, code);
  }
}
